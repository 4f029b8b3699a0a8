#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

namespace infodiet::viz {

/// A number in so many digits behind the point; a dash where there is none. Minus is U+2212, as
/// wide as plus.
inline std::string number(double x, int digits = 2) {
  if (std::isnan(x)) return "–";
  if (std::isinf(x)) return x > 0 ? "∞" : "−∞";
  std::string text = fmt::format("{:.{}f}", std::abs(x), digits);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  return x < 0 && !is_zero ? "−" + text : text;
}

/// The same, and plus where it is above zero.
inline std::string signed_number(double x, int digits = 2) {
  const std::string text = number(x, digits);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  return x > 0 && !is_zero && !std::isnan(x) ? "+" + text : text;
}

/// With about three digits, whatever its size: "12.3k".
inline std::string brief(double x) {
  const double size = std::abs(x);
  if (std::isnan(x) || std::isinf(x)) return number(x);
  if (size >= 1e9) return number(x / 1e9, 1) + "G";
  if (size >= 1e6) return number(x / 1e6, size >= 1e7 ? 1 : 2) + "M";
  if (size >= 1e4) return number(x / 1e3, size >= 1e5 ? 0 : 1) + "k";
  if (size >= 100) return number(x, 0);
  if (size >= 10) return number(x, 1);
  if (size >= 0.01 || size == 0) return number(x, 2);
  if (size >= 0.001) return number(x, 3);
  return (x < 0 ? "−" : "") + fmt::format("{:.0e}", size);
}

/// The same, and plus where it is above zero.
inline std::string signed_brief(double x) { return (x > 0 ? "+" : "") + brief(x); }

inline std::string percent(double share, int digits = 0) {
  return std::isnan(share) ? "–" : number(100 * share, digits) + "%";
}

/// A unit after a number, or after a name; nothing where there is none.
inline std::string after_number(const std::string& unit) {
  return unit.empty() || unit == "-" ? "" : " " + unit;
}
inline std::string after_name(const std::string& unit) {
  return unit.empty() || unit == "-" ? "" : " [" + unit + "]";
}

/// A unit where room is short: of many words their first letters, "wsm" for "well-spent min".
inline std::string short_unit(const std::string& unit) {
  constexpr std::size_t kShort = 7;
  if (unit.size() <= kShort || unit.find_first_of(" -") == std::string::npos) return unit;
  std::string letters;
  for (std::size_t at = 0; at != std::string::npos && at < unit.size();) {
    letters.push_back(unit[at]);
    at = unit.find_first_of(" -", at);
    if (at != std::string::npos) ++at;
  }
  return letters;
}

/// Minutes as people say them: "7 min", "3.5 h", "2.1 d".
inline std::string duration(double minutes) {
  if (std::isnan(minutes)) return "–";
  if (minutes < 100) return number(minutes, minutes < 9.95 ? 1 : 0) + " min";
  if (minutes < 48 * 60) return number(minutes / 60, 1) + " h";
  return number(minutes / 1440, 1) + " d";
}

/// "13:45" of an hour of the day.
inline std::string clock_time(double hour) {
  if (std::isnan(hour)) return "–";
  const int minutes = static_cast<int>(std::floor(hour * 60 + 1e-6));
  return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
}

/// "2:05:09" of seconds.
inline std::string stop_watch(double seconds) {
  if (!(seconds >= 0) || std::isinf(seconds)) return "–";
  const auto whole = static_cast<long>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace infodiet::viz
