#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/plot/plot.hpp"
#include "sim/plot/scale.hpp"
#include "sim/plot/svg_column.hpp"
#include "sim/plot/svg_look.hpp"
#include "sim/plot/svg_text.hpp"
#include "sim/plot/xml.hpp"

namespace infodiet {
namespace {

constexpr double kWidth = 640, kHeight = 440;
constexpr double kLeastArea = 230;  // of the data area: below it, the drawing grows
constexpr double kRight = 18;       // margin
constexpr double kTitleSize = 18, kTextSize = 15, kTickSize = 14, kNoteSize = 12.5;
constexpr double kBelowAxis = 12 + kTickSize;  // ticks and their labels
constexpr const char* kFaint = " fill-opacity=\"0.8\"";
constexpr int kMostMarkers = 24;  // on one line

bool is_shown(const Plot& plot, double x, double y) {
  return std::isfinite(x) && std::isfinite(y) && (!plot.x.log || x > 0) && (!plot.y.log || y > 0);
}

bool has_interval(const PlotSeries& series, std::size_t i) {
  return !series.low.empty() && std::isfinite(series.low[i]) && std::isfinite(series.high[i]);
}

void check(const Plot& plot) {
  for (const PlotSeries& series : plot.series) {
    const std::size_t n = series.x.size();
    if (series.y.size() == n && (series.low.empty() || series.low.size() == n) &&
        series.high.size() == series.low.size())
      continue;
    throw Error(ErrorCode::kShape, fmt::format("plot '{}', series '{}'", plot.title, series.label),
                fmt::format("{} x, {} y, {} low, {} high (needed: as many of each; low and high "
                            "may be empty)",
                            n, series.y.size(), series.low.size(), series.high.size()));
  }
}

struct Scales {
  Scale x, y;
};

/// An axis of names, each with the same room.
Scale named_scale(const std::vector<std::string>& names) {
  Scale scale{false, 0.5, static_cast<double>(names.size()) + 0.5, {}};
  double value = 1;
  for (const std::string& name : names) scale.ticks.push_back({value++, xml_escaped(name)});
  return scale;
}

/// Points decide what an axis spans. Intervals may stretch it to three times that, no further: from
/// two seeds they are so wide that nothing else could be seen.
Scales scales_of(const Plot& plot) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  double x_low = kInf, x_high = -kInf, y_low = kInf, y_high = -kInf;
  const auto for_each_point = [&plot](const auto& body) {
    for (const PlotSeries& series : plot.series) {
      for (std::size_t i = 0; i < series.x.size(); ++i)
        if (is_shown(plot, series.x[i], series.y[i])) body(series, i);
    }
  };
  for_each_point([&](const PlotSeries& series, std::size_t i) {
    x_low = std::min(x_low, series.x[i]);
    x_high = std::max(x_high, series.x[i]);
    y_low = std::min(y_low, series.y[i]);
    y_high = std::max(y_high, series.y[i]);
  });
  const double span =
      plot.y.log ? std::max(y_high / y_low, 2.0) : std::max(y_high - y_low, 0.1 * std::abs(y_high));
  const double least = plot.y.log ? y_low / span : y_low - span;
  const double most = plot.y.log ? y_high * span : y_high + span;
  for_each_point([&](const PlotSeries& series, std::size_t i) {
    if (!has_interval(series, i)) return;
    // an interval of a quantity that is never negative should not open room below 0
    const double floor = !plot.y.log && y_low >= 0 ? std::max(0.0, least) : least;
    y_low = std::min(y_low, std::max(series.low[i], floor));
    y_high = std::max(y_high, std::min(series.high[i], most));
  });
  return {plot.x.names.empty() ? fitted_scale(x_low, x_high, plot.x.log, ScaleEnds::kTight, 6)
                               : named_scale(plot.x.names),
          fitted_scale(y_low, y_high, plot.y.log, ScaleEnds::kOnTicks, 5)};
}

/// The rectangle of the data, and how numbers come to lie in it.
struct Area {
  double left = 0, top = 0, right = 0, bottom = 0;
  Scales scales;

  double x(double value) const { return left + scales.x.place(value) * (right - left); }
  double y(double value) const {
    // far outside is as good as further outside, and keeps coordinates short
    return bottom - std::clamp(scales.y.place(value), -9.0, 9.0) * (bottom - top);
  }
};

std::string grid_and_ticks(const Area& area) {
  std::string out = "<g stroke=\"currentColor\" stroke-width=\"1\">\n";
  std::string labels = fmt::format("<g fill=\"currentColor\" font-size=\"{}\">\n", kTickSize);
  for (const Tick& tick : area.scales.y.ticks) {
    const double y = area.y(tick.value);
    const bool zero = tick.value == 0 && area.scales.y.low < 0;  // gains and losses part here
    out += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke-opacity=\"{}\"/>\n",
        area.left, area.right, y, y,
        tick.label.empty() ? "0.07"
        : zero             ? "0.75"
                           : "0.18");
    if (!tick.label.empty())
      labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                            area.left - 8, y + 0.35 * kTickSize, tick.label);
  }
  double free_from = -1e9;  // a label that would touch the last is left out
  for (const Tick& tick : area.scales.x.ticks) {
    const double x = area.x(tick.value);
    const double half = text_width(tick.label, kTickSize) / 2;
    const bool labelled = !tick.label.empty() && x - half > free_from;
    out += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", x, x,
                       area.bottom, area.bottom + (labelled ? 6 : 3));
    if (!labelled) continue;
    free_from = x + half + 6;
    labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x,
                          area.bottom + 8 + kTickSize, tick.label);
  }
  out += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", area.left,
                     area.right, area.bottom, area.bottom);
  return out + "</g>\n" + labels + "</g>\n";
}

/// The runs of points that are not broken by a gap, as positions [begin, end).
std::vector<std::pair<std::size_t, std::size_t>> runs_where(
    std::size_t size, const std::function<bool(std::size_t)>& holds) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < size; ++i) {
    if (!holds(i)) continue;
    const std::size_t begin = i;
    while (i < size && holds(i)) ++i;
    runs.emplace_back(begin, i);
  }
  return runs;
}

std::string intervals(const Plot& plot, const PlotSeries& series, const SvgLook& look,
                      const Area& area) {
  const auto with_interval = [&](std::size_t i) {
    return is_shown(plot, series.x[i], series.y[i]) && has_interval(series, i);
  };
  std::string out;
  for (const auto& [begin, end] : runs_where(series.x.size(), with_interval)) {
    if (look.joined && end - begin > 1) {
      std::string path;
      for (std::size_t i = begin; i < end; ++i)
        path += fmt::format("{}{:.1f},{:.1f}", i == begin ? "M" : "L", area.x(series.x[i]),
                            area.y(series.high[i]));
      for (std::size_t i = end; i-- > begin;)
        path += fmt::format("L{:.1f},{:.1f}", area.x(series.x[i]), area.y(series.low[i]));
      out += fmt::format("<path d=\"{}Z\" fill=\"{}\" fill-opacity=\"0.2\"/>\n", path, look.colour);
      continue;
    }
    for (std::size_t i = begin; i < end; ++i)
      out += fmt::format("<path d=\"M{:.1f},{:.1f}V{:.1f}\" stroke=\"{}\" stroke-width=\"1.6\"/>\n",
                         area.x(series.x[i] + look.shift), area.y(series.low[i]),
                         area.y(series.high[i]), look.colour);
  }
  return out;
}

std::string line_and_markers(const Plot& plot, const PlotSeries& series, const SvgLook& look,
                             const Area& area) {
  const auto shown = [&](std::size_t i) { return is_shown(plot, series.x[i], series.y[i]); };
  std::string out, markers;
  int every = 1;
  if (look.line) every = 1 + (static_cast<int>(series.x.size()) - 1) / kMostMarkers;
  for (const auto& [begin, end] : runs_where(series.x.size(), shown)) {
    std::string path;
    for (std::size_t i = begin; i < end; ++i) {
      const double x = area.x(series.x[i] + look.shift), y = area.y(series.y[i]);
      path += fmt::format("{}{:.1f},{:.1f}", i == begin ? "M" : "L", x, y);
      if (end - begin == 1 || i % every == 0) markers += look.marker(x, y);
    }
    if (look.joined && end - begin > 1)
      out += fmt::format("<path d=\"{}\" {}/>\n", path, look.stroke());
  }
  return out + markers;
}

std::string nothing_to_show(const Area& area) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" text-anchor=\"middle\"{}>no "
      "points</text>\n",
      (area.left + area.right) / 2, (area.top + area.bottom) / 2, kTextSize, kFaint);
}

std::string labelled(const PlotAxis& axis) {
  return axis.unit == "-" ? axis.label : fmt::format("{} [{}]", axis.label, axis.unit);
}

/// The room that a text takes below what is above it.
double height_of(const std::string& text, double size) {
  SvgColumn column(kRight, kWidth - kRight, 0);
  column.add(text, size);
  return column.y();
}

}  // namespace

std::string svg(const Plot& plot, SvgUse use) {
  check(plot);
  const std::vector<SvgLook> looks = svg_looks(plot.series, !plot.x.names.empty());

  // 1. From the top, each in the room it needs: title, legend, label of the y axis.
  SvgColumn head(kRight, kWidth - kRight, 6);
  head.add(plot.title, kTitleSize, " font-weight=\"600\"");
  head.skip(6);
  head.add_legend(plot.series, looks, kTextSize);
  head.skip(6);
  head.add(labelled(plot.y), kTextSize, kFaint);

  // 2. What is below the data, and so the rectangle that is left for them.
  const Scales scales = scales_of(plot);
  double widest = 0;
  for (const Tick& tick : scales.y.ticks)
    widest = std::max(widest, text_width(tick.label, kTickSize));
  const std::string x_label = labelled(plot.x);
  const double below = kBelowAxis + height_of(x_label, kTextSize) + 6 +
                       height_of(plot.note, kNoteSize) + (plot.note.empty() ? 0 : 4);
  const double top = head.y() + 10;
  const double height = std::max(kHeight, std::ceil(top + kLeastArea + below));
  const Area area{kRight + widest + 8, top, kWidth - kRight, height - below, scales};

  std::string body = grid_and_ticks(area);
  SvgColumn foot(kRight, kWidth - kRight, area.bottom + kBelowAxis);
  foot.add_centred(x_label, kTextSize, (area.left + area.right) / 2, kFaint);
  foot.skip(4);
  foot.add(plot.note, kNoteSize, kFaint);

  // 3. The data. An inner drawing cuts off what leaves it (a clip path would need a name, which
  // could clash in a page of many plots).
  body += fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" "
      "viewBox=\"{0:.1f} {1:.1f} {2:.1f} {3:.1f}\" overflow=\"hidden\">\n",
      area.left, area.top, area.right - area.left, area.bottom - area.top);
  bool empty = true;
  for (const PlotSeries& series : plot.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i)
      empty = empty && !is_shown(plot, series.x[i], series.y[i]);
  }
  if (empty) body += nothing_to_show(area);
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    body += intervals(plot, plot.series[i], looks[i], area);
  body += "</svg>\n";
  for (std::size_t i = 0; i < plot.series.size(); ++i)
    body += line_and_markers(plot, plot.series[i], looks[i], area);

  // 4. The frame.
  const std::string size =
      use == SvgUse::kFile
          ? fmt::format(" width=\"{:.0f}\" height=\"{:.0f}\" color=\"#1a1a1a\"", kWidth, height)
          : "";
  const std::string paper =
      use == SvgUse::kFile ? "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" : "";
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\"{2} "
             "role=\"img\" aria-label=\"{3}\" fill=\"currentColor\" "
             "font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\">\n"
             "<title>{3}</title>\n{4}",
             kWidth, height, size, xml_escaped(plot.title), paper) +
         head.svg() + body + foot.svg() + "</svg>\n";
}

}  // namespace infodiet
