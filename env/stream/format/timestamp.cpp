#include "env/stream/format/timestamp.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "env/stream/format/calendar.hpp"
#include "env/stream/format/csv_text.hpp"
#include "env/stream/format/stream_folder.hpp"

namespace infodiet {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes characters off the front of a text.
class Taker {
 public:
  explicit Taker(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Takes two digits. @returns their number, or -1 if they are none or above `most`
  int two_digits(int most) {
    if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) return -1;
    const int number = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return number <= most ? number : -1;
  }
  bool digits() {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// hh, hh:mm, hh:mm:ss or hh:mm:ss.f. @returns s since midnight
std::optional<std::int64_t> time_of_day(Taker& in) {
  const int hour = in.two_digits(23);
  int minute = 0, second = 0;
  if (in.take(':')) {
    minute = in.two_digits(59);
    if (in.take(':')) {
      second = in.two_digits(59);
      if ((in.take('.') || in.take(',')) && !in.digits()) return {};
    }
  } else {
    return {};  // an hour alone is no time that logs write
  }
  if (hour < 0 || minute < 0 || second < 0) return {};
  return hour * kSecondsPerHour + minute * 60 + second;
}

/// @returns s that local time is ahead of UTC
std::optional<std::int64_t> zone(Taker& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool ahead = in.take('+');
  if (!ahead && !in.take('-')) return {};
  const int hours = in.two_digits(23);
  const bool colon = in.take(':');
  const int minutes = in.at_end() && !colon ? 0 : in.two_digits(59);
  if (hours < 0 || minutes < 0) return {};
  const std::int64_t offset = hours * kSecondsPerHour + minutes * 60;
  return ahead ? offset : -offset;
}

std::optional<Timestamp> parse_number_since(std::string_view text, std::int64_t per_second) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto whole = parse_number<std::int64_t>(text.substr(0, dot));
  if (!whole) return {};
  bool fraction = false;
  for (const char c : text.substr(std::min(dot + 1, text.size()))) {
    if (!is_digit(c)) return {};
    fraction = fraction || c != '0';
  }
  const bool before = text.starts_with('-') && fraction;  // -0.5 s lies in second -1
  const std::int64_t t = floor_div(*whole, per_second);
  return Timestamp{before && t * per_second == *whole ? t - 1 : t, Timestamp::Form::kNumber};
}

std::optional<Timestamp> parse_iso(std::string_view text, std::int64_t utc_offset) {
  const auto day = parse_date(text.substr(0, 10));
  if (!day) return {};
  Taker in(text.substr(10));
  std::int64_t t = *day * kSecondsPerDay;
  if (in.at_end()) return Timestamp{t - utc_offset, Timestamp::Form::kLocal};
  if (!in.take('T') && !in.take('t') && !in.take(' ')) return {};
  const auto time = time_of_day(in);
  if (!time) return {};
  t += *time;
  if (in.at_end()) return Timestamp{t - utc_offset, Timestamp::Form::kLocal};
  in.take(' ');
  const auto offset = in.rest() == "UTC" ? std::int64_t{0} : zone(in);
  if (!offset || !(in.at_end() || in.rest() == "UTC")) return {};
  return Timestamp{t - *offset, Timestamp::Form::kZone};
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text, std::int64_t per_second,
                                         std::int64_t utc_offset) {
  const bool is_date = text.size() >= 10 && text[4] == '-';
  auto stamp = is_date ? parse_iso(text, utc_offset) : parse_number_since(text, per_second);
  if (!stamp || stamp->t < kEarliestTime || stamp->t > kLatestTime) return {};
  return stamp;
}

}  // namespace infodiet
