#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/panels/reward_colours.hpp"

namespace infodiet::viz {
namespace {

/// The side's sign: a full square for the first, a hollow one for the second.
void draw_sign(Canvas& canvas, Rect r, int side) {
  canvas.round(r, 4, theme::kSides[static_cast<std::size_t>(side)]);
  if (side > 0) canvas.round(r.inset(4), 2, theme::kPanelTop);
}

void draw_person(const Scene& scene, Rect r, const Snapshot& shot) {
  Canvas& canvas = scene.canvas;
  const Columns::OfPerson& at = scene.model.columns.person;
  const auto hidden = shot.of(Snapshot::kHidden);
  if (at.balance >= 0) {
    const Feature& feature = scene.model.spec().hidden_features[at.balance];
    const float balance = Columns::at(hidden, at.balance);
    const Point centre{r.x + 62, r.y + 64};
    balance_dial(canvas, centre, 50, 10, balance, feature);
    canvas.text({centre.x, centre.y + 6}, number(double{balance}, 1),
                figures(18, balance < 0 ? theme::kOverload : theme::kText, Align::kCentre,
                        Face::kMonoBold));
    canvas.text({centre.x, centre.y + 44}, feature.unit + " left",
                words(11, theme::kTextMid, Face::kMedium, Align::kCentre));
  }
  const float lost = Columns::at(hidden, at.overload), tired = Columns::at(hidden, at.fatigue);
  if (at.overload >= 0)
    ring_gauge(canvas, {r.x + 162, r.y + 52}, 25, lost, theme::kOverload, number(double{lost}),
               "share lost");
  if (at.fatigue >= 0)
    ring_gauge(canvas, {r.x + 242, r.y + 52}, 25, tired, theme::kFatigue, number(double{tired}),
               "fatigue");
}

/// What each part of the reward came to until now.
void draw_parts(const Scene& scene, Rect r, int side, const std::vector<double>& sums,
                double scale) {
  Canvas& canvas = scene.canvas;
  const auto& parts = scene.model.spec().rewards;
  (void)side;
  const float left = r.x + 84, right = r.right() - 64, middle = (left + right) / 2;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const float y = r.y + 20 * static_cast<float>(i);
    const double x = scene.model.weights[i] * sums[i];
    canvas.text({r.x, y + 12}, canvas.fitted(parts[i].name, Face::kRegular, 11, 80),
                words(11, theme::kTextMid, Face::kRegular));
    canvas.rect({left, y + 8, right - left, 1}, theme::kGrid);
    const float reach = (right - left) / 2 * static_cast<float>(std::clamp(x / scale, -1.0, 1.0));
    if (std::abs(reach) > 0.4f)
      canvas.round({std::min(middle, middle + reach), y + 3, std::abs(reach), 11}, 3,
                   reward_colour(i));
    canvas.text({r.right(), y + 12}, brief(sums[i]), figures(11, theme::kText, Align::kRight));
  }
  canvas.rect({middle, r.y, 1, 20 * static_cast<float>(parts.size())},
              faded(theme::kTextLow, 0.8f));
}

void draw_rows(const Scene& scene, Rect r, const Snapshot& shot, int side) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const Colour tint = theme::kSides[static_cast<std::size_t>(side)];
  const bool has_chances = shot.has(Snapshot::kChances);
  const auto head = words(11, theme::kTextLow, Face::kMedium, Align::kRight);
  const bool shows_nothing = shot.step.shown == 0;
  canvas.text({r.x + 2, r.y + 12},
              std::string(shot.step.has(StepRecord::kPush) ? "Push" : "Feed") +
                  (shows_nothing ? ": shows nothing" : ": shows"),
              words(12, theme::kText, Face::kSemiBold));
  const std::string ranks = has_chances ? "policy π"
                            : shot.has(Snapshot::kScores)
                                ? std::string("by ") + shot.score_name.data()
                                : "";
  canvas.text({r.right() - 10, r.y + 12}, ranks, head);
  r.cut_top(20);
  const std::vector<int> order = ranked(shot);
  constexpr float kRow = 24;
  const int rows = std::min(static_cast<int>(order.size()), static_cast<int>(r.h / kRow));
  for (int i = 0; i < rows; ++i) {
    const int candidate = order[i];
    const Rect row{r.x, r.y + kRow * static_cast<float>(i), r.w, kRow - 3};
    const int slot = slot_of(shot, candidate);
    canvas.round(row, 6, slot >= 0 ? faded(tint, 0.17f) : faded(theme::kCard, 0.5f));
    if (slot >= 0) slot_badge(canvas, {row.x + 14, row.middle().y}, slot, tint);
    const auto numbers = shot.row(Snapshot::kCandidates, static_cast<std::size_t>(candidate));
    const TopicMix mix = model.columns.topics(numbers, false);
    if (mix.count > 0) topic_chip(canvas, {row.x + 30, row.y + 3}, model.columns, mix.topic[0]);
    const Face face = slot >= 0 ? Face::kSemiBold : Face::kMedium;
    canvas.text({row.x + 62, row.y + 15},
                canvas.fitted(topic_words(model.columns, mix), face, 12, 190),
                words(12, slot >= 0 ? theme::kText : theme::kTextMid, face));
    canvas.text({row.x + 262, row.y + 15}, fmt::format("#{}", shot.item[candidate]),
                figures(10.5f, theme::kTextLow));
    const auto outcome = shot.row(Snapshot::kOutcomes, static_cast<std::size_t>(candidate));
    if (outcome.size() == kNumOutcomeColumns && row.w > 560) {
      canvas.text({row.x + 430, row.y + 15},
                  signed_number(double{outcome[kOutcomeNet]}) + " if shown",
                  figures(10.5f, theme::kTextMid, Align::kRight));
    }
    const float score = has_chances ? chance_of(shot, candidate)
                                    : Columns::at(shot.of(Snapshot::kScores), candidate);
    if (!std::isnan(score)) {
      canvas.text({row.right() - 10, row.y + 15},
                  has_chances ? percent(double{score}, 1) : brief(double{score}),
                  figures(11, slot >= 0 ? theme::kText : theme::kTextMid, Align::kRight));
    }
    if (has_chances)
      bar(canvas, {row.right() - 130, row.y + 8, 66, 6}, score, slot >= 0 ? tint : theme::kTextLow);
  }
}

}  // namespace

void ComparePane::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  Canvas& canvas = scene.canvas;
  const Side& side = model.sides[static_cast<std::size_t>(side_)];
  Rect r = panel(canvas, place, "");
  draw_sign(canvas, {r.x, r.y + 3, 14, 14}, side_);
  const float used =
      canvas.text({r.x + 22, r.y + 15}, side.info.name, words(15, theme::kText, Face::kSemiBold));
  const Snapshot* const shot = model.shot(side_);
  std::string note = side.info.detail;
  if (const StepRecord* now = model.record(side_); now != nullptr)
    note += fmt::format(" · day {} · {}", number(now->minutes / 1440, 2),
                        clock_time(double{now->hour}));
  canvas.text({r.right(), r.y + 15}, canvas.fitted(note, Face::kRegular, 11.5f, r.w - used - 40),
              words(11.5f, theme::kTextLow, Face::kRegular, Align::kRight));
  if (shot == nullptr) return;
  r.cut_top(28);
  Rect top = r.cut_top(122);
  draw_person(scene, top.cut_left(290), *shot);
  // one scale for both sides, so that bars can be compared
  double scale = 0.05;
  std::vector<double> own;
  for (int s = 0; s < static_cast<int>(model.sides.size()); ++s) {
    std::vector<double> sums(model.weights.size(), 0.0);
    const auto records = model.sides[s].log.records();
    for (int i = 0; i <= model.shown(s) && i < static_cast<int>(records.size()); ++i) {
      for (std::size_t p = 0; p < sums.size(); ++p) sums[p] += double{records[i].rewards[p]};
    }
    for (std::size_t p = 0; p < sums.size(); ++p)
      scale = std::max(scale, std::abs(model.weights[p] * sums[p]));
    if (s == side_) own = sums;
  }
  top.y += 6;
  draw_parts(scene, top, side_, own, scale);
  canvas.rect({r.x, r.y, r.w, 1}, theme::kStroke);
  r.cut_top(8);
  draw_rows(scene, r, *shot, side_);
}

}  // namespace infodiet::viz
