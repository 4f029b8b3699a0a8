#pragma once

#include <string>
#include <vector>

#include "env/core/registry.hpp"

// Tuned settings as an experiment: a file that extends another one and holds agents.

namespace infodiet {

/// Settings, and what a reader should know of them, one comment line each.
struct TunedEntry {
  Choice agent;
  std::vector<std::string> story;
  bool learns = false;  ///< then it is the agent that the experiment trains
};

/// An experiment that adds agents to the one it extends. One that learns, of which there may be
/// one, becomes its agent.
/// @param extends  a path as it is to stand in the file
std::string tuned_experiment(const std::string& extends, const std::vector<TunedEntry>& entries);

/// Puts an agent that is scored as it is into an experiment on disk, in the place of the entry of
/// the same label (that of `agent_labels`), else behind the others. All else in the file stays as
/// it is. A file that does not exist is made.
/// @param experiment  what a new file extends
/// @throws Error kConfig, kIo, also if the entries of the file cannot be told apart
void put_tuned(const std::string& file, const std::string& experiment, const TunedEntry& entry);

}  // namespace infodiet
