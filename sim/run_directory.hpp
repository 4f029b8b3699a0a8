#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/whole_files.hpp"

namespace spdlog {
class logger;
}

namespace infodiet {

/// The folder of one run:
///
///   <root>/<name>/<YYYYMMDD-HHMMSS>-<what>-s<seed>-<5 letters>/
///     config.yaml   resolved     command.txt     meta.json     log.txt     ... and results
///
/// Names sort by time, in local time; the letters keep apart runs started in one second.
class RunDirectory {
 public:
  struct Start {
    std::string root;                  ///< output.runs
    std::string name;                  ///< run.name
    std::string what = "";             ///< "eval", or the agent that is trained
    std::vector<std::uint64_t> seeds;  ///< at least one
    int threads = 0;
    std::string command = "";  ///< as typed
    std::string config = "";   ///< the resolved YAML
  };

  /// Makes a folder that was not there before, and writes config.yaml, command.txt and meta.json
  /// into it, with the status "running".
  /// @throws Error kIo
  explicit RunDirectory(Start start);

  /// Goes on in the folder of a run that was cut short: config.yaml stays, command.txt and log.txt
  /// grow, and meta.json says "running" again.
  /// @throws Error kIo
  RunDirectory(std::filesystem::path existing, Start start);

  /// Says that the run ended without a word (an exception): the status becomes "failed".
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file of results, whole or not at all.
  void write(const std::string& file, std::string_view content) const {
    write_whole(path_ / file, content);
  }

  /// Adds a line with the time to log.txt, at once. Any thread may.
  void log(std::string_view line);

  /// Writes meta.json for good.
  /// @param status     "finished", "interrupted" or "failed"
  /// @param exit_code  what the program returns
  void finish(const std::string& status, int exit_code);

 private:
  void write_meta(const std::string& status, const int* exit_code) const;

  Start start_;
  std::filesystem::path path_;
  std::string started_;
  bool finished_ = false;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace infodiet
