#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

void draw_one(const Scene& scene, Rect r, const WallPerson& person) {
  Canvas& canvas = scene.canvas;
  const Columns::OfPerson& at = scene.model.columns.person;
  const auto hidden = std::span<const float>(person.last.person);
  const float lost = Columns::at(hidden, at.overload);
  const bool is_over = lost > 0;
  canvas.round(r, 8, is_over ? faded(theme::kOverload, 0.14f) : theme::kCard);
  canvas.outline(r, 8, is_over ? 1.5f : 1.0f,
                 is_over ? faded(theme::kOverload, 0.8f) : theme::kStroke);
  canvas.text({r.x + 8, r.y + 15}, fmt::format("#{:02}", person.env), figures(10, theme::kTextLow));
  canvas.text({r.right() - 8, r.y + 15}, clock_time(double{person.last.hour}),
              figures(10, theme::kTextLow, Align::kRight));
  float y = r.y + 22;
  if (at.balance >= 0) {
    const Feature& feature = scene.model.spec().hidden_features[at.balance];
    const float balance = Columns::at(hidden, at.balance);
    const float radius = std::min(27.0f, (r.h - 62) * 0.5f);
    const Point centre{r.middle().x, y + radius + 4};
    balance_dial(canvas, centre, radius, 6, balance, feature);
    canvas.text(
        {centre.x, centre.y + 4}, number(double{balance}, 1),
        figures(11.5f, is_over ? theme::kOverload : theme::kText, Align::kCentre, Face::kMonoBold));
    y = centre.y + radius * 0.6f;
  }
  const std::string what = is_over                              ? "loses " + percent(double{lost})
                           : person.last.clicked > 0            ? "reads"
                           : person.last.shown > 0              ? "passes over"
                           : person.last.has(StepRecord::kPush) ? "left alone"
                                                                : "finds nothing";
  if (r.h > 80) {
    canvas.text(
        {r.middle().x, y + 14}, canvas.fitted(what, Face::kMedium, 10.5f, r.w - 10),
        words(10.5f, is_over ? theme::kOverload : theme::kTextMid, Face::kMedium, Align::kCentre));
    y += 18;
  }
  const Rect field{r.x + 9, y + 3, r.w - 18, r.bottom() - y - 10};
  if (field.h < 8 || person.balance.size() < 2) return;
  const auto [low, high] = std::minmax_element(person.balance.begin(), person.balance.end());
  const Axis x{0, static_cast<double>(person.balance.size() - 1), field.x, field.right()};
  const Axis axis{std::min(0.0, double{*low}), std::max(1.0, double{*high}), field.bottom(),
                  field.y};
  canvas.rect({field.x, axis.px(0), field.w, 1}, theme::kGrid);
  Curve curve(x, axis);
  for (std::size_t i = 0; i < person.balance.size(); ++i)
    curve.add(static_cast<double>(i), double{person.balance[i]});
  curve.draw(canvas, 1.3f, theme::kGoodwill);
}

}  // namespace

void PeopleWall::draw(const Scene& scene, Rect place) const {
  const TrainProgress& train = scene.model.train;
  const std::string note =
      train.checkpoint.empty() ? "" : "served by checkpoint " + train.checkpoint;
  const Rect r = panel(scene.canvas, place, "People", note);
  if (train.wall.empty()) {
    scene.canvas.text(r.middle(), "as soon as there is a checkpoint",
                      words(12, theme::kTextLow, Face::kRegular, Align::kCentre));
    return;
  }
  constexpr int kColumns = 4;
  const int rows = (static_cast<int>(train.wall.size()) + kColumns - 1) / kColumns;
  constexpr float kApart = 8;
  const float wide = (r.w - kApart * (kColumns - 1)) / kColumns;
  const float high = (r.h - kApart * static_cast<float>(rows - 1)) / static_cast<float>(rows);
  for (int i = 0; i < static_cast<int>(train.wall.size()); ++i) {
    draw_one(scene,
             {r.x + static_cast<float>(i % kColumns) * (wide + kApart),
              r.y + static_cast<float>(i / kColumns) * (high + kApart), wide, high},
             train.wall[i]);
  }
}

}  // namespace infodiet::viz
