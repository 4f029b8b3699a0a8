#include <algorithm>
#include <cmath>
#include <functional>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/panels/reward_colours.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

/// One line of a plot: its name, and its value at every decision in turn.
struct Line {
  std::string name;
  Colour colour;
  std::function<double(const StepRecord&)> value;  ///< called in order, so it may add up
  bool is_dashed = false;
};

struct Plot {
  std::string title;
  std::vector<Line> lines;
  bool is_filled = false;
  double low = 0, high = 0;  ///< a range that is always shown
};

/// A hidden number, as far as records hold it.
Line person_line(const Model& model, int column, const std::string& name, Colour colour,
                 bool dashed = false) {
  (void)model;
  return {name, colour,
          [column](const StepRecord& r) {
            return column >= 0 && column < StepRecord::kMostPerson ? double{r.person[column]}
                                                                   : double{StepRecord::kNone};
          },
          dashed};
}

std::vector<Plot> plots_of(const Model& model) {
  std::vector<Plot> plots;
  const auto sum_of = [](std::function<double(const StepRecord&)> step) {
    return
        [step = std::move(step), sum = 0.0](const StepRecord& r) mutable { return sum += step(r); };
  };
  plots.push_back(
      {"Score so far" + after_name(model.columns.unit.score),
       {{"", theme::kText, sum_of([&model](const StepRecord& r) { return model.score(r); })}},
       true});
  Plot parts{"", {}, false};
  std::string units;
  for (std::size_t i = 0; i < model.spec().rewards.size() && parts.lines.size() < 2; ++i) {
    if (model.spec().rewards[i].weight == 0) continue;
    parts.lines.push_back({model.spec().rewards[i].name, reward_colour(i),
                           sum_of([i](const StepRecord& r) { return double{r.rewards[i]}; }),
                           parts.lines.size() == 1});
    const std::string unit = short_unit(model.spec().rewards[i].unit);
    if (unit != "-" && units.find(unit) == std::string::npos)
      units += (units.empty() ? "" : ", ") + unit;
  }
  parts.title = "So far" + after_name(units);
  if (parts.lines.size() > 1) plots.push_back(std::move(parts));
  const Columns::OfPerson& at = model.columns.person;
  if (at.balance >= 0) {
    const Feature& f = model.spec().hidden_features[at.balance];
    Plot plot{"Attention balance" + after_name(f.unit),
              {person_line(model, at.balance, "", theme::kValue)}};
    if (!std::isnan(f.mark)) plot.low = double{f.mark};
    plots.push_back(std::move(plot));
  }
  if (at.fatigue >= 0 || at.overload >= 0) {
    plots.push_back({"Lost, and fatigue",
                     {person_line(model, at.overload, "lost", theme::kOverload),
                      person_line(model, at.fatigue, "fatigue", theme::kFatigue, true)},
                     false,
                     0,
                     1});
  }
  plots.push_back(
      {"Entropy (1: largest)",
       {{"policy", theme::kAccent, [](const StepRecord& r) { return double{r.policy_entropy}; }},
        {"attention", theme::kSecond,
         [](const StepRecord& r) { return double{r.attention_entropy}; }, true}},
       false,
       0,
       1});
  return plots;
}

void draw_plot(const Scene& scene, Rect r, const Plot& plot) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const auto records = model.sides[0].log.records();
  const int shown = model.shown(0);
  std::vector<std::vector<double>> values(plot.lines.size());
  double low = std::min(0.0, plot.low), high = std::max(plot.high, 1e-3);
  for (std::size_t l = 0; l < plot.lines.size(); ++l) {
    auto value = plot.lines[l].value;  // a fresh sum
    for (const StepRecord& record : records) {
      values[l].push_back(value(record));
      if (std::isnan(values[l].back())) continue;
      low = std::min(low, values[l].back());
      high = std::max(high, values[l].back());
    }
  }
  canvas.text({r.x, r.y + 11}, plot.title, words(11, theme::kTextMid));
  float right = r.right();
  for (std::size_t l = plot.lines.size(); l-- > 0;) {
    const Line& line = plot.lines[l];
    const double now = shown >= 0 && shown < static_cast<int>(values[l].size()) ? values[l][shown]
                                                                                : StepRecord::kNone;
    right -= canvas.text({right, r.y + 11}, std::abs(now) < 10 ? number(now) : brief(now),
                         figures(10.5f, theme::kText, Align::kRight)) +
             5;
    if (line.name.empty()) continue;
    right -= canvas.text({right, r.y + 11}, line.name,
                         words(10.5f, theme::kTextMid, Face::kRegular, Align::kRight)) +
             4;
    const Point key[] = {{right - 13, r.y + 7}, {right, r.y + 7}};
    if (line.is_dashed)
      canvas.dashed(key, 2.2f, line.colour, 4, 3);
    else
      canvas.polyline(key, 2.2f, line.colour);
    right -= 22;
  }
  const Rect field{r.x + 32, r.y + 19, r.w - 36, r.h - 26};
  const Axis y = nice_axis(low, high, field.bottom(), field.y);
  const Axis x{0, model.horizon_days(), field.x, field.right()};
  plot_frame(canvas, field, y);
  if (plot.low < 0) {  // where all is lost
    const float mark = y.px(plot.low);
    for (float at = field.x; at < field.right(); at += 8)
      canvas.rect({at, mark, 4, 1}, faded(theme::kReference, 0.8f));
  }
  for (std::size_t l = 0; l < plot.lines.size(); ++l) {
    Curve curve(x, y);
    for (std::size_t i = 0; i < records.size(); ++i)
      curve.add(records[i].minutes / 1440, values[l][i]);
    if (curve.empty()) continue;
    if (plot.is_filled) curve.fill(canvas, plot.lines[l].colour);
    curve.draw(canvas, 1.5f, plot.lines[l].colour, plot.lines[l].is_dashed);
    if (plot.low < 0) {  // debt, below zero
      const float zero = y.px(0);
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (!(values[l][i] < 0)) continue;
        const float px = x.px(records[i].minutes / 1440);
        canvas.rect({px, zero, 1.5f, y.px(values[l][i]) - zero}, faded(theme::kOverload, 0.55f));
      }
    }
  }
  if (model.cursor >= 0 && shown >= 0) {
    const float at = x.px(records[shown].minutes / 1440);
    canvas.rect({at, field.y - 2, 1, field.h + 4}, faded(theme::kText, 0.6f));
  }
}

}  // namespace

void CurvesPanel::draw(const Scene& scene, Rect place) const {
  const Rect r = panel(scene.canvas, place, "The episode so far", "by day");
  const std::vector<Plot> plots = plots_of(scene.model);
  if (scene.model.sides[0].log.empty()) return;
  const int fit = std::max(1, static_cast<int>(r.h / 58));
  const int shown = std::min(fit, static_cast<int>(plots.size()));
  const float high = r.h / static_cast<float>(shown);
  for (int i = 0; i < shown; ++i)
    draw_plot(scene, {r.x, r.y + high * static_cast<float>(i), r.w, high}, plots[i]);
}

}  // namespace infodiet::viz
