#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

constexpr const char* kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/// The attention balance on its dial, and what share of the shown is lost. @returns its height
float draw_balance(const Scene& scene, Rect r, std::span<const float> hidden, float radius) {
  Canvas& canvas = scene.canvas;
  const Columns::OfPerson& at = scene.model.columns.person;
  const Feature& feature = scene.model.spec().hidden_features[at.balance];
  const float balance = Columns::at(hidden, at.balance);
  const float overload = Columns::at(hidden, at.overload);
  const bool in_debt = balance < 0;
  const Point centre{r.middle().x, r.y + radius + 12};
  balance_dial(canvas, centre, radius, radius * 0.17f, balance, feature);
  canvas.text({centre.x, centre.y + 2}, number(balance, 1),
              figures(radius * 0.4f, in_debt ? theme::kOverload : theme::kText, Align::kCentre,
                      Face::kMonoBold));
  canvas.text({centre.x, centre.y + 18},
              feature.unit + (radius < 60 ? " left" : " of attention left"),
              words(10.5f, theme::kTextMid, Face::kRegular, Align::kCentre));
  const std::string tag = overload > 0 ? "overload: " + percent(overload) + " is lost"
                          : in_debt    ? "in debt"
                                       : "nothing is lost";
  const Colour colour = overload > 0 ? theme::kOverload : theme::kValue;
  const float wide = canvas.text_width(tag, Face::kSemiBold, 11) + 20;
  const float top = centre.y + radius * 0.5f + 12;
  canvas.round({centre.x - wide / 2, top, wide, 20}, 10, faded(colour, 0.18f));
  canvas.text({centre.x, top + 14}, tag, words(11, colour, Face::kSemiBold, Align::kCentre));
  if (!std::isnan(feature.mark)) {
    const std::string note = "all is lost at " + number(feature.mark, 0) + " " + feature.unit;
    canvas.line({centre.x - canvas.text_width(note, Face::kRegular, 10.5f) / 2 - 12, top + 29},
                {centre.x - canvas.text_width(note, Face::kRegular, 10.5f) / 2 - 5, top + 29}, 2.6f,
                theme::kReference);
    canvas.text({centre.x, top + 33}, note,
                words(10.5f, theme::kTextLow, Face::kRegular, Align::kCentre));
  }
  return top + 38 - r.y;
}

/// The day as a line of 24 hours, and what the person is doing.
void draw_clock(const Scene& scene, Rect r, const Snapshot& shot) {
  Canvas& canvas = scene.canvas;
  const StepRecord& step = shot.step;
  const bool is_push = step.has(StepRecord::kPush);
  const float session =
      Columns::at(shot.of(Snapshot::kContext), scene.model.columns.context.session);
  std::string when = std::isnan(step.hour) ? "day " + number(step.minutes / 1440, 1)
                                           : clock_time(double{step.hour});
  if (!std::isnan(step.weekday))
    when = std::string(kWeekdays[static_cast<int>(step.weekday) % 7]) + " " + when;
  canvas.text({r.x, r.y + 12}, when, figures(12.5f, theme::kText, Align::kLeft, Face::kMonoBold));
  std::string mode = is_push           ? "away, a push may be sent"
                     : !(session >= 0) ? "looking"
                     : session < 0.5f  ? "opens the feed"
                                       : "in the feed for " + duration(double{session});
  canvas.text({r.right(), r.y + 12}, mode,
              words(11, theme::kTextMid, Face::kMedium, Align::kRight));
  if (std::isnan(step.hour)) return;
  const Rect line{r.x, r.y + 20, r.w, 6};
  canvas.round(line, 3, theme::kTrack);
  for (int h = 6; h < 24; h += 6)
    canvas.rect({line.x + line.w * static_cast<float>(h) / 24, line.y, 1, line.h}, theme::kStroke);
  // what the decision led to: the minutes until the next one
  const float from = line.x + line.w * step.hour / 24;
  const float to = std::min(line.right(), from + line.w * step.passed / 1440);
  canvas.rect({from, line.y, std::max(1.0f, to - from), line.h}, faded(theme::kAccent, 0.5f));
  canvas.circle({from, line.middle().y}, 5, theme::kAccent);
  canvas.circle({from, line.middle().y}, 2, theme::kGround);
  if (r.h < 44) return;
  for (int h = 0; h <= 24; h += 6) {
    canvas.text({line.x + line.w * static_cast<float>(h) / 24, r.y + 39}, fmt::format("{}h", h),
                figures(10, theme::kTextLow,
                        h == 0    ? Align::kLeft
                        : h == 24 ? Align::kRight
                                  : Align::kCentre));
  }
}

/// What is hidden and has no picture of its own, as name and number. @returns its height
float draw_numbers(const Scene& scene, Rect r, std::span<const float> hidden) {
  Canvas& canvas = scene.canvas;
  const Columns::OfPerson& at = scene.model.columns.person;
  const auto& features = scene.model.spec().hidden_features;
  const int skipped[] = {at.balance, at.overload, at.fatigue, at.type, at.goodwill};
  std::vector<int> shown;  // goodwill first: whether the person comes back hangs on it
  if (at.goodwill >= 0) shown.push_back(at.goodwill);
  for (int i = 0; i < static_cast<int>(features.size()); ++i) {
    if (i == at.known || i == at.interest || i == at.satiation) break;
    if (std::find(std::begin(skipped), std::end(skipped), i) == std::end(skipped))
      shown.push_back(i);
  }
  int placed = 0;
  for (const int i : shown) {
    const float x = r.x, wide = r.w;
    const float y = r.y + static_cast<float>(placed) * 15;
    if (y + 15 > r.bottom() + 1) break;
    std::string name = features[i].name;
    std::replace(name.begin(), name.end(), '_', ' ');
    const std::string value =
        brief(double{Columns::at(hidden, i)}) + after_number(features[i].unit);
    const float used =
        canvas.text({x + wide, y + 11}, value, figures(10, theme::kText, Align::kRight));
    canvas.text({x, y + 11}, canvas.fitted(name, Face::kRegular, 10.5f, wide - used - 6),
                words(10.5f, theme::kTextLow, Face::kRegular));
    ++placed;
  }
  return static_cast<float>(placed) * 15;
}

/// Interest, what is known and satiation, topic by topic; those the person likes most come first.
void draw_topics(const Scene& scene, Rect r, std::span<const float> hidden) {
  Canvas& canvas = scene.canvas;
  const Columns& columns = scene.model.columns;
  const Columns::OfPerson& at = columns.person;
  const struct {
    const char* name;
    int column;
    Colour colour;
  } bars[] = {{"taste", at.interest, theme::kAccent},
              {"known", at.known, theme::kGoodwill},
              {"sated", at.satiation, theme::kReference}};
  const float left = r.x + kChipWidth + 8, wide = (r.w - kChipWidth - 8) / 3;
  std::vector<int> order(static_cast<std::size_t>(columns.topics_shown));
  for (int t = 0; t < columns.topics_shown; ++t) order[t] = t;
  const auto of = [&](int column, int t) {
    return column < 0 ? 0.0f : Columns::at(hidden, column + t);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return of(at.interest, a) > of(at.interest, b); });

  float most_interest = 1, most_satiation = 1;
  for (const int t : order) {
    most_interest = std::max(most_interest, std::abs(of(at.interest, t)));
    most_satiation = std::max(most_satiation, of(at.satiation, t));
  }
  int placed = 0;
  for (int i = 0; i < 3; ++i) {
    if (bars[i].column < 0) continue;
    const auto& feature = scene.model.spec().hidden_features[bars[i].column];
    canvas.text({left + wide * static_cast<float>(i) + 2, r.y + 10},
                bars[i].name + after_name(feature.unit),
                words(10, theme::kTextLow, Face::kRegular));
  }
  const int rows = static_cast<int>((r.h - 16) / 17);
  const float pitch = std::clamp(
      (r.h - 16) / static_cast<float>(std::max<std::size_t>(1, order.size())), 17.0f, 22.0f);
  const int visible = static_cast<int>(order.size()) <= rows ? static_cast<int>(order.size())
                                                             : std::max(0, rows - 1);
  for (; placed < visible; ++placed) {
    const int t = order[placed];
    const float y = r.y + 16 + static_cast<float>(placed) * pitch;
    topic_chip(canvas, {r.x, y}, columns, t);
    for (int i = 0; i < 3; ++i) {
      if (bars[i].column < 0) continue;
      const float x = of(bars[i].column, t);
      const Rect track{left + wide * static_cast<float>(i) + 2, y + 5, wide - 40, 6};
      canvas.round(track, 3, theme::kTrack);
      if (i == 0) {  // may be below zero: from the middle
        const float middle = track.middle().x, reach = track.w / 2 * x / most_interest;
        canvas.rect({std::min(middle, middle + reach), track.y, std::abs(reach), track.h},
                    bars[i].colour);
        canvas.rect({middle, track.y - 1, 1, track.h + 2}, theme::kTextLow);
      } else {
        const float share = i == 1 ? x : x / most_satiation;
        if (share > 0.005f)
          canvas.round({track.x, track.y, std::max(track.h, track.w * std::min(share, 1.0f)), 6}, 3,
                       bars[i].colour);
      }
      canvas.text({track.right() + 34, y + 11.5f}, number(double{x}, i == 0 ? 1 : 2),
                  figures(10, theme::kTextMid, Align::kRight));
    }
  }
  if (visible < static_cast<int>(order.size()) && rows > 0) {
    canvas.text({r.x, r.y + 27 + static_cast<float>(placed) * pitch},
                fmt::format("and {} topics of less interest", order.size() - visible),
                words(10.5f, theme::kTextLow, Face::kRegular));
  }
}

}  // namespace

void PersonPanel::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  const Snapshot* const shot = model.shot(0);
  const Spec& spec = model.spec();
  const auto hidden = shot != nullptr ? shot->of(Snapshot::kHidden) : std::span<const float>();
  std::string kind = "hidden from the agent";
  const float type = Columns::at(hidden, model.columns.person.type);
  if (type >= 0 && type < static_cast<float>(spec.person_types.size()))
    kind = spec.person_types[static_cast<std::size_t>(type)];
  Rect r = panel(scene.canvas, place, "Person", kind);
  if (shot == nullptr) return;

  const bool is_tight = place.h < 600;
  const Columns::OfPerson& at = model.columns.person;
  if (at.balance >= 0) {
    const float radius = is_tight ? 56 : 74;
    Rect top = r;
    const bool beside = at.fatigue >= 0;
    if (beside) {
      const Rect ring = top.cut_right(72);
      ring_gauge(scene.canvas, {ring.middle().x + 6, ring.y + radius * 0.75f}, is_tight ? 24 : 28,
                 Columns::at(hidden, at.fatigue), theme::kFatigue,
                 number(double{Columns::at(hidden, at.fatigue)}), "fatigue");
      top.x -= 6;
    }
    r.cut_top(draw_balance(scene, top, hidden, radius));
  }
  const float clock = is_tight ? 34 : 48;
  draw_clock(scene, r.cut_top(clock), *shot);
  scene.canvas.rect({r.x, r.y, r.w, 1}, theme::kStroke);
  r.cut_top(6);
  r.cut_top(draw_numbers(scene, {r.x, r.y, r.w, is_tight ? 61.0f : 121.0f}, hidden) + 4);
  scene.canvas.rect({r.x, r.y, r.w, 1}, theme::kStroke);
  r.cut_top(5);
  if (at.interest >= 0 || at.known >= 0 || at.satiation >= 0) draw_topics(scene, r, hidden);
}

}  // namespace infodiet::viz
