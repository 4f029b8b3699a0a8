#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

constexpr float kLeastCard = 128, kCardGap = 10;

void draw_card(const Scene& scene, Rect r, const Snapshot& shot, int candidate, bool is_new,
               float alpha) {
  Canvas& canvas = scene.canvas;
  const Columns& columns = scene.model.columns;
  const auto row = shot.row(Snapshot::kCandidates, static_cast<std::size_t>(candidate));
  const TopicMix mix = columns.topics(row, false);
  const Colour colour = mix.count > 0 ? theme::topic(mix.topic[0]) : theme::kOther;
  canvas.round(r, 7, faded(theme::kCardTop, alpha), faded(theme::kCard, alpha));
  canvas.outline(r, 7, 1, faded(is_new ? theme::kAccent : theme::kStroke, alpha));
  canvas.round({r.x + 1, r.y + 7, 3, r.h - 14}, 1.5f, faded(colour, alpha));
  if (mix.count > 0) topic_chip(canvas, {r.x + 10, r.y + 6}, columns, mix.topic[0], alpha);
  if (is_new) {
    canvas.text({r.x + 40, r.y + 17}, "new",
                words(10.5f, faded(theme::kAccent, alpha), Face::kSemiBold));
  }
  canvas.text({r.right() - 8, r.y + 17}, fmt::format("#{}", shot.item[candidate]),
              figures(10, faded(theme::kTextLow, alpha), Align::kRight));
  canvas.text({r.x + 10, r.y + 36},
              canvas.fitted(topic_words(columns, mix), Face::kMedium, 11, r.w - 18),
              words(11, faded(theme::kText, alpha)));
  canvas.text({r.x + 10, r.bottom() - 8},
              number(double{Columns::at(row, columns.candidate.length)}, 1) + " min",
              figures(10, faded(theme::kTextMid, alpha)));
  canvas.text({r.right() - 8, r.bottom() - 8},
              duration(double{Columns::at(row, columns.candidate.age)}) + " old",
              figures(10, faded(theme::kTextMid, alpha), Align::kRight));
}

}  // namespace

void StreamPanel::draw(const Scene& scene, Rect place) const {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const Snapshot* const shot = model.shot(0);
  std::string note;
  const int at = model.shown(0);
  std::int32_t last_seen = -1;  // the newest item of the decision before
  if (shot != nullptr && at > 0) {
    const std::string_view before = model.sides[0].log.packed(at - 1);
    static thread_local Snapshot former;
    if (!before.empty() && unpack(before, former) && former.valid > 0)
      last_seen = *std::max_element(former.item.begin(), former.item.begin() + former.valid);
  }
  int num_new = 0;
  std::vector<int> order;
  if (shot != nullptr) {
    for (int i = 0; i < static_cast<int>(shot->valid); ++i) order.push_back(i);
    const int age = model.columns.candidate.age;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      const auto of = [&](int i) {
        const float x =
            Columns::at(shot->row(Snapshot::kCandidates, static_cast<std::size_t>(i)), age);
        return std::isnan(x) ? static_cast<float>(-i) : x;
      };
      return of(a) < of(b);
    });
    for (const int i : order) num_new += last_seen >= 0 && shot->item[i] > last_seen ? 1 : 0;
    note = last_seen >= 0
               ? fmt::format("{} new since the last decision · {} on offer", num_new, shot->valid)
               : fmt::format("{} on offer", shot->valid);
  }
  const Rect r = panel(canvas, place, "Stream", note);
  const Rect lane{r.x - 4, r.y, r.w + 8, r.h + 2};
  canvas.round(lane, 8, theme::kWell);
  if (shot == nullptr) return;

  // the newest at the right, where they come in; they move left as others follow
  canvas.push_clip(lane.inset(1));
  const float room = lane.w - 42;
  const float cards = std::floor((room + kCardGap) / (kLeastCard + kCardGap));
  const float wide = std::floor((room + kCardGap) / cards) - kCardGap;
  const float shift =
      (1 - model.flow) * static_cast<float>(std::min(num_new, 3)) * (wide + kCardGap);
  float x = std::round(lane.right() - wide - 34 + shift);
  for (const int i : order) {
    if (x < lane.x) break;
    const float fade = std::clamp((x - lane.x + 70) / 180, 0.0f, 1.0f);
    const bool is_new = last_seen >= 0 && shot->item[i] > last_seen;
    const Rect card{x, lane.y + 6, wide, lane.h - 12};
    if (card.right() <= lane.right()) draw_card(scene, card, *shot, i, is_new, fade);
    x -= wide + kCardGap;
  }
  canvas.pop_clip();
  const Point tip{lane.right() - 22, lane.middle().y};
  canvas.triangle({tip.x + 10, tip.y - 8}, {tip.x + 10, tip.y + 8}, {tip.x - 1, tip.y},
                  faded(theme::kAccent, 0.9f));
}

}  // namespace infodiet::viz
