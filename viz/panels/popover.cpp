#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

struct Fact {
  std::string name, value;
};

std::vector<Fact> facts_of(const Model& model, const Snapshot& shot, int candidate) {
  std::vector<Fact> facts;
  const Columns::Units& unit = model.columns.unit;
  const auto place = static_cast<std::size_t>(candidate);
  const auto row = shot.row(Snapshot::kCandidates, place);
  const auto& features = model.spec().candidate_features;
  for (std::size_t f = 0; f < features.size() && f < row.size(); ++f) {
    if (features[f].role == Role::kTopic || features[f].role == Role::kStory) continue;
    std::string name = features[f].name;
    std::replace(name.begin(), name.end(), '_', ' ');
    facts.push_back({name, brief(double{row[f]}) + after_number(features[f].unit)});
  }
  const float score = Columns::at(shot.of(Snapshot::kScores), candidate);
  if (!std::isnan(score)) facts.push_back({shot.score_name.data(), brief(double{score})});
  const float chance = chance_of(shot, candidate);
  if (!std::isnan(chance)) facts.push_back({"chance of slot 1", percent(double{chance}, 2)});
  const auto forecast = shot.row(Snapshot::kForecasts, place);
  if (forecast.size() == kNumForecastColumns) {
    facts.push_back({"agent expects a click", percent(double{forecast[kForecastClick]}, 1)});
    facts.push_back({"agent expects in score",
                     signed_brief(double{forecast[kForecastWorth]}) + after_number(unit.score)});
  }
  const auto outcome = shot.row(Snapshot::kOutcomes, place);
  if (outcome.size() == kNumOutcomeColumns) {
    facts.push_back({"would be read", percent(double{outcome[kOutcomeProbability]}, 1)});
    facts.push_back(
        {"would be worth", brief(double{outcome[kOutcomeValue]}) + after_number(unit.value)});
    facts.push_back(
        {"would take", brief(double{outcome[kOutcomeAttention]}) + after_number(unit.attention)});
    facts.push_back(
        {"would overload", brief(double{outcome[kOutcomeOverload]}) + after_number(unit.overload)});
    facts.push_back({"better than silence by",
                     signed_number(double{outcome[kOutcomeNet]}) + after_number(unit.score)});
  }
  return facts;
}

}  // namespace

void Popover::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  if (model.show_help) return;
  const Spot spot = model.pinned.item >= 0 ? model.pinned : model.hovered;
  // where one side is shown, it is the first
  const int sides = model.screen == Screen::kCompare ? static_cast<int>(model.sides.size()) : 1;
  if (model.sides.empty() || spot.side >= sides) return;
  const Snapshot* const shot = model.shot(spot.side);
  const int candidate = shot == nullptr ? -1 : place_of(*shot, spot.item);
  if (candidate < 0) return;
  Canvas& canvas = scene.canvas;
  const std::vector<Fact> facts = facts_of(model, *shot, candidate);
  constexpr float kWidth = 262, kLine = 15.5f;
  const float high = 52 + kLine * static_cast<float>(facts.size()) + 10;
  // beside the row it belongs to: below if there is room, else above
  Rect r{place.x + 70, place.y, kWidth, high};
  for (const Hit& hit : scene.hits) {
    if (hit.action != Action::kRow || Spot{hit.side, static_cast<int>(hit.number)} != spot)
      continue;
    r.x = std::min(hit.place.x + 170, canvas.width() - kWidth - 16);
    r.y = hit.place.bottom() + 4;
    if (r.bottom() > canvas.height() - 16) r.y = hit.place.y - high - 4;
    break;
  }
  r.y =
      std::clamp(r.y, theme::kTopBar + 4, std::max(theme::kTopBar + 4, canvas.height() - high - 8));

  canvas.set_layer(Canvas::kPopovers);
  canvas.shadow({r.x - 3, r.y, r.w + 6, r.h + 8}, 12, 16, rgb(0, 170));
  canvas.round(r, 10, theme::kPopoverTop, theme::kPopover);
  canvas.outline(r, 10, 1, rgb(0x43557A));
  const TopicMix mix = model.columns.topics(
      shot->row(Snapshot::kCandidates, static_cast<std::size_t>(candidate)), false);
  if (mix.count > 0) topic_chip(canvas, {r.x + 14, r.y + 12}, model.columns, mix.topic[0]);
  canvas.text({r.right() - 14, r.y + 24}, fmt::format("#{}", shot->item[candidate]),
              figures(11, theme::kTextMid, Align::kRight));
  canvas.text({r.x + 14, r.y + 44},
              canvas.fitted(topic_words(model.columns, mix), Face::kSemiBold, 13, r.w - 28),
              words(13, theme::kText, Face::kSemiBold));
  float y = r.y + 64;
  for (const Fact& fact : facts) {
    const float used =
        canvas.text({r.right() - 14, y}, fact.value, figures(10.5f, theme::kText, Align::kRight));
    canvas.text({r.x + 14, y}, canvas.fitted(fact.name, Face::kRegular, 11, r.w - used - 40),
                words(11, theme::kTextMid, Face::kRegular));
    y += kLine;
  }
  canvas.set_layer(Canvas::kBase);
}

}  // namespace infodiet::viz
