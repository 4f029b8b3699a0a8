#pragma once

#include <string>
#include <vector>

namespace infodiet {

struct Tick {
  double value = 0;
  std::string label;  ///< "" for one between those that are labelled
};

/// Where numbers lie along an axis.
struct Scale {
  bool log = false;
  double low = 0, high = 1;
  std::vector<Tick> ticks;  ///< ascending, inside [low, high]

  /// 0 at the low end, 1 at the high end. On a logarithmic axis, numbers of 0 and less lie far
  /// below the low end.
  double place(double value) const;
};

/// How an axis ends.
enum class ScaleEnds {
  kTight,    ///< a little beyond the numbers: for what runs along
  kOnTicks,  ///< on labelled ticks, and at 0 if that is near: for what is read off
};

/// An axis that shows all numbers in [low, high] and has about `wanted` labelled ticks, at 1, 2 or
/// 5 times a power of ten. Bounds that are no finite numbers (above 0 if `log`), or in the wrong
/// order, are replaced.
Scale fitted_scale(double low, double high, bool log, ScaleEnds ends, int wanted = 5);

}  // namespace infodiet
