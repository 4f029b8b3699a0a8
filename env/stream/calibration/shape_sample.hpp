#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/stream/calibration/stream_shape.hpp"

namespace infodiet {

/// The common form of both kinds of stream: what arrived within some days and what people made of
/// it. A list that is empty is not known; the others have one entry per item.
struct ShapeSample {
  std::string name;
  DayRange range;
  int first_weekday = 0;        ///< of range.begin; 0 = Monday
  std::vector<double> arrival;  ///< min since midnight of range.begin; ascending
  std::vector<int> topic;       ///< main topic; -1: unknown
  std::vector<std::int64_t> story;
  std::vector<double> appeal;        ///< used where stories are known
  std::vector<double> appeal_noise;  ///< variance of its measurement; empty: measured exactly
  std::vector<double> count;         ///< how many people in the end
  std::vector<double> reads_by_age;  ///< (StreamShape::kAges) number of reads

  /// @param age  min, above 0
  void add_reads(double age, double reads);
};

StreamShape describe(const ShapeSample& sample);

}  // namespace infodiet
