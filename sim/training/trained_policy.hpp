#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "agents/agent.hpp"
#include "env/api/spec.hpp"
#include "sim/checkpoint/checkpoint.hpp"

namespace infodiet {

/// What of a spec a policy is bound to: how many candidates, slots and events there are, and which
/// features and rewards, in their order. Not the weights of the reward, nor which world it is: a
/// policy may be tried on another that looks the same.
std::uint64_t spec_fingerprint(const Spec& spec);

/// An agent's settings as text for a checkpoint, and back.
/// @throws Error kConfig if the text is no agent's
std::string agent_to_yaml(const Choice& agent);
Choice agent_from_yaml(const std::string& yaml, const std::string& where);

/// Whether this is the folder of a run of `infodiet train` that has a checkpoint.
bool is_training_run(const std::string& path);

/// The agent 'trained' with the best checkpoint of such a run.
Choice trained_agent(const std::string& run);

/// The folder of one checkpoint behind what a user names: that folder, or of a run its best
/// checkpoint, or its latest if none was called best.
/// @throws Error kIo if there is none
std::filesystem::path checkpoint_of(const std::string& path);

/// The agent that a checkpoint holds, ready to act.
/// @throws Error kIo as read_checkpoint; kState if it was trained on another spec
std::unique_ptr<Agent> load_policy(const std::filesystem::path& checkpoint, const Spec& spec);

}  // namespace infodiet
