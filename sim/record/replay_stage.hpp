#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/record/episode_file.hpp"
#include "sim/record/stage.hpp"

namespace infodiet {

/// A recorded episode, or two recordings of it, to be looked at. All of it is there at once;
/// whoever watches moves about.
class ReplayStage final : public Stage {
 public:
  /// @param files  one, or two of the same episode by different agents
  /// @param note   whether they were verified, in words
  /// @param differs_at  of each file, as SideInfo; or none
  ReplayStage(std::vector<EpisodeFile> files, const std::string& path, const std::string& note,
              std::vector<int> differs_at = {});

  const StageInfo& info() const override { return info_; }
  Pace pace() const override { return pace_; }
  void send(const Command& command) override;
  void fetch(int side, EpisodeLog& into) override;
  void start() override {}
  void advance(int) override {}

 private:
  std::vector<EpisodeFile> files_;
  StageInfo info_;
  Pace pace_;
  std::vector<bool> is_told_;  // of each
};

/// A stage on which nobody plays: for a training that has nothing to show but its numbers.
class EmptyStage final : public Stage {
 public:
  explicit EmptyStage(StageInfo info) : info_(std::move(info)) {}
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
