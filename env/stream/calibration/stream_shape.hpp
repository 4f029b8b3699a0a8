#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "env/stream/format/stream_folder.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

/// Local days [begin, end): of a stream since its day 0, of recorded tables since 1970.
struct DayRange {
  std::int64_t begin = 0, end = 0;
};

/// What a stream, recorded or made, looks like from outside: all that can be compared without
/// knowing how it came about. What a source does not tell is NaN, or an empty list.
///
/// All of it is a statement about the past as a whole; none of it may reach an agent.
struct StreamShape {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  /// Ages are binned by half octaves: bin 0 ends at 1 min, bin k at 2^(k/2) min, the last but one
  /// at 728 d; the last has no end.
  static constexpr std::size_t kAges = 42;
  static double age_end(std::size_t bin) { return std::exp2(0.5 * static_cast<double>(bin)); }

  /// One part of the day's rhythm: share of hour h = (1 + sum amplitude cos(2 pi n (h - peak) /
  /// 24)) / 24 with n = 1 or 2.
  struct Wave {
    double amplitude = 0;
    double peak = 0;  ///< h, in [0, 24 / n)
  };

  std::string name;
  DayRange range;
  std::size_t items = 0;

  double items_per_day = 0;
  std::array<double, 24> hour_share = {};  ///< of the arrivals; by local hour
  Wave day_wave, half_day_wave;
  double weekend = kUnknown;  ///< arrivals of a Saturday or Sunday per those of a weekday

  /// Sample variance / mean of the arrivals per day and per hour: 1 for a Poisson stream of
  /// constant rate.
  double daily_dispersion = kUnknown, hourly_dispersion = kUnknown;
  /// Sum of (n' - n)^2 / sum of (n' + n), n' being the count a week after n: 1 for a Poisson stream
  /// with any weekly rhythm, and blind to what changes from month to month. What is left is bursts.
  /// After von Neumann et al. 1941, doi:10.1214/aoms/1177731746.
  double daily_bursts = kUnknown, hourly_bursts = kUnknown;

  std::vector<double> story_sizes;  ///< items of each story; ascending
  double wording = kUnknown;        ///< standard deviation of appeal within a story, per overall

  // A count below 1 is 1: some records hold no item before somebody has asked for it.
  std::vector<double> log_popularity;  ///< ln of the final count; ascending
  double popularity_gini = kUnknown;   ///< of the counts

  std::vector<double> reads_by_age;  ///< (kAges) share of the reads that come at each age

  std::vector<double> topic_shares;    ///< of main topics; descending. Empty if there is only one
  double effective_topics = kUnknown;  ///< exp of the entropy of the shares
  /// Probability that an item has the main topic of the one before, less that of two at random.
  double topic_clumping = kUnknown;
};

/// The local days that are recorded whole. A last day counts if the log goes on into its last hour.
/// @param offset  s: local time is UTC plus this
/// @param from    local day to begin with, if later
/// @throws Error kConfig if there are fewer than two
DayRange whole_days(const StreamTables& tables, std::int64_t offset,
                    std::int64_t from = std::numeric_limits<std::int64_t>::min());

/// Items that arrive within `range`, and their reads up to its end. A popularity that is nothing
/// but the impressions of a test was set by the experimenter and is unknown.
StreamShape shape_of(const StreamTables& tables, std::int64_t offset, DayRange range);

/// Reads are those of `Stream::popularity`: whole people.
StreamShape shape_of(const Stream& stream, DayRange range);

/// Median age at which an item is read. @returns min; NaN if unknown
double median_read_age(const StreamShape& shape);

/// One thing in which two streams can differ.
struct ShapeDistance {
  std::string_view name;
  std::string_view unit;      ///< of the two figures
  std::string_view distance;  ///< which distance it is
  double a = 0, b = 0;        ///< the figure, of either stream, that says most of it
  double value = 0;           ///< the distance; NaN where one of them does not know
};

/// Every distance, always in one order, so that tables of several pairs line up. It is symmetric,
/// and 0 for equal shapes.
std::vector<ShapeDistance> distances(const StreamShape& a, const StreamShape& b);

/// A setting of the synthetic stream that a shape determines by itself.
struct FittedSetting {
  std::string_view key;
  double value = 0;
};

/// Those that can be read off, each from one moment: rate, rhythm, topics, audience. What a shape
/// does not know is left out.
std::vector<FittedSetting> fitted_settings(const StreamShape& shape);

}  // namespace infodiet
