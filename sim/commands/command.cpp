#include "sim/commands/command.hpp"

#include "sim/run_directory.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace infodiet {
namespace {

int first_error = 0;  // errno of the first write to stdout that failed; the main thread prints

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && first_error == 0)
    first_error = errno;
}

void flush_stdout() {
  if (std::fflush(stdout) != 0 && first_error == 0) first_error = errno;
  if (first_error == 0 || first_error == EPIPE) return;
  throw Error(ErrorCode::kIo, "standard output",
              "not everything could be written: " + std::generic_category().message(first_error));
}

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

int in_run(RunDirectory& run, bool quiet, const std::function<RunEnd()>& work) {
  try {
    const RunEnd end = work();
    flush_stdout();  // if the table cannot be told, the run has not succeeded
    const int code = end.interrupted ? kExitInterrupted : end.code;
    const std::string status = end.interrupted ? "interrupted" : "finished";
    run.log(status);
    run.finish(status, code);
    if (end.interrupted)
      say("Interrupted. What was complete is in " + run.path().string() + "\n");
    else if (!quiet)
      say(end.results + "\n");
    return code;
  } catch (const Error& error) {
    run.log(std::string("failed: ") + error.what());
    run.finish("failed", exit_code(error));
    throw;
  } catch (const std::exception& error) {
    run.log(std::string("failed: ") + error.what());
    throw;
  }
}

int exit_code(const Error& error) { return error.code() == ErrorCode::kInternal ? 1 : 2; }

std::string experiment_file(const std::string& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path)) {
    if (fs::exists(path)) return path;
    throw Error(ErrorCode::kIo, path,
                "no such file (needed: an experiment, e.g. configs/quickstart.yaml, or the folder "
                "of a run)");
  }
  const fs::path config = fs::path(path) / "config.yaml";
  if (fs::exists(config)) return config.string();
  throw Error(ErrorCode::kIo, path,
              "a folder without config.yaml is no run (needed: an experiment file, or a folder "
              "that a run has left)");
}

std::string shell_quoted(const std::string& word) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./=,:@%+").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

int stdout_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

}  // namespace infodiet
