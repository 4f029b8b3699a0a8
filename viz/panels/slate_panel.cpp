#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

/// One item that was shown, and what came of it.
void draw_shown(const Scene& scene, Rect r, const Snapshot& shot, int slot) {
  Canvas& canvas = scene.canvas;
  const Columns& columns = scene.model.columns;
  const auto candidate = static_cast<std::size_t>(shot.slate[slot]);
  const auto row = shot.row(Snapshot::kCandidates, candidate);
  const auto feedback = shot.row(Snapshot::kFeedback, static_cast<std::size_t>(slot));
  const auto outcome = shot.row(Snapshot::kOutcomes, candidate);
  const bool was_read = Columns::at(feedback, 1) > 0;
  const TopicMix mix = columns.topics(row, false);
  const Colour colour = mix.count > 0 ? theme::topic(mix.topic[0]) : theme::kOther;
  canvas.shadow({r.x, r.y + 2, r.w, r.h + 2}, 10, 8, rgb(0, 80));
  canvas.round(r, 9, theme::kCardTop, theme::kCard);
  canvas.outline(r, 9, was_read ? 1.5f : 1.0f,
                 was_read ? theme::kGoodwill : mixed(theme::kStroke, theme::kAccent, 0.45f));
  canvas.round({r.x, r.y + 10, 3.5f, r.h - 20}, 1.7f, colour);
  if (mix.count > 0) topic_chip(canvas, {r.x + 13, r.y + 9}, columns, mix.topic[0]);
  slot_badge(canvas, {r.right() - 16, r.y + 17}, slot);
  canvas.text({r.x + 44, r.y + 20.5f},
              canvas.fitted(fmt::format("#{}", shot.item[candidate]), Face::kMono, 10, r.w - 76),
              figures(10, theme::kTextLow));
  canvas.text({r.x + 13, r.y + 41},
              canvas.fitted(topic_words(columns, mix), Face::kSemiBold, 12, r.w - 24),
              words(12, theme::kText, Face::kSemiBold));

  // what could be expected, from the hidden state, as far as there is room
  const struct {
    const char* name;
    OutcomeColumn column;
    std::string unit;
  } lines[] = {{"P(read)", kOutcomeProbability, ""},
               {"value", kOutcomeValue, columns.unit.value},
               {"attention", kOutcomeAttention, columns.unit.attention}};
  float y = r.y + 58;
  for (const auto& line : lines) {
    if (outcome.empty() || y + 30 > r.bottom()) break;
    const double x = double{outcome[line.column]};
    const std::string value = line.column == kOutcomeProbability
                                  ? percent(x, 1)
                                  : brief(x) + after_number(short_unit(line.unit));
    const float used =
        canvas.text({r.right() - 11, y}, value, figures(10, theme::kTextMid, Align::kRight));
    canvas.text({r.x + 13, y}, canvas.fitted(line.name, Face::kRegular, 10.5f, r.w - 30 - used),
                words(10.5f, theme::kTextLow, Face::kRegular));
    y += 15;
  }
  const double dwell = double{Columns::at(feedback, 2)};
  std::string what = "passed over";
  if (was_read) {
    what = "read " + duration(dwell);
    if (Columns::at(feedback, 3) > 0) what += ", liked";
  }
  const Point mark{r.x + 17, r.bottom() - 14};
  if (was_read)
    canvas.circle(mark, 4, theme::kGoodwill);
  else
    canvas.arc(mark, 3.4f, 0, 6.2832f, 1.3f, theme::kTextLow);
  canvas.text({r.x + 27, r.bottom() - 10}, canvas.fitted(what, Face::kMedium, 11, r.w - 38),
              words(11, was_read ? theme::kGoodwill : theme::kTextMid));
}

void draw_nothing(const Scene& scene, Rect r, const Snapshot& shot) {
  Canvas& canvas = scene.canvas;
  canvas.outline(r, 9, 1, theme::kStroke);
  canvas.hatch(r.inset(2), 9, 1, faded(theme::kStroke, 0.55f));
  const Point middle = r.middle();
  const std::string why = std::isnan(shot.step.silence) ? ""
                                                        : "the agent gave silence a chance of " +
                                                              percent(double{shot.step.silence}, 1);
  const float up = why.empty() ? 4.0f : -4.0f;
  const auto plate = [&](std::string_view text, const TextStyle& style, float y) {
    const float wide = canvas.text_width(text, style.face, style.size) + 20;
    canvas.rect({middle.x - wide / 2, y - 14, wide, 20}, theme::kPanel);
    canvas.text({middle.x, y}, text, style);
  };
  plate("Nothing is shown", words(14, theme::kText, Face::kSemiBold, Align::kCentre),
        middle.y + up);
  if (!why.empty())
    plate(why, words(11.5f, theme::kTextMid, Face::kRegular, Align::kCentre), middle.y + up + 20);
}

}  // namespace

void SlatePanel::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  const Snapshot* const shot = model.shot(0);
  std::string note;
  int shown = 0;
  if (shot != nullptr) {
    for (const std::int32_t place_of : shot->slate) shown += place_of >= 0 ? 1 : 0;
    note = fmt::format("{} · {} of {} slots · {} pass until the next decision",
                       shot->step.has(StepRecord::kPush) ? "push" : "feed", shown,
                       model.spec().slots, duration(double{shot->step.passed}));
    if (shot->step.has(StepRecord::kByHand)) note = "picked by hand · " + note;
    if (shot->step.has(StepRecord::kMasked)) note = "with candidates hidden · " + note;
  }
  const Rect r = panel(scene.canvas, place, "Shown", note);
  if (shot == nullptr) return;
  if (shown == 0) {
    draw_nothing(scene, r, *shot);
    return;
  }
  // as many as are at least so wide; of more, the last field tells how many are left
  const int slots = model.spec().slots;
  const int fit = std::max(1, static_cast<int>((r.w + 10) / 130));
  const int columns = std::min(std::max(std::min(slots, fit), 1), fit);
  const float wide = (r.w - 10 * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  for (int k = 0; k < columns; ++k) {
    const Rect card{r.x + static_cast<float>(k) * (wide + 10), r.y, wide, r.h};
    const bool is_last = k == columns - 1;
    if (is_last && shown > columns) {
      scene.canvas.outline(card, 9, 1, theme::kStroke);
      scene.canvas.text(card.middle(), fmt::format("and {} more", shown - columns + 1),
                        words(12, theme::kTextMid, Face::kMedium, Align::kCentre));
    } else if (k < shown) {
      draw_shown(scene, card, *shot, k);
    } else {
      scene.canvas.outline(card, 9, 1, theme::kStroke);
      scene.canvas.hatch(card.inset(2), 9, 1, faded(theme::kStroke, 0.5f));
    }
  }
}

}  // namespace infodiet::viz
