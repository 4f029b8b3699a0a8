#pragma once

#include <array>
#include <cstddef>

namespace infodiet {

/// The rhythm of the day and the week as a clock of its own: activity time runs at `rate`, on
/// average over a week as fast as real time. What is even in activity time follows the rhythm in
/// real time, bursts included; and a rhythm can be taken out of a stream by going back.
///
///   rate(t) = c max(.02, 1 + a cos(2 pi (hour - p) / 24) + b cos(4 pi (hour - q) / 24)) w
///
/// constant over each quarter of an hour (the value at its middle), w on Saturday and Sunday only,
/// c such that a week has its 10080 min. One wave has a slow morning; the second makes it rise as
/// fast as real streams do, and gives those with a midday and an evening peak their two.
class Activity {
 public:
  /// One part of the rhythm of a day.
  struct Wave {
    double amplitude = 0;  ///< in [0, 1)
    double peak = 0;       ///< h
  };

  /// @param day            a, p
  /// @param half_day       b, q
  /// @param weekend        > 0: w
  /// @param first_weekday  of day 0; 0 = Monday
  Activity(Wave day, Wave half_day, double weekend, int first_weekday);

  /// Both in min, 0 at midnight of day 0; negative before. Exact inverses, strictly rising.
  double time_at(double activity) const;
  double activity_at(double time) const;

 private:
  static constexpr std::size_t kCells = 7 * 96;  // quarters of an hour in a week
  std::array<double, kCells + 1> begin_ = {};    // activity time at the begin of each, and its end
};

}  // namespace infodiet
