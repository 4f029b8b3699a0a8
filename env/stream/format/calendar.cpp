#include "env/stream/format/calendar.hpp"

#include <fmt/format.h>

#include <chrono>

namespace infodiet {

std::optional<std::int64_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  int part[3] = {0, 0, 0};
  int which = 0;
  for (const char c : text) {
    if (c == '-') {
      ++which;
    } else if (c >= '0' && c <= '9' && which < 3) {
      part[which] = part[which] * 10 + (c - '0');
    } else {
      return {};
    }
  }
  const std::chrono::year_month_day date{std::chrono::year{part[0]},
                                         std::chrono::month{static_cast<unsigned>(part[1])},
                                         std::chrono::day{static_cast<unsigned>(part[2])}};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::string format_date(std::int64_t day) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(day)))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace infodiet
