#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace infodiet {

// Days are counted from 1970-01-01 and may be negative; seconds too. Local time is UTC plus a fixed
// offset: no daylight saving.

inline constexpr std::int64_t kSecondsPerDay = 86400;
inline constexpr std::int64_t kSecondsPerHour = 3600;

/// a / b rounded down, for b > 0.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Weekday of a day; 0 = Monday. 1970-01-01 was a Thursday.
constexpr int weekday_of(std::int64_t day) {
  return static_cast<int>(day + 3 - floor_div(day + 3, 7) * 7);
}

/// Reads YYYY-MM-DD.
/// @returns the day, or nothing if this is no date
std::optional<std::int64_t> parse_date(std::string_view text);

/// Writes a day as YYYY-MM-DD.
std::string format_date(std::int64_t day);

}  // namespace infodiet
