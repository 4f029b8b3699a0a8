#include <algorithm>
#include <cmath>
#include <string_view>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

constexpr const char* kSpeedNames[kNumSpeeds] = {"½", "2", "8", "32", "max"};
constexpr const char* kRules[] = {"as trained", "greedy", "sampled"};

void draw_transport(const Scene& scene, Rect r) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  float x = r.x;
  const float y = r.y;
  const auto key = [&](float wide, Action action, double number, bool is_on = false) {
    const Rect b{x, y, wide, 28};
    canvas.round(b, 8,
                 is_on                     ? theme::kAccent
                 : b.contains(model.mouse) ? theme::kCardTop
                                           : theme::kCard);
    if (!is_on) canvas.outline(b, 8, 1, theme::kStroke);
    scene.hit(b, action, number);
    x += wide + 5;
    return b.middle();
  };
  const Colour ink = theme::kTextMid;
  const auto arrow = [&](Point m, float size, Colour c) {  // to the right if size > 0
    canvas.triangle({m.x - size / 2, m.y - 6}, {m.x + size / 2, m.y}, {m.x - size / 2, m.y + 6}, c);
  };
  Point m = key(30, Action::kGo, 0);
  canvas.rect({m.x - 6, m.y - 6, 2, 12}, ink);
  arrow({m.x + 2, m.y}, -9, ink);
  arrow(key(30, Action::kStep, -1), -9, ink);
  m = key(44, Action::kPlay, 0, true);
  if (model.pace.is_playing && !model.looks_back()) {
    canvas.rect({m.x - 6, m.y - 7, 4, 14}, theme::kGround);
    canvas.rect({m.x + 2, m.y - 7, 4, 14}, theme::kGround);
  } else {
    arrow(m, 13, theme::kGround);
  }
  arrow(key(30, Action::kStep, 1), 9, ink);
  m = key(30, Action::kGo, 1e9);
  arrow({m.x - 2, m.y}, 9, ink);
  canvas.rect({m.x + 5, m.y - 6, 2, 12}, ink);

  x = r.x;
  for (int i = 0; i < kNumSpeeds; ++i) {
    const bool is_on = model.pace.wanted == kSpeeds[i];
    button(scene, {x, y + 34, 35, 20}, kSpeedNames[i], is_on, Action::kSpeed, i);
    x += 38;
  }
  const int at = model.shown(0), size = model.sides[0].log.size();
  std::string text = fmt::format("decision {} of {}", at + 1, size);
  if (model.pace.skipped > 0) text += fmt::format(", {} not drawn", model.pace.skipped);
  canvas.text({r.x, y + 71}, text, figures(11, theme::kTextMid));
  const StepRecord* const record = model.record(0);
  if (record != nullptr) {
    canvas.text(
        {r.x, y + 87},
        "day " + number(record->minutes / 1440, 2) + " of " + number(model.horizon_days(), 1),
        figures(11, theme::kTextLow));
  }
  canvas.text({r.x + 196, y + 71}, "", words(10));
}

/// The lanes: score, load, what happened. One time axis for all.
void draw_lanes(const Scene& scene, Rect t) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const auto records = model.sides[0].log.records();
  const auto [first_day, last_day] = model.time_line();
  const Axis x{first_day, last_day, t.x, t.right()};
  const auto in_sight = [from = first_day * 1440, to = last_day * 1440](const StepRecord& r) {
    return r.minutes >= from && r.minutes <= to;
  };
  const auto at = [&](const StepRecord& r) { return x.px(r.minutes / 1440); };
  canvas.round({t.x - 6, t.y - 6, t.w + 12, t.h + 26}, 7, theme::kWell);
  const struct {
    const char* name;
    float y;
  } names[] = {{"score", 20}, {"load", 42}, {"events", 60}};
  for (const auto& name : names)
    canvas.text({t.x - 12, t.y + name.y}, name.name,
                words(11, theme::kTextLow, Face::kRegular, Align::kRight));

  // step 1: scores, summed over the decisions that share a pixel
  double most = 0.05;
  std::vector<double> sums(static_cast<std::size_t>(std::max(1.0f, t.w / 2)) + 1);
  const auto slot = [&](const StepRecord& r) {
    return std::min(sums.size() - 1, static_cast<std::size_t>(std::max(0.0f, at(r) - t.x) / 2));
  };
  for (const StepRecord& r : records) {
    if (in_sight(r)) sums[slot(r)] += model.score(r);
  }
  std::vector<double> sizes;
  for (const double s : sums) {
    if (s != 0) sizes.push_back(std::abs(s));
  }
  if (!sizes
           .empty()) {  // a few disasters must not flatten all the rest: cut at the 98th percentile
    const auto nth = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 98 / 100);
    std::nth_element(sizes.begin(), nth, sizes.end());
    most = std::max(most, *nth);
  }
  const float zero = t.y + 17;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const float high = static_cast<float>(std::clamp(sums[i] / most, -1.0, 1.0)) * 16;
    if (std::abs(high) < 0.3f) continue;
    const float px = t.x + static_cast<float>(i) * 2;
    if (high > 0)
      canvas.rect({px, zero - high, 1.5f, high}, theme::kValue);
    else
      canvas.rect({px, zero + 1, 1.5f, -high * 0.75f}, theme::kOverload);
  }
  canvas.rect({t.x, zero, t.w, 1}, theme::kGrid);

  // step 2: load: the darker the less attention is left; debt stands out in colour and height
  const int balance = model.columns.person.balance, lost = model.columns.person.overload;
  if (balance >= 0) {
    const Feature& f = model.spec().hidden_features[balance];
    const auto level = [&](const StepRecord& r) {
      if (lost >= 0 && r.person[lost] > 0) return 99;
      const float share = (f.high - r.person[balance]) / std::max(1e-6f, f.high);
      return static_cast<int>(std::clamp(share, 0.0f, 1.0f) * 10);
    };
    for (std::size_t i = 0; i < records.size();) {
      const int here = level(records[i]);
      std::size_t j = i + 1;
      while (j < records.size() && level(records[j]) == here) ++j;
      const float from = at(records[i]);
      const float to = j < records.size()
                           ? at(records[j])
                           : x.px((records.back().minutes + double{records.back().passed}) / 1440);
      i = j;
      if (to <= t.x || from >= t.right()) continue;
      if (here == 99)
        canvas.rect({from, t.y + 33, std::max(1.5f, to - from), 12}, theme::kOverload);
      else
        canvas.rect({from, t.y + 35, std::max(1.0f, to - from), 8},
                    theme::heat(0.1f + 0.06f * static_cast<float>(here)));
    }
  }

  // step 3: events; of those that would cover each other the first counts
  const float y = t.y + 56;
  float last_nothing = -99, last_overload = -99, last_push = -99;
  for (int i = 0; i < static_cast<int>(records.size()); ++i) {
    if (!in_sight(records[i])) continue;
    const StepEvents events = events_of(model, records, i);
    const float px = at(records[i]);
    if (events.nothing && px > last_nothing + 3) {
      canvas.rect({px - 0.5f, y - 4, 2, 8}, theme::kTextMid);
      last_nothing = px;
    }
    if (events.overload && px > last_overload + 9) {
      canvas.triangle({px, y - 5}, {px + 5, y + 4}, {px - 5, y + 4}, theme::kOverload);
      last_overload = px;
    } else if (events.unwanted && px > last_push + 7) {
      const Point diamond[] = {{px, y - 4.5f}, {px + 4, y}, {px, y + 4.5f}, {px - 4, y}};
      canvas.convex(diamond, theme::kReference);
      last_push = px;
    }
  }
  for (const int mark : model.bookmarks) {
    if (mark >= static_cast<int>(records.size()) || !in_sight(records[mark])) continue;
    const float px = at(records[mark]);
    canvas.rect({px, t.y - 4, 1.5f, t.h + 2}, theme::kGoodwill);
    canvas.triangle({px, t.y - 5}, {px + 8, t.y - 1}, {px, t.y + 3}, theme::kGoodwill);
  }

  for (std::size_t side = 0; side < model.sides.size(); ++side) {
    const int differs_at = model.sides[side].info.differs_at;
    const auto played = model.sides[side].log.records();
    if (differs_at < 0 || differs_at >= static_cast<int>(played.size())) continue;
    if (!in_sight(played[differs_at])) continue;
    // a cross and a line: from here on it came out otherwise
    const float px = at(played[differs_at]), top = t.y + 4 + 16 * static_cast<float>(side);
    canvas.rect({px, t.y - 4, 1.5f, t.h + 4}, theme::kOverload);
    canvas.line({px - 4, top}, {px + 5, top + 9}, 2, theme::kOverload);
    canvas.line({px + 5, top}, {px - 4, top + 9}, 2, theme::kOverload);
    if (model.sides.size() > 1)
      canvas.text({px + 8, top + 8}, side == 0 ? "A" : "B", words(10, theme::kSides[side]));
  }

  // step 4: days, and where we are
  const double days = last_day - first_day;
  const double step = days > 40    ? 10
                      : days > 12  ? 5
                      : days > 2   ? 1
                      : days > 0.5 ? 0.25
                      : days > 0.1 ? 0.05
                                   : 0.01;
  for (double tick = std::ceil(first_day / step - 1e-9); tick * step <= last_day + 1e-9; ++tick) {
    const double day = tick * step;
    const float px = x.px(day);
    canvas.rect({px, t.bottom() + 2, 1, 3}, theme::kTextLow);
    canvas.text({px, t.bottom() + 15}, tick == 0 ? "day 0" : fmt::format("{:g}", day),
                figures(10, theme::kTextLow,
                        px < t.x + 12         ? Align::kLeft
                        : px > t.right() - 12 ? Align::kRight
                                              : Align::kCentre));
  }
  if (const StepRecord* const now = model.record(0); now != nullptr && in_sight(*now)) {
    const float px = at(*now);
    canvas.rect({px, t.y - 4, 1.5f, t.h + 6}, theme::kText);
    const Point head[] = {{px - 5, t.y - 7},
                          {px + 6, t.y - 7},
                          {px + 6, t.y - 2},
                          {px + 0.7f, t.y + 4},
                          {px - 5, t.y - 2}};
    canvas.convex(head, theme::kText);
  }
  scene.hit({t.x - 6, t.y - 6, t.w + 12, t.h + 26}, Action::kScrub);
}

void draw_legend(const Scene& scene, float x, float right, float y) {
  Canvas& canvas = scene.canvas;
  const auto say = [&](const char* text) {
    x += canvas.text({x, y}, text, words(11, theme::kTextMid, Face::kRegular)) + 14;
  };
  canvas.rect({x + 2, y - 8, 2, 8}, theme::kTextMid);
  x += 10;
  say("nothing shown");
  canvas.triangle({x + 4, y - 9}, {x + 9, y}, {x - 1, y}, theme::kOverload);
  x += 13;
  say("overload begins");
  const Point diamond[] = {{x + 4, y - 8.5f}, {x + 8, y - 4}, {x + 4, y + 0.5f}, {x, y - 4}};
  canvas.convex(diamond, theme::kReference);
  x += 13;
  say("unwanted push");
  constexpr const char* kKeys[][2] = {{"Space", "play"}, {"← →", "step"},  {"[ ]", "event"},
                                      {"− +", "speed"},  {"H", "heads"},   {"F", "follow"},
                                      {"A", "rule"},     {"M", "mask"},    {"T", "take over"},
                                      {"B", "bookmark"}, {"?", "all keys"}};
  const Model& model = scene.model;
  const auto does_nothing = [&model](std::string_view key) {
    return ((key == "M" || key == "T") && !model.can_take_over()) ||
           (key == "A" && model.is_recorded());
  };
  // as many as there is room for, but always the last, which tells of all others
  const auto& help = kKeys[std::size(kKeys) - 1];
  const float help_width = key_cap_width(canvas, help[0], help[1]);
  for (std::size_t i = 0; i + 1 < std::size(kKeys); ++i) {
    if (does_nothing(kKeys[i][0])) continue;
    const float wide = key_cap_width(canvas, kKeys[i][0], kKeys[i][1]);
    if (x + wide + help_width > right) break;
    x += key_cap(canvas, {x, y - 12.5f}, kKeys[i][0], kKeys[i][1]);
  }
  key_cap(canvas, {x, y - 12.5f}, help[0], help[1]);
}

}  // namespace

void TimelinePanel::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  panel(scene.canvas, place, "");
  const bool is_wide = place.w > 1400;
  draw_transport(scene, {place.x + 14, place.y + 14, 200, 100});
  const float right = is_wide ? 224.0f : 20.0f;
  Rect lanes{place.x + 274, place.y + 14, place.w - 274 - right, 62};
  draw_lanes(scene, lanes);
  Canvas& canvas = scene.canvas;
  const std::string note = model.info.note.empty() ? model.info.file : model.info.note;
  Rect below{lanes.x - 6, place.bottom() - 22, place.right() - 10 - (lanes.x - 6), 17};
  if (!model.toast.empty()) {  // what was just done stands where keys are explained
    canvas.text({below.x, below.y + 13}, canvas.fitted(model.toast, Face::kMedium, 12, below.w),
                words(12, theme::kGoodwill));
  } else {
    if (!is_wide && !note.empty()) {
      const std::string fitted = canvas.fitted(note, Face::kRegular, 11, 220);
      below.w -= canvas.text({below.right() - 6, below.y + 13}, fitted,
                             words(11, theme::kTextLow, Face::kRegular, Align::kRight)) +
                 18;
    }
    draw_legend(scene, below.x, below.right(), below.y + 13);
  }
  if (!is_wide) return;

  const float x = place.right() - 204;
  constexpr const char* kNames[] = {"PNG", "GIF", "MP4"};
  constexpr const char* kKeys[] = {"P", "G", "V"};
  for (int i = 0; i < 3; ++i) {
    button(scene, {x + 65 * static_cast<float>(i), place.y + 14, 60, 24}, kNames[i], false,
           Action::kPicture, i, kKeys[i]);
  }
  button(scene, {x, place.y + 44, 125, 22}, kRules[model.pace.rule], false, Action::kRule, 0, "A");
  button(scene, {x + 130, place.y + 44, 60, 22}, "Help", false, Action::kHelp, 0, "?");
  canvas.text({x, place.y + 84}, canvas.fitted(note, Face::kRegular, 11, 192),
              words(11, theme::kTextLow, Face::kRegular));
}

}  // namespace infodiet::viz
