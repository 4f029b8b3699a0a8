#include "viz/widgets.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "viz/numbers.hpp"

namespace infodiet::viz {

TextStyle words(float size, Colour colour, Face face, Align align) {
  return {face, size, colour, align};
}

TextStyle figures(float size, Colour colour, Align align, Face face) {
  return {face, size, colour, align};
}

Rect panel(Canvas& canvas, Rect r, std::string_view title, std::string_view note) {
  canvas.shadow({r.x - 2, r.y + 1, r.w + 4, r.h + 5}, theme::kRadius + 2, 12, rgb(0, 90));
  canvas.round(r, theme::kRadius, theme::kPanelTop, theme::kPanel);
  canvas.outline(r, theme::kRadius, 1, theme::kStroke);
  if (title.empty()) return r.inset(theme::kPad, 10);
  float room = r.w - 2 * theme::kPad;
  room -=
      canvas.text({r.x + theme::kPad, r.y + 21}, title, words(13, theme::kText, Face::kSemiBold));
  if (!note.empty()) {
    const std::string shown = canvas.fitted(note, Face::kMono, 11, room - 12);
    canvas.text({r.right() - theme::kPad, r.y + 21}, shown,
                figures(11, theme::kTextLow, Align::kRight));
  }
  return {r.x + theme::kPad, r.y + theme::kHeader, r.w - 2 * theme::kPad,
          r.h - theme::kHeader - 10};
}

void topic_chip(Canvas& canvas, Point at, const Columns& columns, int topic, float alpha) {
  const Colour colour = theme::topic(topic);
  canvas.round({at.x, at.y, kChipWidth, kChipHeight}, 4, faded(colour, 0.2f * alpha));
  canvas.text({at.x + kChipWidth / 2, at.y + 11.2f}, columns.code(topic),
              words(10, faded(colour, alpha), Face::kBold, Align::kCentre));
}

std::string topic_words(const Columns& columns, const TopicMix& mix) {
  std::string text;
  for (int i = 0; i < mix.count; ++i) {
    if (i > 0) text += " · ";
    text += columns.code(mix.topic[i]);
    if (mix.count > 1) text += " " + number(100.0 * double{mix.weight[i]}, 0) + "%";
  }
  return text;
}

void bar(Canvas& canvas, Rect r, float share, Colour colour) {
  canvas.round(r, r.h / 2, theme::kTrack);
  if (!(share > 0)) return;
  canvas.round({r.x, r.y, std::max(r.h, r.w * std::min(share, 1.0f)), r.h}, r.h / 2, colour);
}

float key_cap_width(const Canvas& canvas, std::string_view key, std::string_view what) {
  return std::max(18.0f, canvas.text_width(key, Face::kMono, 10.5f) + 10) + 5 +
         canvas.text_width(what, Face::kRegular, 11) + 13;
}

float key_cap(Canvas& canvas, Point at, std::string_view key, std::string_view what) {
  const float wide = std::max(18.0f, canvas.text_width(key, Face::kMono, 10.5f) + 10);
  const Rect cap{at.x, at.y, wide, 17};
  canvas.round(cap, 4, theme::kCard);
  canvas.outline(cap, 4, 1, theme::kStroke);
  canvas.text({cap.middle().x, at.y + 12.5f}, key, figures(10.5f, theme::kText, Align::kCentre));
  canvas.text({at.x + wide + 5, at.y + 12.5f}, what, words(11, theme::kTextMid, Face::kRegular));
  return key_cap_width(canvas, key, what);
}

void button(const Scene& scene, Rect r, std::string_view label, bool is_on, Action action,
            double number, std::string_view key) {
  Canvas& canvas = scene.canvas;
  const bool is_near = r.contains(scene.model.mouse);
  canvas.round(r, 6, is_on ? theme::kCardTop : is_near ? theme::kCard : rgb(0x141B26));
  canvas.outline(r, 6, 1, is_on ? theme::kTextLow : theme::kStroke);
  const float base = r.middle().y + 4;
  const Colour colour = is_on ? theme::kText : theme::kTextMid;
  if (key.empty()) {
    canvas.text({r.middle().x, base}, label, words(11, colour, Face::kMedium, Align::kCentre));
  } else {
    canvas.text({r.x + 9, base}, label, words(11, colour, Face::kMedium));
    canvas.text({r.right() - 8, base}, key, figures(10, theme::kTextLow, Align::kRight));
  }
  scene.hit(r, action, number);
}

void ring_gauge(Canvas& canvas, Point centre, float radius, float share, Colour colour,
                std::string_view value, std::string_view name) {
  constexpr float kTop = -std::numbers::pi_v<float> / 2, kTurn = 2 * std::numbers::pi_v<float>;
  const float width = radius * 0.2f;
  canvas.arc(centre, radius, 0, kTurn, width, theme::kTrack);
  if (share > 0.002f)
    canvas.arc(centre, radius, kTop, kTop + kTurn * std::min(share, 1.0f), width, colour);
  canvas.text({centre.x, centre.y + 4.5f}, value,
              figures(12.5f, theme::kText, Align::kCentre, Face::kMonoBold));
  canvas.text({centre.x, centre.y + radius + 18}, name,
              words(11, theme::kTextMid, Face::kMedium, Align::kCentre));
}

void balance_dial(Canvas& canvas, Point centre, float radius, float width, float balance,
                  const Feature& feature) {
  constexpr float kFrom = std::numbers::pi_v<float> * 5 / 6, kTo = kFrom + 4.18879f;
  const float range = std::max(feature.high - feature.low, 1e-6f);
  const auto angle = [&](float x) {
    return kFrom + (kTo - kFrom) * std::clamp((x - feature.low) / range, 0.0f, 1.0f);
  };
  const float zero = angle(0);
  canvas.arc(centre, radius, kFrom, kTo, width, theme::kTrack);
  if (feature.low < 0)
    canvas.arc(centre, radius, kFrom, zero, width, faded(theme::kOverload, 0.2f));
  const float here = angle(balance);
  if (balance >= 0)
    canvas.arc(centre, radius, zero, here, width, theme::kValue);
  else
    canvas.arc(centre, radius, here, zero, width, theme::kOverload);
  // notches in debt, so that it is told by more than its colour
  if (balance < 0) {
    for (float at = here + 0.05f; at < zero; at += 0.09f) {
      const Point d = direction(at);
      canvas.line(centre + d * (radius - width / 2), centre + d * (radius + width / 2), 1.2f,
                  faded(theme::kGround, 0.6f));
    }
  }
  const auto tick = [&](float at, float thick, float reach, Colour c) {
    const Point d = direction(at);
    canvas.line(centre + d * (radius - width / 2 - reach),
                centre + d * (radius + width / 2 + reach), thick, c);
  };
  tick(zero, 1.6f, 3, theme::kTextMid);
  if (!std::isnan(feature.mark)) tick(angle(feature.mark), 2.6f, 4, theme::kReference);
}

void slot_badge(Canvas& canvas, Point centre, int slot, Colour colour) {
  canvas.circle(centre, 8, colour);
  canvas.text({centre.x, centre.y + 3.8f}, std::to_string(slot + 1),
              words(10.5f, theme::kGround, Face::kBold, Align::kCentre));
}

}  // namespace infodiet::viz
