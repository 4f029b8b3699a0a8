#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/attention_map.hpp"
#include "viz/panels/candidate_columns.hpp"
#include "viz/panels/panel.hpp"
#include "viz/panels/silence_row.hpp"

namespace infodiet::viz {
namespace {

constexpr float kClickWidth = 30;  ///< of the forecasts' first column

/// What rows of one frame have in common.
struct Table {
  const Scene& scene;
  const Snapshot& shot;
  CandidateColumns columns;
  AttentionView attention;
  float most_value = 1, most_overload = 1;  ///< scale of the bars
  float least_score = 0, score_range = 1;
  bool has_chances = false;
};

Table table_of(const Scene& scene, const Snapshot& shot, Rect r) {
  const Model& model = scene.model;
  Table t{scene,
          shot,
          {},
          attention_of(shot, model.layer, model.focus(0, shot)),
          0.01f,
          0.01f,
          0,
          1,
          shot.has(Snapshot::kChances)};
  const int heads = t.attention ? static_cast<int>(t.attention.read->heads) : 0;
  t.columns =
      CandidateColumns::of(r, {heads, t.attention.by_candidate, shot.has(Snapshot::kOutcomes),
                               shot.has(Snapshot::kForecasts)});
  for (std::size_t i = 0; i < shot.valid; ++i) {
    const auto outcome = shot.row(Snapshot::kOutcomes, i);
    t.most_value = std::max(t.most_value, std::abs(Columns::at(outcome, kOutcomeValue)));
    t.most_overload = std::max(t.most_overload, Columns::at(outcome, kOutcomeOverload));
  }
  float least = std::numeric_limits<float>::max(), most = -least;
  for (const float score : shot.of(Snapshot::kScores)) {
    if (std::isnan(score)) continue;
    least = std::min(least, score);
    most = std::max(most, score);
  }
  if (most > least) {
    t.least_score = least;
    t.score_range = most - least;
  }
  return t;
}

void draw_heads_of_columns(const Table& t) {
  Canvas& canvas = t.scene.canvas;
  const CandidateColumns& c = t.columns;
  const float y = c.top - 6;
  const auto label = [&](float x, std::string_view text, Align align = Align::kLeft) {
    canvas.text({x, y}, text, words(10.5f, theme::kTextLow, Face::kMedium, align));
  };
  label(c.title, "topics");
  if (c.facts_width > 0) {
    label(c.facts + 40, "length", Align::kRight);
    label(c.facts + c.facts_width, "age", Align::kRight);
  }
  if (c.worth_width > 0) {
    // true worth, which only who watches may see: value above, overload below
    canvas.round({c.worth, y - 8, 7, 4}, 2, theme::kValue);
    canvas.round({c.worth, y - 2.5f, 7, 4}, 2, theme::kOverload);
    label(c.worth + 11, "if shown");
  }
  if (c.forecast_width > 0) {
    label(c.forecast + kClickWidth, "click", Align::kRight);
    label(c.forecast + c.forecast_width, "worth", Align::kRight);
  }
  const std::string ranks = t.has_chances ? (c.chance_width > 60 ? kChanceName : "π")
                            : t.shot.has(Snapshot::kScores)
                                ? "by " + std::string(t.shot.score_name.data())
                                : "";
  label(c.chance, canvas.fitted(ranks, Face::kMedium, 10.5f, c.chance_width));
  if (!t.attention) return;
  const int heads = static_cast<int>(t.attention.read->heads);
  for (int h = 0; h < heads; ++h) {
    const std::string name = head_name(h, c.cell_width);
    const auto style = words(10.5f, theme::head(h), Face::kSemiBold, Align::kCentre);
    const float at = c.cell_width * (static_cast<float>(h) + 0.5f);
    if (t.attention.by_candidate) canvas.text({c.cells + at, y}, name, style);
    canvas.text({c.key_cells + at, y}, name, style);
  }
  label(c.keys, t.attention.by_candidate ? "it looks at" : "context looks at");
}

/// What the agent expects of showing a candidate: the chance of a click, and what it then brings.
void draw_forecast(const Table& t, int candidate, float base, Colour colour) {
  const CandidateColumns& c = t.columns;
  const auto forecast = t.shot.row(Snapshot::kForecasts, static_cast<std::size_t>(candidate));
  const auto style = figures(10.5f, colour, Align::kRight);
  t.scene.canvas.text({c.forecast + kClickWidth, base},
                      percent(double{Columns::at(forecast, kForecastClick)}), style);
  t.scene.canvas.text({c.forecast + c.forecast_width, base},
                      signed_brief(double{Columns::at(forecast, kForecastWorth)}), style);
}

void draw_chance(const Table& t, int candidate, float y, bool is_chosen) {
  Canvas& canvas = t.scene.canvas;
  const CandidateColumns& c = t.columns;
  const Colour colour = is_chosen ? theme::kAccent : mixed(theme::kAccent, theme::kPanel, 0.45f);
  const float base = y + 13.5f;
  const Rect track{c.chance, y + 7, c.chance_width - 44, 6};
  const bool has_bar = track.w > 12;
  if (t.has_chances) {
    const float chance = chance_of(t.shot, candidate);
    if (has_bar) bar(canvas, track, chance, colour);
    canvas.text({c.chance + c.chance_width, base}, percent(double{chance}, 1),
                figures(10.5f, is_chosen ? theme::kText : theme::kTextMid, Align::kRight));
    return;
  }
  if (!t.shot.has(Snapshot::kScores)) return;
  const float score = Columns::at(t.shot.of(Snapshot::kScores), candidate);
  if (has_bar) bar(canvas, track, (score - t.least_score) / t.score_range, colour);
  canvas.text({c.chance + c.chance_width, base}, brief(double{score}),
              figures(10.5f, is_chosen ? theme::kText : theme::kTextMid, Align::kRight));
}

void draw_row(const Table& t, int candidate, int place, float y) {
  const Scene& scene = t.scene;
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const CandidateColumns& c = t.columns;
  const Columns& columns = model.columns;
  const auto row = t.shot.row(Snapshot::kCandidates, static_cast<std::size_t>(candidate));
  const int slot = slot_of(t.shot, candidate);
  const Spot spot{0, t.shot.item[candidate]};
  const bool is_near = model.hovered == spot || model.pinned == spot;
  const float left = c.title - 54;
  const Rect field{left - 4, y, c.right - left + 8, CandidateColumns::kRow - 1};
  canvas.round(field, 5,
               slot >= 0 ? faded(theme::kAccent, 0.16f)
               : is_near ? theme::kCard
                         : faded(theme::kCard, place % 2 == 0 ? 0.35f : 0.0f));
  if (model.pinned == spot) canvas.outline(field, 5, 1, theme::kTextMid);
  if (slot >= 0) canvas.round({field.x, y + 3, 3, field.h - 6}, 1.5f, theme::kAccent);
  scene.hit(field, Action::kRow, spot.item, spot.side);

  const float base = y + 13.5f;
  const std::vector<std::int32_t>& by_hand = model.hand.picked;
  const auto picked = std::find(by_hand.begin(), by_hand.end(), spot.item);
  if (picked != by_hand.end())
    slot_badge(canvas, {left + 11, y + 9.5f}, static_cast<int>(picked - by_hand.begin()),
               theme::kReference);
  else if (slot >= 0 && !model.hand.is_choosing)
    slot_badge(canvas, {left + 11, y + 9.5f}, slot);
  const TopicMix mix = columns.topics(row, false);
  if (mix.count > 0) topic_chip(canvas, {left + 24, y + 2}, columns, mix.topic[0]);
  const Face face = slot >= 0 ? Face::kSemiBold : Face::kMedium;
  const std::string id = fmt::format("#{}", t.shot.item[candidate]);
  const float id_width = canvas.text_width(id, Face::kMono, 10);
  const bool has_id = c.title_width > id_width + 100;
  const float room = c.title_width - (has_id ? id_width + 8 : 0);
  canvas.text({c.title, base}, canvas.fitted(topic_words(columns, mix), face, 11.5f, room),
              words(11.5f, slot >= 0 ? theme::kText : theme::kTextMid, face));
  if (has_id) {
    canvas.text({c.title + c.title_width - 4, base}, id,
                figures(10, theme::kTextLow, Align::kRight));
  }
  if (c.facts_width > 0) {
    canvas.text({c.facts + 40, base},
                number(double{Columns::at(row, columns.candidate.length)}, 1) + "m",
                figures(10.5f, theme::kTextMid, Align::kRight));
    const double age = double{Columns::at(row, columns.candidate.age)};
    canvas.text({c.facts + c.facts_width, base},
                age < 100    ? number(age, 0) + "m"
                : age < 2880 ? number(age / 60, 1) + "h"
                             : number(age / 1440, 1) + "d",
                figures(10.5f, theme::kTextMid, Align::kRight));
  }
  if (c.worth_width > 0) {
    const auto outcome = t.shot.row(Snapshot::kOutcomes, static_cast<std::size_t>(candidate));
    bar(canvas, {c.worth, y + 4, c.worth_width, 4},
        std::max(0.0f, Columns::at(outcome, kOutcomeValue)) / t.most_value, theme::kValue);
    bar(canvas, {c.worth, y + 11, c.worth_width, 4},
        Columns::at(outcome, kOutcomeOverload) / t.most_overload, theme::kOverload);
  }
  if (c.forecast_width > 0)
    draw_forecast(t, candidate, base, slot >= 0 ? theme::kText : theme::kTextMid);
  draw_chance(t, candidate, y, slot >= 0);
  if (t.attention.by_candidate)
    draw_candidate_cells(scene, t.shot, t.attention, t.columns, candidate, y);
  if (t.shot.is_masked[candidate] != 0) {
    canvas.line({left + 20, y + 9.5f}, {c.right, y + 9.5f}, 1.2f, theme::kReference);
    canvas.text({left + 2, base}, "✕", words(11, theme::kReference, Face::kBold));
  }
}

/// Buttons for the heads, from the right. @returns where they begin
float draw_head_buttons(const Scene& scene, Rect place, const Table& t) {
  float x = place.right() - theme::kPad;
  if (!t.attention) return x;
  const int heads = static_cast<int>(t.attention.read->heads);
  for (int h = heads - 1; h >= -1; --h) {
    const std::string name = h < 0 ? "all heads" : fmt::format("H{}", h + 1);
    const float wide = scene.canvas.text_width(name, Face::kMedium, 11) + (h < 0 ? 18 : 28);
    x -= wide;
    const Rect r{x, place.y + 7, wide, 20};
    const bool is_on = scene.model.head == h;
    scene.canvas.round(r, 6, is_on ? theme::kCardTop : rgb(0x141B26));
    scene.canvas.outline(r, 6, is_on ? 1.5f : 1.0f,
                         !is_on  ? theme::kStroke
                         : h < 0 ? theme::kTextMid
                                 : theme::head(h));
    if (h >= 0) scene.canvas.round({x + 8, place.y + 13, 8, 8}, 2.5f, theme::head(h));
    scene.canvas.text({x + (h < 0 ? 9 : 20), place.y + 21}, name,
                      words(11, is_on ? theme::kText : theme::kTextMid));
    scene.hit(r, Action::kHead, h);
    x -= 5;
  }
  return x;
}

}  // namespace

void CandidatesPanel::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  const Snapshot* const shot = model.shot(0);
  const char* const name = model.hand.is_choosing ? "Pick what is shown" : "Candidates";
  const Rect r = panel(scene.canvas, place, name, "");
  if (shot == nullptr) return;
  const Table t = table_of(scene, *shot, r);
  const float buttons = draw_head_buttons(scene, place, t);
  draw_heads_of_columns(t);

  const std::vector<int> order = ranked(*shot);
  const int rows = std::max(1, t.columns.rows), count = static_cast<int>(order.size());
  const int first = std::clamp(model.scroll, 0, std::max(0, count - rows));
  std::string note = count > rows ? fmt::format("{} to {} of {} (wheel)", first + 1,
                                                std::min(first + rows, count), count)
                                  : fmt::format("{}", count);
  if (model.hand.is_choosing) note = "Enter shows these, Esc gives up";
  if (t.attention && shot->num_reads > 1)
    note += fmt::format(" · {} of {} (L)", t.attention.read->layer.data(), shot->num_reads);
  const float title = scene.canvas.text_width(name, Face::kSemiBold, 13);
  const float from = place.x + theme::kPad + title + 12;
  scene.canvas.text({from, place.y + 21},
                    scene.canvas.fitted(note, Face::kMono, 11, buttons - from - 10),
                    figures(11, theme::kTextLow));

  float y = t.columns.top;
  for (int i = first; i < std::min(first + rows, count); ++i, y += CandidateColumns::kRow)
    draw_row(t, order[i], i, y);
  y = t.columns.top + static_cast<float>(rows) * CandidateColumns::kRow + 3;
  const CandidateColumns& c = t.columns;
  const float bar_width = c.chance_width > 56 ? c.chance_width - 44 : 0;
  draw_silence(scene, *shot,
               {{c.title - 58, y, c.right - c.title + 62, CandidateColumns::kRow},
                c.title,
                {c.chance, y + 7, bar_width, 6},
                c.chance + c.chance_width,
                theme::kAccent});
  if (t.attention) {
    const int focus = model.focus(0, *shot);
    const auto found =
        std::find(order.begin() + first, order.begin() + std::min(first + rows, count), focus);
    const auto row = static_cast<float>(found - order.begin() - first);
    const Point from_row{
        t.columns.right + 6,
        t.columns.top + (std::min(row, static_cast<float>(rows)) + 0.5f) * CandidateColumns::kRow};
    draw_attention_map(scene, *shot, t.attention, t.columns, from_row);
  }
}

}  // namespace infodiet::viz
