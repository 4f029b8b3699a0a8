#include "sim/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

constexpr auto kBarPause = std::chrono::milliseconds(100);
constexpr auto kPlainPause = std::chrono::seconds(10);

bool can_redraw(std::FILE* file) {
  const char* terminal = std::getenv("TERM");
  return isatty(fileno(file)) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

/// 01:09, or 2:01:09 from an hour on.
std::string clock_text(double seconds) {
  const auto s = std::lround(std::min(seconds, 1e9));
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{:02}:{:02}", s / 60, s % 60);
}

std::string bar(double share, int width, bool blocks) {
  constexpr std::array<const char*, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int steps = blocks ? 8 : 1;
  const int filled = static_cast<int>(std::floor(share * width * steps));
  std::string out;
  for (int i = 0; i < filled / steps; ++i) out += blocks ? "█" : "#";
  if (blocks) out += kEighths[filled % 8];
  out.append(width - (filled + steps - 1) / steps, ' ');
  return out;
}

int terminal_width(std::FILE* file) {
  winsize size{};
  if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

}  // namespace

ProgressMode progress_mode(const std::string& name) {
  if (name == "auto") return ProgressMode::kAuto;
  if (name == "bar") return ProgressMode::kBar;
  if (name == "plain") return ProgressMode::kPlain;
  if (name == "none") return ProgressMode::kNone;
  throw Error(ErrorCode::kConfig, "--progress",
              "unknown mode '" + name + "' (known: auto, bar, plain, none)");
}

Progress::Progress(ProgressMode mode, std::string what, std::string unit, long total,
                   std::FILE* file)
    : Progress(mode, std::move(what), std::move(unit), total, ProgressExtras{}, file) {}

Progress::Progress(ProgressMode mode, std::string what, std::string unit, long total,
                   ProgressExtras extras, std::FILE* file)
    : mode_(mode != ProgressMode::kAuto ? mode
            : can_redraw(file)          ? ProgressMode::kBar
                                        : ProgressMode::kPlain),
      unit_(std::move(unit)),
      total_(total),
      file_(file),
      start_(Clock::now()),
      what_(std::move(what)),
      extras_(std::move(extras)),
      drawn_(start_),
      done_(extras_.first) {}

void Progress::update(long done) {
  if (mode_ == ProgressMode::kNone) return;
  const std::lock_guard lock(mutex_);
  if (finished_ || done <= done_) return;
  advance(done);
}

void Progress::update(long done, std::vector<std::string> numbers) {
  if (mode_ == ProgressMode::kNone) return;
  const std::lock_guard lock(mutex_);
  if (finished_ || done < done_) return;
  stale_ = stale_ || numbers != extras_.numbers;
  extras_.numbers = std::move(numbers);
  advance(done);
}

void Progress::advance(long done) {
  done_ = done;
  const auto now = Clock::now();
  const bool due = mode_ == ProgressMode::kBar ? shown_ < 0 || now - drawn_ >= kBarPause
                                               : now - drawn_ >= kPlainPause;
  if (due) draw(now);
}

void Progress::rename(std::string what) {
  if (mode_ == ProgressMode::kNone) return;
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  what_ = std::move(what);
  if (mode_ == ProgressMode::kBar) draw(Clock::now());
}

void Progress::finish() {
  if (mode_ == ProgressMode::kNone) return;
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  if (shown_ != done_ || stale_) draw(Clock::now());
  if (mode_ == ProgressMode::kBar) std::fputc('\n', file_);
  std::fflush(file_);
}

void Progress::draw(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (mode_ == ProgressMode::kBar) {
    const std::string line =
        progress_line(what_, unit_, done_, total_, seconds, std::max(1, terminal_width(file_) - 1),
                      is_utf8_locale(), extras_);
    // "erase to the end of the line": the line before may have been longer
    std::fputs(("\r" + line + "\x1b[K").c_str(), file_);
  } else {
    const std::string line = progress_line(what_, unit_, done_, total_, seconds, 0, false, extras_);
    std::fputs((line + "\n").c_str(), file_);
  }
  std::fflush(file_);
  drawn_ = now;
  shown_ = done_;
  stale_ = false;
}

std::string progress_line(std::string_view what, std::string_view unit, long done, long total,
                          double seconds, int width, bool blocks, const ProgressExtras& extras) {
  constexpr int kLeastBar = 3, kLeastBarBesideNumbers = 10, kLargestBar = 40;
  const double share =
      total > 0 ? std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0) : 0;
  const double rate = seconds > 0 ? static_cast<double>(done - extras.first) / seconds : 0;
  const std::string left =
      rate > 0 ? clock_text(static_cast<double>(std::max(0L, total - done)) / rate) : "?";
  const auto count = [&extras](long n) {
    return extras.short_counts ? short_count(n) : std::to_string(n);
  };
  const std::string rate_text = extras.short_counts && rate >= 100
                                    ? short_count(std::lround(std::min(rate, 1e15)))
                                    : fmt::format("{:.3g}", rate);

  const std::string percent = fmt::format("{:3.0f}%", std::floor(share * 100));
  const std::string head = fmt::format("{} {}", what, percent);
  const std::string counts = fmt::format("{}/{}", count(done), count(total));
  const std::string tail =
      fmt::format("{} [{}<{}, {} {}/s]", counts, clock_text(seconds), left, rate_text, unit);
  const int room = width - display_width(head) - display_width(tail) - 3;

  std::string numbers;
  for (const std::string& number : extras.numbers) {
    const std::string more = numbers + (numbers.empty() ? " " : "  ") + number;
    if (width > 0 && display_width(more) + kLeastBarBesideNumbers > room) break;
    numbers = more;
  }
  if (width <= 0) return head + " " + tail + numbers;
  const int bar_width = std::min(room - display_width(numbers), kLargestBar);
  if (bar_width >= kLeastBar)
    return head + "|" + bar(share, bar_width, blocks) + "| " + tail + numbers;
  for (const std::string& line : {head + " " + tail, head + " " + counts, head}) {
    if (display_width(line) <= width) return line;
  }
  return percent.substr(0, static_cast<std::size_t>(width));
}

std::string short_count(long count) {
  constexpr std::string_view kPrefixes = "kMGT";
  if (count < 1000) return std::to_string(count);
  long unit = 1000;
  std::size_t prefix = 0;
  for (; count / unit >= 1000 && prefix + 1 < kPrefixes.size(); ++prefix) unit *= 1000;
  const long whole = count / unit;
  if (whole >= 10) return fmt::format("{}{}", whole, kPrefixes[prefix]);
  return fmt::format("{}.{}{}", whole, count % unit / (unit / 10), kPrefixes[prefix]);
}

}  // namespace infodiet
