#pragma once

#include <string>
#include <vector>

#include "sim/plot/plot.hpp"

namespace infodiet {

/// How one series is painted: by colour, dash and marker, so that none of them is needed alone.
struct SvgLook {
  std::string colour;
  std::string dash = "";  ///< SVG's stroke-dasharray; "" for a whole line
  int shape = 0;          ///< of the marker
  bool line = true;       ///< else open markers alone
  bool joined = true;     ///< whether a line joins its markers
  double shift = 0;       ///< of its markers along an axis of names, so that they lie side by side

  /// Attributes of a line.
  std::string stroke() const;
  /// A marker around (x, y).
  std::string marker(double x, double y) const;
};

/// One look per series: lines go through the colours, points through the shapes.
/// @param named  the x axis has names in place of numbers
std::vector<SvgLook> svg_looks(const std::vector<PlotSeries>& all, bool named = false);

}  // namespace infodiet
