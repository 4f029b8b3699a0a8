#pragma once

#include <string>
#include <vector>

#include "env/core/registry.hpp"
#include "env/stream/stream.hpp"
#include "sim/commands/command.hpp"

namespace infodiet {

// What the commands under `infodiet stream` have in common: which stream a user names.

/// The stream of an experiment, or one of a kind by itself.
/// @param source    an experiment file, the folder of a run, or a kind of stream
/// @param settings  key=value: of the experiment, or of the kind
/// @throws Error kIo, kConfig
Choice find_stream(const std::string& source, const std::vector<std::string>& settings);

/// The stream as the people of a world meet it.
Stream make_stream(const std::string& source, const std::vector<std::string>& settings);

/// Whether this is a folder of recorded tables, and not that of a run.
bool is_recorded(const std::string& source);

void add_stream_calibrate(cli::Command& command);
void add_stream_import(cli::Command& command);

}  // namespace infodiet
