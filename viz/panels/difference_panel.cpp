#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/comparison.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {

void DifferencePanel::draw(const Scene& scene, Rect place) const {
  Canvas& canvas = scene.canvas;
  const Rect r = panel(canvas, place, "");
  const float middle = place.middle().x;
  canvas.text({middle, r.y + 14}, "A − B",
              words(13, theme::kText, Face::kSemiBold, Align::kCentre));
  canvas.text({middle, r.y + 30}, "same person, same stream",
              words(10, theme::kTextLow, Face::kRegular, Align::kCentre));
  if (scene.model.sides[0].log.empty() || scene.model.sides[1].log.empty()) return;
  const Tally a = Tally::of(scene.model, 0), b = Tally::of(scene.model, 1);
  const Columns::Units& unit = scene.model.columns.unit;
  const struct {
    std::string name;
    double a, b;
    int better;  ///< 1: more, -1: less, 0: neither
    int digits;
  } rows[] = {{"score" + after_name(unit.score), a.score, b.score, 1, 2},
              {"score per day", a.per_day, b.per_day, 1, 2},
              {"minutes read per day", a.read_per_day, b.read_per_day, 0, 1},
              {"items shown per day", a.shown_per_day, b.shown_per_day, 0, 1},
              {"share lost, %", 100 * a.lost, 100 * b.lost, -1, 2},
              {"attention left" + after_name(unit.attention), a.balance, b.balance, 1, 1}};
  const float step = std::min(62.0f, (r.h - 40) / static_cast<float>(std::size(rows)));
  float y = r.y + 42;
  for (const auto& row : rows) {
    if (y + 44 > place.bottom()) break;
    const double difference = row.a - row.b;
    canvas.text({middle, y + 10}, row.name,
                words(10.5f, theme::kTextMid, Face::kMedium, Align::kCentre));
    canvas.text({middle, y + 27}, signed_number(difference, row.digits),
                figures(15, theme::kText, Align::kCentre, Face::kMonoBold));
    const double for_a = difference * row.better;
    if (std::abs(for_a) > 1e-9) {  // an arrow to the better side
      const float side = for_a > 0 ? -1.0f : 1.0f;
      const Point tip{middle + side * 64, y + 22};
      canvas.triangle(tip, {tip.x - side * 8, tip.y - 5}, {tip.x - side * 8, tip.y + 5},
                      theme::kSides[for_a > 0 ? 0 : 1]);
    }
    if (step > 54) {
      canvas.text({place.x + 12, y + 42}, "A " + number(row.a, row.digits),
                  figures(10, theme::kSides[0]));
      canvas.text({place.right() - 12, y + 42}, "B " + number(row.b, row.digits),
                  figures(10, theme::kSides[1], Align::kRight));
    }
    y += step;
  }
}

}  // namespace infodiet::viz
