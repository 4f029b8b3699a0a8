#include "viz/model.hpp"

#include <algorithm>
#include <cmath>

namespace infodiet::viz {

Model::Model(const StageInfo& stage_info) : info(stage_info), columns(stage_info.spec) {
  for (const SideInfo& side : info.sides) sides.push_back({side, {}});
  for (const RewardPart& part : info.spec.rewards) weights.push_back(part.weight);
  screen = info.sides.size() > 1   ? Screen::kCompare
           : info.mode == "replay" ? Screen::kReplay
           : info.sides.empty()    ? Screen::kTrain
                                   : Screen::kLive;
}

int Model::shown(int side) const {
  if (sides.empty()) return -1;
  const int newest = sides[side].log.size() - 1;
  if (side > 0) {
    // what was last decided there by the time of what is shown on the first side
    const int first = shown(0);
    if (first < 0) return newest;
    const double minutes = sides[0].log.records()[first].minutes;
    const auto records = sides[side].log.records();
    const auto later =
        std::upper_bound(records.begin(), records.end(), minutes,
                         [](double m, const StepRecord& r) { return m < r.minutes; });
    return std::max(0, static_cast<int>(later - records.begin()) - 1);
  }
  return cursor < 0 ? newest : std::min(cursor, newest);
}

const StepRecord* Model::record(int side) const {
  const int at = sides.empty() ? -1 : shown(side);
  return at < 0 || at >= sides[side].log.size() ? nullptr : &sides[side].log.records()[at];
}

bool Model::shows_newest() const {
  return cursor < 0 || (!sides.empty() && cursor >= sides[0].log.size() - 1);
}

const Snapshot* Model::whole(int side) const {
  const int at = sides.empty() ? -1 : shown(side);
  const EpisodeLog* const log = at < 0 ? nullptr : &sides[side].log;
  return log == nullptr || log->packed(at).empty() ? nullptr : log->at(at);
}

int Model::focus(int side, const Snapshot& shot) const {
  for (const Spot& spot : {pinned, hovered}) {
    const int place = spot.side == side ? place_of(shot, spot.item) : -1;
    if (place >= 0) return place;
  }
  const std::vector<int> order = ranked(shot);
  return order.empty() ? -1 : order.front();
}

Model::Attention Model::most_attention() const {
  const std::size_t drawn =
      screen == Screen::kCompare ? sides.size() : std::min<std::size_t>(1, sides.size());
  Attention most;
  for (std::size_t side = 0; side < drawn; ++side) {
    const Snapshot* const seen = shot(static_cast<int>(side));
    if (seen == nullptr || seen->num_reads == 0) continue;
    most.heads = std::max(most.heads, static_cast<int>(seen->reads[0].heads));
    most.layers = std::max(most.layers, static_cast<int>(seen->num_reads));
  }
  return most;
}

double Model::score(const StepRecord& record) const {
  double sum = 0;
  for (std::size_t r = 0; r < std::min(weights.size(), record.rewards.size()); ++r)
    sum += weights[r] * double{record.rewards[r]};
  return sum;
}

double Model::horizon_days() const {
  double days = info.spec.episode_days;
  for (const Side& side : sides) {
    if (side.log.empty()) continue;
    const StepRecord& last = side.log.records().back();
    days = std::max(days, (last.minutes + double{last.passed}) / 1440);
  }
  return std::max(days, 1e-3);
}

std::pair<double, double> Model::time_line() const {
  if (zoom_to > zoom_from) return {zoom_from, zoom_to};
  return {0, horizon_days()};
}

StepEvents events_of(const Model& model, std::span<const StepRecord> records, int at) {
  StepEvents events;
  const StepRecord& now = records[at];
  const int column = model.columns.person.overload;
  const auto overload = [column](const StepRecord& r) {
    return column >= 0 && column < StepRecord::kMostPerson ? r.person[column] : 0.0f;
  };
  const bool is_push = now.has(StepRecord::kPush);
  events.nothing = !is_push && now.shown == 0;
  events.push = is_push && now.shown > 0;
  events.unwanted = events.push && now.clicked == 0;
  events.overload = overload(now) > 0 && (at == 0 || !(overload(records[at - 1]) > 0));
  return events;
}

}  // namespace infodiet::viz
