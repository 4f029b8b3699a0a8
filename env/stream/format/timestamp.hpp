#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace infodiet {

/// A moment as logs write it.
struct Timestamp {
  enum class Form { kNumber, kZone, kLocal };

  std::int64_t t = 0;         ///< s since 1970, UTC; fractions are cut off
  Form form = Form::kNumber;  ///< counted since 1970; a date with a zone; a date without one
};

/// Reads a number counted since 1970-01-01 UTC, or a date and time in the extended form of ISO
/// 8601: 2024-05-31, 2024-05-31T18:30, 2024-05-31 18:30:05.25, each with a zone (Z, +02:00, +0200,
/// +02) or without.
/// @param per_second  what a number counts: 1 for seconds, 1000 for milliseconds
/// @param utc_offset  s: how far local time is ahead of UTC, for a date without a zone
/// @returns nothing if it is neither, or outside the years 1 to 9999
std::optional<Timestamp> parse_timestamp(std::string_view text, std::int64_t per_second,
                                         std::int64_t utc_offset);

}  // namespace infodiet
