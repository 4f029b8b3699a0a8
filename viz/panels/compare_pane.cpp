#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/attention_map.hpp"
#include "viz/panels/comparison.hpp"
#include "viz/panels/panel.hpp"
#include "viz/panels/reward_colours.hpp"
#include "viz/panels/silence_row.hpp"

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
void draw_parts(const Scene& scene, Rect r, const std::vector<double>& sums, double scale) {
  Canvas& canvas = scene.canvas;
  const auto& parts = scene.model.spec().rewards;
  const float left = r.x + 84, right = r.right() - 76, middle = (left + right) / 2;
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
    canvas.text({r.right(), y + 12}, brief(sums[i]) + after_number(short_unit(parts[i].unit)),
                figures(11, theme::kText, Align::kRight));
  }
  canvas.rect({middle, r.y, 1, 20 * static_cast<float>(parts.size())},
              faded(theme::kTextLow, 0.8f));
}

/// Where the columns of a pane's candidates stand: narrower than alone, so cells and the map of
/// attention take their room from what can be missed.
struct PaneColumns {
  CandidateColumns attention;  ///< of it, the cells or the map
  bool has_map = false;        ///< the context asks: what it looks at stands beside the rows
  float right = 0;             ///< of the rows
  float title_width = 190;
  bool has_id = true, has_bar = true, has_outcome = true;

  PaneColumns(Rect r, const AttentionView& view) : right(r.right()) {
    const float heads = view ? static_cast<float>(view.read->heads) : 0;
    has_map = view && !view.by_candidate;
    CandidateColumns& c = attention;
    c.cell_width = view ? std::clamp(std::floor(200 / heads), 11.0f, 26.0f) : 0;
    if (has_map) {
      c.key_cells = r.right() - heads * c.cell_width;
      c.key_width = 90;
      c.keys = c.key_cells - c.key_width;
      c.right = right = c.keys - 78;
      c.top = r.y;
      c.rows = static_cast<int>(r.h / CandidateColumns::kRow) - 1;
    }
    const float wide = right - r.x;
    has_bar = wide > 320;
    float room = wide - 62 - (has_bar ? 140 : 62);  // topics, id, outcome
    if (view.by_candidate) {
      c.cells = right - (has_bar ? 142 : 64) - heads * c.cell_width;
      room -= heads * c.cell_width + 6;
    }
    has_id = room > 250;
    has_outcome = room > 360;
    title_width = std::min(190.0f, room);
  }
};

void draw_row(const Scene& scene, const Snapshot& shot, int side, int candidate, Rect row,
              const PaneColumns& columns, const AttentionView& view) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const Colour tint = theme::kSides[static_cast<std::size_t>(side)];
  const bool has_chances = shot.has(Snapshot::kChances);
  const int slot = slot_of(shot, candidate);
  const Spot spot{side, shot.item[candidate]};
  const bool is_near = model.hovered == spot || model.pinned == spot;
  canvas.round(row, 6,
               slot >= 0 ? faded(tint, 0.17f)
               : is_near ? theme::kCard
                         : faded(theme::kCard, 0.5f));
  if (model.pinned == spot) canvas.outline(row, 6, 1, theme::kTextMid);
  scene.hit(row, Action::kRow, spot.item, side);
  if (slot >= 0) slot_badge(canvas, {row.x + 14, row.middle().y}, slot, tint);
  const auto numbers = shot.row(Snapshot::kCandidates, static_cast<std::size_t>(candidate));
  const TopicMix mix = model.columns.topics(numbers, false);
  if (mix.count > 0) topic_chip(canvas, {row.x + 30, row.y + 3}, model.columns, mix.topic[0]);
  const Face face = slot >= 0 ? Face::kSemiBold : Face::kMedium;
  canvas.text({row.x + 62, row.y + 15},
              canvas.fitted(topic_words(model.columns, mix), face, 12, columns.title_width),
              words(12, slot >= 0 ? theme::kText : theme::kTextMid, face));
  if (columns.has_id) {
    canvas.text({row.x + 262, row.y + 15}, fmt::format("#{}", shot.item[candidate]),
                figures(10.5f, theme::kTextLow));
  }
  const auto outcome = shot.row(Snapshot::kOutcomes, static_cast<std::size_t>(candidate));
  if (outcome.size() == kNumOutcomeColumns && columns.has_outcome) {
    canvas.text({row.x + 422, row.y + 15},
                signed_number(double{outcome[kOutcomeNet]}) +
                    after_number(model.columns.unit.score) + " if shown",
                figures(10.5f, theme::kTextMid, Align::kRight));
  }
  const float score =
      has_chances ? chance_of(shot, candidate) : Columns::at(shot.of(Snapshot::kScores), candidate);
  if (!std::isnan(score)) {
    canvas.text({row.right() - 10, row.y + 15},
                has_chances ? percent(double{score}, 1) : brief(double{score}),
                figures(11, slot >= 0 ? theme::kText : theme::kTextMid, Align::kRight));
  }
  if (has_chances && columns.has_bar)
    bar(canvas, {row.right() - 130, row.y + 8, 66, 6}, score, slot >= 0 ? tint : theme::kTextLow);
  if (view.by_candidate)
    draw_candidate_cells(scene, shot, view, columns.attention, candidate, row.y + 1);
}

void draw_rows(const Scene& scene, Rect r, const Snapshot& shot, int side) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const auto head = words(11, theme::kTextLow, Face::kMedium, Align::kRight);
  const bool shows_nothing = shot.step.shown == 0;
  const float used = canvas.text({r.x + 2, r.y + 12},
                                 std::string(shot.step.has(StepRecord::kPush) ? "Push" : "Feed") +
                                     (shows_nothing ? ": shows nothing" : ": shows"),
                                 words(12, theme::kText, Face::kSemiBold));
  const float top = r.y + 12;
  r.cut_top(20);
  const std::vector<int> order = ranked(shot);
  const AttentionView view = attention_of(shot, model.layer, model.focus(side, shot));
  const PaneColumns columns(r, view);
  const CandidateColumns& cells = columns.attention;
  std::string ranks;
  if (shot.has(Snapshot::kChances))
    ranks = columns.has_bar ? kChanceName : "π";
  else if (shot.has(Snapshot::kScores))
    ranks = std::string("by ") + shot.score_name.data();
  canvas.text({columns.right - 10, top},
              canvas.fitted(ranks, head.face, head.size, columns.right - r.x - used - 30), head);
  for (std::uint32_t h = 0; view && h < view.read->heads; ++h) {
    const float left = columns.has_map ? cells.key_cells : cells.cells;
    canvas.text({left + cells.cell_width * (static_cast<float>(h) + 0.5f), top},
                head_name(static_cast<int>(h), cells.cell_width),
                words(10.5f, theme::head(static_cast<int>(h)), Face::kSemiBold, Align::kCentre));
  }
  if (columns.has_map) {
    canvas.text({cells.keys, top}, "looks at", words(10.5f, theme::kTextLow));
    draw_attention_map(scene, shot, view, cells, {});
  }
  constexpr float kRow = 24;
  const int rows = std::min(static_cast<int>(order.size()), static_cast<int>(r.h / kRow) - 1);
  for (int i = 0; i < rows; ++i) {
    const int candidate = order[i];
    const Rect row{r.x, r.y + kRow * static_cast<float>(i), columns.right - r.x, kRow - 3};
    draw_row(scene, shot, side, candidate, row, columns, view);
  }
  const Rect last{r.x, r.y + kRow * static_cast<float>(rows), columns.right - r.x, kRow - 3};
  const float bar_left = columns.has_bar ? last.right() - 130 : last.right() - 52;
  draw_silence(scene, shot,
               {last,
                last.x + 62,
                {bar_left, last.y + 8, columns.has_bar ? 66.0f : 0.0f, 6},
                last.right() - 10,
                theme::kSides[static_cast<std::size_t>(side)]});
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
    note = fmt::format("day {} · {} · {}", number(now->minutes / 1440, 2),
                       clock_time(double{now->hour}), note);
  if (ends_here(model, side_))  // both are tallied until then
    note = fmt::format("{} ends here · {}", side_ == 0 ? "A" : "B", note);
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
    const std::vector<double> sums = Tally::of(model, s).parts;
    for (std::size_t p = 0; p < sums.size(); ++p)
      scale = std::max(scale, std::abs(model.weights[p] * sums[p]));
    if (s == side_) own = sums;
  }
  top.y += 6;
  draw_parts(scene, top, own, scale);
  canvas.rect({r.x, r.y, r.w, 1}, theme::kStroke);
  r.cut_top(8);
  draw_rows(scene, r, *shot, side_);
}

}  // namespace infodiet::viz
