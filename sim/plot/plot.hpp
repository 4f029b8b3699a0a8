#pragma once

#include <string>
#include <vector>

namespace infodiet {

struct PlotAxis {
  std::string label;
  std::string unit = "-";  ///< "-" if it has none
  bool log = false;        ///< values of 0 and less are then left out
  /// Of the values 1, 2, ..., where an x axis has no numbers: markers stand over names, series side
  /// by side, and no line joins them.
  std::vector<std::string> names = {};
};

/// A line of one's own, or points of someone else's.
struct PlotSeries {
  enum class Look {
    kLine,   ///< filled markers, joined by a line, inside a ribbon
    kPoints  ///< open markers in the colour of the text, with error bars
  };

  std::string label;
  std::vector<double> x;
  std::vector<double> y;         ///< NaN: no point there; the line has a gap
  std::vector<double> low = {};  ///< of an interval around y, NaN where there is none; or empty
  std::vector<double> high = {};
  Look look = Look::kLine;
};

/// What a plot shows. How it looks is the business of whoever draws it.
struct Plot {
  std::string title;
  PlotAxis x, y;
  std::vector<PlotSeries> series;
  std::string note = "";  ///< small print below: what the ribbons are
};

/// Where a drawing goes.
enum class SvgUse {
  kFile,    ///< on its own: black on white
  kInline,  ///< inside a page: it takes the page's colours and is as wide as there is room
};

/// Draws a plot, 640 units wide and 440 high (higher if title and legend need it). Series differ by
/// colour (safe for the colour-blind), marker and dash. The same plot gives the same bytes.
///
/// Colours: Okabe & Ito 2008, "Color universal design", jfly.uni-koeln.de/color.
/// @throws Error kShape naming a series whose arrays differ in length
std::string svg(const Plot& plot, SvgUse use = SvgUse::kFile);

}  // namespace infodiet
