#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/commands/command_line.hpp"

namespace infodiet {

// Options that several commands have, each declared once.

void add_experiment_option(cli::Command& command, std::string& experiment);

/// key=value, as often as one likes.
/// @param example  of a value that matters to this command
void add_overrides_option(cli::Command& command, std::vector<std::string>& overrides,
                          const std::string& example);

void add_resume_option(cli::Command& command, std::string& run);

/// What every command that writes a folder of results may be told.
struct OutputOptions {
  std::string out;
  std::string progress = "auto";
  bool quiet = false;
};
void add_output_options(
    cli::Command& command, OutputOptions& options,
    const std::string& out_help = "put the folder of this run under DIR (default: output.runs)");

/// Which episode is played and by whom, for commands that play one.
struct PlayOptions {
  std::string what;  ///< an experiment, the folder of a run, or what else a command takes
  std::vector<std::string> overrides;
  std::string agent;  ///< "": see first_player
  std::uint32_t env = 0, episode = 0;
};
/// @param what_help  what may be named
void add_play_options(cli::Command& command, PlayOptions& options, const std::string& what_help);

}  // namespace infodiet
