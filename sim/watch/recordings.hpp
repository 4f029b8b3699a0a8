#pragma once

#include <string>

#include "sim/experiment.hpp"
#include "sim/record/episode_file.hpp"

namespace infodiet {

/// The experiment that a recorded episode was played in.
/// @throws Error kConfig if this program does not know its settings
ExperimentConfig experiment_of(const EpisodeFile& file, const std::string& shown_name);

/// Two recordings can be looked at side by side if they are the same episode, played by two agents:
/// the same person, stream and dice.
/// @throws Error kConfig naming what differs
void require_same_episode(const EpisodeFile& a, const std::string& a_name, const EpisodeFile& b,
                          const std::string& b_name);

}  // namespace infodiet
