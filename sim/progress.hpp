#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

enum class ProgressMode {
  kAuto,   ///< a bar on a terminal, else plain lines
  kBar,    ///< one line, redrawn at most ten times a second
  kPlain,  ///< a line at most every ten seconds, for log files
  kNone,
};

/// @throws Error kConfig naming the modes there are
ProgressMode progress_mode(const std::string& name);

/// What a line may say besides how far the work has come.
struct ProgressExtras {
  bool short_counts = false;              ///< 370k instead of 370000: where only the size matters
  long first = 0;                         ///< what was done before the clock started: a resumed run
  std::vector<std::string> numbers = {};  ///< at the end, e.g. "score 2.31"; the last go first
};

/// Shows how far some work has come. Any thread may report.
class Progress {
 public:
  /// @param what  what is done, e.g. "eval"
  /// @param unit  what is counted, e.g. "task"
  /// @param file  where to; results go to stdout, so this is stderr except in tests
  Progress(ProgressMode mode, std::string what, std::string unit, long total,
           std::FILE* file = stderr);
  /// @param extras  for as long as nothing else is said
  Progress(ProgressMode mode, std::string what, std::string unit, long total, ProgressExtras extras,
           std::FILE* file = stderr);
  /// Ends the line of a bar.
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// @param done  how many of `total`; a smaller number than before is ignored
  void update(long done);

  /// The same, with other numbers at the end of the line.
  void update(long done, std::vector<std::string> numbers);

  /// Says what is done now, where that changes on the way. On a bar it shows at once.
  void rename(std::string what);

  /// Shows the last state, once. Nothing is drawn after it.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void advance(long done);
  void draw(Clock::time_point now);

  const ProgressMode mode_;
  const std::string unit_;
  const long total_;
  std::FILE* const file_;
  const Clock::time_point start_;

  std::mutex mutex_;
  std::string what_;
  ProgressExtras extras_;
  Clock::time_point drawn_;
  long done_ = 0;
  long shown_ = -1;     // the count that was drawn last
  bool stale_ = false;  // other numbers have come since
  bool finished_ = false;
};

/// One line without its end: `eval  37%|███▋      | 37/100 [00:41<01:09, 0.9 task/s] score 2.31`.
/// @param width   columns it may take; 0: all but the bar, however long. What has no room goes, in
///                this order: the numbers at the end, the bar, times and rate, counts
/// @param blocks  whether eighths of a block may be used, else '#'
std::string progress_line(std::string_view what, std::string_view unit, long done, long total,
                          double seconds, int width, bool blocks,
                          const ProgressExtras& extras = {});

/// A count of at most four characters up to 999T: 999, 1.2k, 370k, 1.0M. Cut off, not rounded: what
/// is shown as done is done.
std::string short_count(long count);

}  // namespace infodiet
