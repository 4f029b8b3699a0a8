#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace infodiet {

enum class ProgressMode {
  kAuto,   ///< a bar on a terminal, else plain lines
  kBar,    ///< one line, redrawn at most ten times a second
  kPlain,  ///< a line at most every ten seconds, for log files
  kNone,
};

/// @throws Error kConfig naming the modes there are
ProgressMode progress_mode(const std::string& name);

/// Shows how far some work has come. Any thread may report.
class Progress {
 public:
  /// @param what  what is done, e.g. "eval"
  /// @param unit  what is counted, e.g. "task"
  /// @param file  where to; results go to stdout, so this is stderr except in tests
  Progress(ProgressMode mode, std::string what, std::string unit, long total,
           std::FILE* file = stderr);
  /// Ends the line of a bar.
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// @param done  how many of `total`; a smaller number than before is ignored
  void update(long done);

  /// Says what is done now, where that changes on the way. On a bar it shows at once.
  void rename(std::string what);

  /// Shows the last state, once. Nothing is drawn after it.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(Clock::time_point now);

  const ProgressMode mode_;
  const std::string unit_;
  const long total_;
  std::FILE* const file_;
  const Clock::time_point start_;

  std::mutex mutex_;
  std::string what_;
  Clock::time_point drawn_;
  long done_ = 0;
  long shown_ = -1;  // the count that was drawn last
  bool finished_ = false;
};

/// One line without its end: `eval  37%|███▋      | 37/100 [00:41<01:09, 0.9 task/s]`.
/// @param width  columns it may take
/// @param blocks  whether eighths of a block may be used, else '#'
std::string progress_line(std::string_view what, std::string_view unit, long done, long total,
                          double seconds, int width, bool blocks);

}  // namespace infodiet
