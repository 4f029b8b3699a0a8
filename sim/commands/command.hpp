#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/error.hpp"
#include "sim/commands/command_line.hpp"

namespace infodiet {

// A command is one file with one of these functions: it adds itself to the program.
void add_train(cli::Command& program);
void add_eval(cli::Command& program);
void add_tune(cli::Command& program);
void add_watch(cli::Command& program);
void add_record(cli::Command& program);
void add_verify(cli::Command& program);
void add_config(cli::Command& program);
void add_stream(cli::Command& program);
void add_facts(cli::Command& program);
void add_list(cli::Command& program);

/// Writes to stdout. Failures are left for `flush_stdout` to find, and a reader who went away
/// (`infodiet list agents | head -1`) is no failure.
void print(std::string_view text);

/// @throws Error kIo if something printed was lost: the disk behind stdout is full
void flush_stdout();

/// Writes to stderr.
void say(const std::string& text);

class RunDirectory;

/// How work in the folder of a run ended.
struct RunEnd {
  bool interrupted = false;
  int code = 0;         ///< exit code, if it was not interrupted
  std::string results;  ///< what is told where there is something to look at: "Results are in ..."
};

/// Does a command's work in the folder of its run, and closes the folder: log.txt, meta.json, a
/// last line on stderr unless `quiet`. A failure is logged before it goes on.
/// @returns the exit code
int in_run(RunDirectory& run, bool quiet, const std::function<RunEnd()>& work);

/// Exit code of an error: 2 for the caller's mistakes, 1 for ours.
int exit_code(const Error& error);
inline constexpr int kExitInterrupted = 130;

/// The YAML file behind what a user names: the file itself, or the `config.yaml` of a run.
/// @throws Error kIo if there is neither
std::string experiment_file(const std::string& path);

/// A word as a POSIX shell reads it back.
std::string shell_quoted(const std::string& word);

/// Columns of the terminal that stdout goes to, or 120 where it goes elsewhere.
int stdout_width();

}  // namespace infodiet
