#pragma once

#include <array>
#include <cstddef>

namespace infodiet {

/// The rhythm of the day and the week as a clock of its own: activity time runs at `rate`, on
/// average over a week as fast as real time. What is even in activity time follows the rhythm in
/// real time, bursts included; and a rhythm can be taken out of a stream by going back.
///
///   rate(t) = c (1 + amplitude cos(2 pi (hour - peak_hour) / 24)) [weekend on Saturday and Sunday]
///
/// constant over each quarter of an hour (the value at its middle), c such that a week has its
/// 10080 min. Real streams are lowest near 4 h and high from 10 to 22 h.
class Activity {
 public:
  /// @param amplitude      in [0, 1)
  /// @param weekend        > 0: factor on Saturday and Sunday
  /// @param first_weekday  of day 0; 0 = Monday
  Activity(double amplitude, double peak_hour, double weekend, int first_weekday);

  /// Both in min, 0 at midnight of day 0; negative before. Exact inverses, strictly rising.
  double time_at(double activity) const;
  double activity_at(double time) const;

 private:
  static constexpr std::size_t kCells = 7 * 96;  // quarters of an hour in a week
  std::array<double, kCells + 1> begin_ = {};    // activity time at the begin of each, and its end
};

}  // namespace infodiet
