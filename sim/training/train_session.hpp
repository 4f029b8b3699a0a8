#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "env/core/parallel.hpp"
#include "sim/experiment.hpp"
#include "sim/learning_world.hpp"
#include "sim/run_directory.hpp"
#include "sim/training/metrics_log.hpp"
#include "sim/training/tensorboard.hpp"
#include "sim/training/trainer.hpp"

namespace infodiet {

/// What is told while a training goes on.
struct TrainNews {
  std::uint64_t decisions = 0;
  double score = 0;                 ///< of the last rollout, per day (or episode)
  std::vector<double> rewards;      ///< likewise, part by part
  std::optional<double> evaluated;  ///< score of the last evaluation, if there was one
};

/// How a training ended.
struct TrainEnd {
  bool interrupted = false;
  std::uint64_t decisions = 0;
  std::optional<double> best_score;  ///< on the people of its evaluations
};

/// A training in the folder of its run: the trainer, with evaluations, logs and checkpoints.
///
/// Its checkpoints hold all that the rest of the training depends on, so it may be killed at any
/// moment: who goes on from the last of them comes to the same bits, and to the same logs but for
/// what clocks tell.
class TrainSession {
 public:
  /// Begins a training, or goes on from the newest checkpoint of the run's folder.
  /// @throws Error kConfig, kIo, kState
  TrainSession(LearningWorld learning, RunDirectory& run, Workers& workers, bool resumes);

  /// Trains until all is done, or until `cancel` becomes true; then the iteration that is on its
  /// way is finished and a checkpoint written.
  /// @throws Error kState if something is not finite; kIo
  TrainEnd train(const std::atomic<bool>& cancel,
                 const std::function<void(const TrainNews&)>& tell);

  const Trainer& trainer() const { return trainer_; }
  std::uint64_t total() const { return plan_.decisions; }
  /// What was wrong with newer checkpoints than the one it goes on from; "" if nothing.
  const std::string& warning() const { return warning_; }

 private:
  using Episode = RolloutFigures::Episode;

  void resume();
  double evaluate_policy();
  void log(const Iteration& iteration, std::optional<double> evaluated);
  void keep(std::optional<double> evaluated);
  double elapsed() const;

  LearningWorld learning_;
  const ExperimentConfig& experiment_;
  const Spec& spec_;
  RunDirectory& run_;
  Workers& workers_;
  TrainPlan plan_;
  Trainer trainer_;
  std::optional<MetricsLog> metrics_;
  std::optional<TensorBoardWriter> tensorboard_;

  std::deque<Episode> recent_;  // the last kRecent that ended
  double minutes_ = 0;          // simulated so far
  std::optional<double> best_;
  double elapsed_before_ = 0;  // seconds, until the last resumption
  double started_ = 0;         // seconds of a steady clock
  std::uint64_t first_decision_ = 0;
  std::string warning_;
};

}  // namespace infodiet
