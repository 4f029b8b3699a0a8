#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/canvas/canvas.hpp"
#include "viz/model.hpp"
#include "viz/theme.hpp"

// The small things that panels are put together from.

namespace infodiet::viz {

/// What a panel draws on, and where it notes what answers to the mouse.
struct Scene {
  Canvas& canvas;
  const Model& model;
  std::vector<Hit>& hits;

  void hit(Rect place, Action action, double number = 0, int side = 0) const {
    hits.push_back({place, action, number, side});
  }
};

TextStyle words(float size, Colour colour = theme::kTextMid, Face face = Face::kMedium,
                Align align = Align::kLeft);
TextStyle figures(float size, Colour colour = theme::kText, Align align = Align::kLeft,
                  Face face = Face::kMono);

/// A panel's ground, its title, and a note at the right of it.
/// @returns what is left inside for its content
Rect panel(Canvas& canvas, Rect r, std::string_view title, std::string_view note = {});

/// Two letters on a field of the topic's colour.
void topic_chip(Canvas& canvas, Point at, const Columns& columns, int topic, float alpha = 1);
inline constexpr float kChipWidth = 24, kChipHeight = 15;

/// What the policy's probability is called where there is room: of all that might be first, showing
/// nothing included.
inline constexpr const char* kChanceName = "π, slot 1";

/// The topics of an item as words: "03 70 · 11 30".
std::string topic_words(const Columns& columns, const TopicMix& mix);

/// A bar from the left; `share` in [0, 1].
void bar(Canvas& canvas, Rect r, float share, Colour colour);

/// A key as it looks on a keyboard, and what it does. @returns how wide it is
float key_cap(Canvas& canvas, Point at, std::string_view key, std::string_view what);
float key_cap_width(const Canvas& canvas, std::string_view key, std::string_view what);

/// A button; it notes its hit.
void button(const Scene& scene, Rect r, std::string_view label, bool is_on, Action action,
            double number, std::string_view key = {});

/// A ring that fills clockwise from the top, with the number in it and its name below.
void ring_gauge(Canvas& canvas, Point centre, float radius, float share, Colour colour,
                std::string_view value, std::string_view name);

/// Attention as a dial of 240 degrees: the stock that is left, zero, and the mark at which all is
/// lost. Debt is hatched as well as coloured.
void balance_dial(Canvas& canvas, Point centre, float radius, float width, float balance,
                  const Feature& feature);

/// The number of a slot, in a disc.
void slot_badge(Canvas& canvas, Point centre, int slot, Colour colour = theme::kAccent);

}  // namespace infodiet::viz
