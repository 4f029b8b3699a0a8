#include "sim/plot/svg_look.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace infodiet {
namespace {

struct LineStyle {
  const char* colour;
  const char* dash;
};

// black and yellow are left out: one of them cannot be seen on a dark page, the other on a white
// one
constexpr std::array kLines = {LineStyle{"#0072B2", ""},        LineStyle{"#D55E00", "9 4"},
                               LineStyle{"#009E73", "2.5 3.5"}, LineStyle{"#CC79A7", "9 3 2 3"},
                               LineStyle{"#E69F00", "16 4"},    LineStyle{"#56B4E9", "5 3"}};
constexpr int kShapes = 6;

using Corners = std::vector<std::pair<double, double>>;

/// Around the origin, with about the area of the unit circle; empty: the circle itself.
const Corners& corners(int shape) {
  static const std::array<Corners, kShapes> kAll = {{
      {},
      {{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}},
      {{0, -1.25}, {1.2, 0.85}, {-1.2, 0.85}},
      {{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}},
      {{0, 1.25}, {1.2, -0.85}, {-1.2, -0.85}},
      {{1.1, 0}, {0.55, 0.95}, {-0.55, 0.95}, {-1.1, 0}, {-0.55, -0.95}, {0.55, -0.95}},
  }};
  return kAll[shape % kShapes];
}

}  // namespace

std::string SvgLook::stroke() const {
  return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2.4\" stroke-linejoin=\"round\"{}",
                     colour, dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash));
}

std::string SvgLook::marker(double x, double y) const {
  const double radius = line ? 4.4 : 5;
  const std::string paint =
      line ? fmt::format("fill=\"{}\"", colour)
           : fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\"", colour);
  if (corners(shape).empty())
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" {}/>\n", x, y, radius, paint);
  std::string points;
  for (const auto& [dx, dy] : corners(shape))
    points +=
        fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x + dx * radius, y + dy * radius);
  return fmt::format("<polygon points=\"{}\" {}/>\n", points, paint);
}

std::vector<SvgLook> svg_looks(const std::vector<PlotSeries>& all, bool named) {
  constexpr double kApart = 0.14;  // two series, in distances of two names
  std::vector<SvgLook> looks;
  std::size_t lines = 0;
  int points = 0;
  for (const PlotSeries& series : all) {
    if (series.look == PlotSeries::Look::kPoints) {
      looks.push_back({"currentColor", "", points++, false, false});
    } else {
      const LineStyle& style = kLines[lines % kLines.size()];
      looks.push_back({style.colour, style.dash, static_cast<int>(lines), true, !named});
      ++lines;
    }
  }
  if (!named) return looks;
  double shift = -kApart * (static_cast<double>(looks.size()) - 1) / 2;
  for (SvgLook& look : looks) {
    look.shift = shift;
    shift += kApart;
  }
  return looks;
}

}  // namespace infodiet
