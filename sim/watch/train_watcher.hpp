#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "sim/experiment.hpp"
#include "sim/record/train_progress.hpp"
#include "sim/watch/play_session.hpp"

namespace infodiet {

/// Looks over the shoulder of a training, by the files it writes: it may run in this process, in
/// another, or have ended long ago, and never waits for who watches. On the side it lets the newest
/// policy serve some people, so that there is something to see.
class TrainWatcher {
 public:
  static constexpr int kPeople = 16;

  TrainWatcher(std::filesystem::path run, const ExperimentConfig& experiment,
               std::shared_ptr<const World> world);

  /// Reads what is new, and plays a decision of each person on the wall.
  /// @returns whether anything changed
  bool look(TrainProgress& into);

 private:
  void read_metrics(TrainProgress& into);
  void read_meta(TrainProgress& into) const;
  void refresh_people(TrainProgress& into);
  void play_people(TrainProgress& into);

  std::filesystem::path run_;
  std::uint64_t seed_;
  double total_;
  std::shared_ptr<const World> world_;
  std::uintmax_t metrics_size_ = 0;
  std::filesystem::path checkpoint_;
  std::unique_ptr<Agent> agent_;
  std::vector<std::unique_ptr<PlaySession>> people_;
};

}  // namespace infodiet
