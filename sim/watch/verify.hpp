#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agents/agent.hpp"
#include "env/worlds/world.hpp"
#include "sim/record/episode_file.hpp"

namespace infodiet {

/// Where a recorded episode and its repetition part ways.
struct Difference {
  int decision = 0;
  std::string what;  ///< "the slate: 3 1 - then, 3 - now"
};

/// Plays a recorded episode again, decision by decision, with what was picked or hidden by hand.
/// @returns the first difference; nothing if there is none
/// @throws Error kState if the world is not like the recorded one
std::optional<Difference> verify_episode(const EpisodeFile& file,
                                         const std::shared_ptr<const World>& world,
                                         const Agent& agent);

/// The same, by the experiment and the agent that the file names.
/// @param agent_name  who plays instead; "" for that agent
/// @throws Error kConfig, kIo, kState if it cannot be played again here
std::optional<Difference> verify_episode(const EpisodeFile& file, const std::string& shown_name,
                                         const std::string& agent_name);

}  // namespace infodiet
