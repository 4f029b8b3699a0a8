#pragma once

#include <cstddef>
#include <cstdint>

#include "env/core/fields.hpp"
#include "env/stream/format/calendar.hpp"
#include "env/stream/format/stream_folder.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

// How the tables of a recorded stream become items and reads.

/// Turns times of the tables into minutes of the stream.
struct ReplayClock {
  std::int64_t offset = 0;  ///< s: local time is UTC plus this
  std::int64_t day0 = 0;    ///< days since 1970, local: day 0 of the stream

  /// @param t  s UTC  @returns min since midnight, local time, of day 0
  double minutes(std::int64_t t) const {
    return static_cast<double>(t + offset - day0 * kSecondsPerDay) / 60;
  }
  /// The inverse. @returns s UTC
  std::int64_t time(double minutes) const;
  /// @returns the day of the stream
  std::int64_t day(std::int64_t t) const { return floor_div(t + offset, kSecondsPerDay) - day0; }
};

/// Rows [begin, end) of the items table. Item i of the stream is row begin + i.
struct ItemRange {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};

/// What stands in for facts that a recorded stream lacks.
struct ItemAssumptions {
  double half_life = 1440;       ///< min
  double length = 1;             ///< min
  double length_min = 0.05;      ///< min
  double length_max = 30;        ///< min
  double quality_unknown = 0.5;  ///< [0, 1]

  void list(Fields& f);
};

/// Adds the rows of `range` as items and says in `out.assumed` what they were given.
/// @param split  first row of the test part. A scale computed from data uses rows before it only,
///               so that the train and the test part have one scale and the first knows nothing of
///               the second
void add_items(const StreamTables& tables, const ReplayClock& clock, ItemRange range,
               std::size_t split, const ItemAssumptions& assume, Stream& out);

/// Adds the reads before `end` [s UTC] of the items in `range`: one for each view or request among
/// the events, else what the curve counts.
void add_reads(const StreamTables& tables, const ReplayClock& clock, ItemRange range,
               std::int64_t end, Stream& out);

}  // namespace infodiet
