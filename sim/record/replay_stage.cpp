#include "sim/record/replay_stage.hpp"

#include <algorithm>
#include <utility>

namespace infodiet {

ReplayStage::ReplayStage(EpisodeFile file, const std::string& path, const std::string& note,
                         int differs_at)
    : file_(std::move(file)) {
  info_.spec = file_.info.spec;
  info_.task = file_.info.task;
  info_.mode = "replay";
  info_.file = path;
  info_.note = note;
  info_.differs_at = differs_at;
  info_.sides = {{file_.info.agent_name, file_.info.agent_detail}};
  pace_.wanted = 8;
  pace_.seed = file_.info.key.seed;
  pace_.env = file_.info.key.env;
  pace_.episode = file_.info.key.episode;
}

void ReplayStage::send(const Command& command) {
  if (command.kind == Command::kPlay || command.kind == Command::kPause)
    pace_.is_playing = command.kind == Command::kPlay;
  if (command.kind == Command::kSpeed) pace_.wanted = std::max(0.01, command.number);
  pace_.actual = pace_.is_playing ? pace_.wanted : 0;
}

void ReplayStage::fetch(int, EpisodeLog& into) {
  if (std::exchange(is_told_, true)) return;
  into = file_.log;
}

}  // namespace infodiet
