#include "sim/record/replay_stage.hpp"

#include <algorithm>
#include <utility>

namespace infodiet {

ReplayStage::ReplayStage(std::vector<EpisodeFile> files, const std::string& path,
                         const std::string& note, std::vector<int> differs_at)
    : files_(std::move(files)), is_told_(files_.size(), false) {
  const EpisodeInfo& first = files_.at(0).info;
  info_.spec = first.spec;
  info_.task = first.task;
  info_.mode = "replay";
  info_.file = path;
  info_.note = note;
  differs_at.resize(files_.size(), -1);
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const EpisodeInfo& info = files_[i].info;
    info_.sides.push_back({info.agent_name, info.agent_detail, differs_at[i]});
  }
  pace_.wanted = 8;
  pace_.seed = first.key.seed;
  pace_.env = first.key.env;
  pace_.episode = first.key.episode;
}

void ReplayStage::send(const Command& command) {
  if (command.kind == Command::kPlay || command.kind == Command::kPause)
    pace_.is_playing = command.kind == Command::kPlay;
  if (command.kind == Command::kSpeed) pace_.wanted = std::max(0.01, command.number);
}

void ReplayStage::fetch(int side, EpisodeLog& into) {
  if (is_told_[side]) return;
  is_told_[side] = true;
  into = files_[side].log;
}

}  // namespace infodiet
