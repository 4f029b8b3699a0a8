#pragma once

#include <string>
#include <string_view>

#include "sim/record/episode_file.hpp"

namespace infodiet {

/// The header of an episode file, with the spec of its world: what it takes to draw the episode
/// without the world.
std::string episode_json(const EpisodeInfo& info);
/// The spec alone.
std::string spec_json(const Spec& spec);

/// @throws Error kIo naming what is missing or out of range
EpisodeInfo episode_from_json(std::string_view json, const std::string& shown_name);

}  // namespace infodiet
