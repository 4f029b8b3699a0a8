#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "env/core/parallel.hpp"
#include "env/worlds/world.hpp"
#include "sim/statistics.hpp"
#include "sim/training/trainer.hpp"
#include "sim/tuning/halving.hpp"
#include "sim/tuning/knobs.hpp"
#include "sim/tuning/score_log.hpp"

namespace infodiet {

/// What is to be tuned, and by which plan.
struct TuneTask {
  std::string agent;  ///< names its scores in the log
  std::vector<Candidate> candidates;
  TunePlan plan;
  std::uint64_t first_seed = 0;  ///< of the world

  /// Of an agent that learns: it is trained on the people of this seed + that of the world, the
  /// same for all candidates, and then scored on those of the world's.
  std::optional<TrainPlan> training = std::nullopt;
};

/// How a candidate fared.
struct TrialResult {
  std::vector<double> scores;  ///< on the first, second ... seed of tuning
  std::vector<double> means;   ///< after each round it was in: what the choice rested on
  double days = 0;             ///< simulated for these scores, with those of trainings

  /// Mean over all its seeds.
  Interval interval() const;
};

struct TuneResult {
  bool interrupted = false;          ///< then there is no winner
  std::vector<TrialResult> trials;   ///< (candidates)
  std::vector<int> ranking;          ///< places of the candidates, best first; empty if interrupted
  std::vector<double> winner_again;  ///< on the seeds of the recheck, if there are any
  std::vector<double> defaults_again;  ///< the same numbers if the defaults have won
  double days = 0;                     ///< simulated in all

  int winner() const { return ranking.front(); }
};

/// Called with what was played so far, in days or decisions of trainings (TunePlan::play_cost), and
/// the best mean score (NaN before there is one), by any of the threads.
using TuneProgress = std::function<void(double cost, double best)>;

/// Plays the plan: the score of a candidate on a seed is that of `evaluate`, once it is trained if
/// it learns (learner_trials.hpp). What the log already holds is not played again, and what is
/// played goes there at once, a handful of seeds at a time, or training by training.
/// The result has the same bits whatever the threads and interruptions.
/// @throws Error as `evaluate`, and kConfig naming the settings of which no agent can be made
TuneResult tune(const std::shared_ptr<const World>& world, const TuneTask& task, ScoreLog& log,
                Workers& workers, const std::atomic<bool>* cancel = nullptr,
                const TuneProgress& progress = nullptr);

}  // namespace infodiet
