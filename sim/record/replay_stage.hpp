#pragma once

#include "sim/record/episode_file.hpp"
#include "sim/record/stage.hpp"

namespace infodiet {

/// A recorded episode, to be looked at. All of it is there at once; whoever watches moves about.
class ReplayStage final : public Stage {
 public:
  /// @param note  whether it was verified, in words
  ReplayStage(EpisodeFile file, const std::string& path, const std::string& note,
              int differs_at = -1);

  const StageInfo& info() const override { return info_; }
  Pace pace() const override { return pace_; }
  void send(const Command& command) override;
  void fetch(int side, EpisodeLog& into) override;
  void start() override {}
  void advance(int) override {}

 private:
  EpisodeFile file_;
  StageInfo info_;
  Pace pace_;
  bool is_told_ = false;
};

/// A stage on which nobody plays: for watching a training that has nothing to show but its numbers.
class EmptyStage final : public Stage {
 public:
  EmptyStage(const Spec& spec, const std::string& task) {
    info_.spec = spec;
    info_.task = task;
    info_.mode = "train";
  }
  const StageInfo& info() const override { return info_; }
  Pace pace() const override { return {}; }
  void send(const Command&) override {}
  void fetch(int, EpisodeLog&) override {}
  void start() override {}
  void advance(int) override {}

 private:
  StageInfo info_;
};

}  // namespace infodiet
