#pragma once

#include <span>
#include <string>
#include <vector>

#include "viz/widgets.hpp"

namespace infodiet::viz {

/// The range of an axis, and how it falls into pixels.
struct Axis {
  double low = 0, high = 1;
  float from = 0, to = 1;  ///< px of low and high

  float px(double x) const {
    const double share = (x - low) / (high - low);
    return from + (to - from) * static_cast<float>(share < 0 ? 0 : share > 1 ? 1 : share);
  }
};

/// Bounds with few digits around what is to be drawn. Values that are NaN do not count.
/// @param must  always inside: 0, most of the time
Axis nice_axis(double low, double high, float from, float to);

/// Points of a curve, at most about one per pixel and in order; a gap where there is no value.
class Curve {
 public:
  Curve(const Axis& x, const Axis& y) : x_(x), y_(y) {}

  /// Points closer than this to the one before are merged into it, as their mean.
  void add(double x, double y);
  void draw(Canvas& canvas, float width, Colour colour, bool dashed = false) const;
  void fill(Canvas& canvas, Colour colour) const;
  bool empty() const { return pieces_.empty(); }
  Point last() const { return pieces_.back().back(); }

 private:
  Axis x_, y_;
  std::vector<std::vector<Point>> pieces_;
  bool is_open_ = false;  // the last piece goes on
  double sum_ = 0;
  int count_ = 0;
};

/// Lines at the bounds and the middle of the y axis, its bounds in figures at the left, and zero
/// where it lies between.
void plot_frame(Canvas& canvas, Rect r, const Axis& y);

}  // namespace infodiet::viz
