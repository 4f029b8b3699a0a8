#include "viz/panels/silence_row.hpp"

#include <cmath>
#include <string_view>

#include "viz/numbers.hpp"

namespace infodiet::viz {

void draw_silence(const Scene& scene, const Snapshot& shot, const SilenceRow& row) {
  Canvas& canvas = scene.canvas;
  const bool is_chosen = shot.step.shown == 0;
  const Rect& field = row.field;
  const Colour ink = is_chosen ? theme::kText : theme::kTextMid;
  canvas.round(field, 5, is_chosen ? faded(row.tint, 0.16f) : faded(theme::kCard, 0.6f));
  if (is_chosen) canvas.round({field.x, field.y + 3, 3, field.h - 6}, 1.5f, row.tint);
  const Point sign{row.title - 18, field.y + 10};
  canvas.arc(sign, 6, 0, 6.2832f, 1.5f, ink);
  canvas.line({sign.x - 4, sign.y + 4}, {sign.x + 4, sign.y - 4}, 1.5f, ink);
  if (is_chosen) {
    const Point tick{field.x + 15, field.y + 10};
    canvas.circle(tick, 8, row.tint);
    const Point check[] = {
        {tick.x - 3.5f, tick.y}, {tick.x - 0.8f, tick.y + 3}, {tick.x + 4, tick.y - 3}};
    canvas.polyline(check, 1.8f, theme::kGround);
  }
  const float base = field.y + 14;
  const auto style = words(11.5f, ink, is_chosen ? Face::kSemiBold : Face::kMedium);
  // the sign says it, too, where there is no room for words
  const float room = row.bar.x - 8 - row.title;
  const auto fits = [&](std::string_view text, const TextStyle& as, float in) {
    return canvas.text_width(text, as.face, as.size) <= in;
  };
  const char* const name = fits("Show nothing", style, room) ? "Show nothing"
                           : fits("Nothing", style, room)    ? "Nothing"
                                                             : "";
  const float used = canvas.text({row.title, base}, name, style) + 10;
  const float silence = shot.step.silence;
  const auto gates = shot.of(Snapshot::kGates);
  if (!gates.empty()) {
    std::string text = "gates";
    for (const float gate : gates) text += " " + percent(double{gate});
    const auto small = figures(10, theme::kTextLow);
    if (fits("gates 99%…", small, room - used)) {
      canvas.text({row.title + used, base},
                  canvas.fitted(text, small.face, small.size, room - used), small);
    }
  }
  if (std::isnan(silence)) return;
  if (row.bar.w > 12) bar(canvas, row.bar, silence, row.tint);
  canvas.text({row.right, base}, percent(double{silence}, 1),
              figures(10.5f, theme::kText, Align::kRight));
}

}  // namespace infodiet::viz
