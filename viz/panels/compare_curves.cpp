#include <algorithm>
#include <cmath>
#include <functional>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

struct Measure {
  std::string title;
  std::function<double(const StepRecord&)> value;
  double low = 0, high = 0;
};

std::vector<Measure> measures_of(const Model& model) {
  const auto sum_of = [](std::function<double(const StepRecord&)> step) {
    return
        [step = std::move(step), sum = 0.0](const StepRecord& r) mutable { return sum += step(r); };
  };
  const Columns::OfPerson& at = model.columns.person;
  std::vector<Measure> all;
  all.push_back({"Score so far" + after_name(model.columns.unit.score),
                 sum_of([&model](const StepRecord& r) { return model.score(r); })});
  if (at.balance >= 0) {
    const Feature& f = model.spec().hidden_features[at.balance];
    all.push_back({"Attention balance" + after_name(f.unit),
                   [c = at.balance](const StepRecord& r) { return double{r.person[c]}; },
                   std::isnan(f.mark) ? 0.0 : double{f.mark}, 0});
  }
  if (at.overload >= 0)
    all.push_back({"Share of the shown that is lost",
                   [c = at.overload](const StepRecord& r) { return double{r.person[c]}; }, 0, 1});
  if (at.fatigue >= 0)
    all.push_back(
        {"Fatigue", [c = at.fatigue](const StepRecord& r) { return double{r.person[c]}; }, 0, 1});
  if (all.size() < 4)
    all.push_back(
        {"Minutes read so far", sum_of([](const StepRecord& r) { return double{r.read}; })});
  return all;
}

void draw_measure(const Scene& scene, Rect place, const Measure& measure) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const Rect r = panel(canvas, place, measure.title);
  float x = place.right() - theme::kPad;
  for (const int side : {1, 0}) {  // A is a whole line, B a dashed one
    const Colour colour = theme::kSides[static_cast<std::size_t>(side)];
    x -= canvas.text({x, place.y + 21}, side == 0 ? "A" : "B",
                     words(11, colour, Face::kSemiBold, Align::kRight)) +
         4;
    const Point key[] = {{x - 15, place.y + 17}, {x, place.y + 17}};
    if (side == 0)
      canvas.polyline(key, 2.4f, colour);
    else
      canvas.dashed(key, 2.4f, colour, 5, 3);
    x -= 26;
  }
  const Rect field{r.x + 28, r.y + 6, r.w - 32, r.h - 24};
  std::vector<std::vector<double>> values(2);
  double low = std::min(0.0, measure.low), high = std::max(1e-3, measure.high);
  for (int side = 0; side < 2; ++side) {
    auto value = measure.value;
    for (const StepRecord& record : model.sides[side].log.records()) {
      values[side].push_back(value(record));
      low = std::min(low, values[side].back());
      high = std::max(high, values[side].back());
    }
  }
  const Axis y = nice_axis(low, high, field.bottom(), field.y);
  const Axis days{0, model.horizon_days(), field.x, field.right()};
  plot_frame(canvas, field, y);
  for (const int side : {1, 0}) {
    Curve curve(days, y);
    const auto records = model.sides[side].log.records();
    for (std::size_t i = 0; i < records.size(); ++i)
      curve.add(records[i].minutes / 1440, values[side][i]);
    if (!curve.empty())
      curve.draw(canvas, 1.7f, theme::kSides[static_cast<std::size_t>(side)], side > 0);
  }
  for (int i = 0; i <= 3; ++i) {
    const double day = model.horizon_days() * i / 3;
    canvas.text({days.px(day), field.bottom() + 15}, i == 0 ? "day 0" : number(day, 1),
                figures(10, theme::kTextLow,
                        i == 0   ? Align::kLeft
                        : i == 3 ? Align::kRight
                                 : Align::kCentre));
  }
  if (const StepRecord* now = model.record(0); now != nullptr && model.cursor >= 0)
    canvas.rect({days.px(now->minutes / 1440), field.y, 1, field.h}, faded(theme::kText, 0.6f));
}

}  // namespace

void CompareCurves::draw(const Scene& scene, Rect place) const {
  const auto measures = measures_of(scene.model);
  const auto count = static_cast<float>(std::min<std::size_t>(4, measures.size()));
  const float wide = (place.w - (count - 1) * theme::kGap) / count;
  for (float i = 0; i < count; ++i) {
    draw_measure(scene, {place.x + i * (wide + theme::kGap), place.y, wide, place.h},
                 measures[static_cast<std::size_t>(i)]);
  }
}

}  // namespace infodiet::viz
