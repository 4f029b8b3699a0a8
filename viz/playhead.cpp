#include "viz/playhead.hpp"

#include <algorithm>
#include <cmath>

namespace infodiet::viz {

void Playhead::toggle_play() {
  if (model_.is_recorded()) {
    if (!model_.sides.empty() && model_.cursor >= model_.sides[0].log.size() - 1) model_.cursor = 0;
  } else if (model_.cursor >= 0) {  // from the past to the newest first
    model_.cursor = -1;
    stage_.send({.kind = Command::kPlay});
    return;
  }
  stage_.send({.kind = model_.pace.is_playing ? Command::kPause : Command::kPlay});
}

void Playhead::step(int decisions) {
  if (model_.sides.empty()) return;
  if (model_.pace.is_playing) pause();
  const int newest = model_.sides[0].log.size() - 1;
  const int wanted = model_.shown(0) + decisions;
  if (wanted > newest && !model_.is_recorded()) {
    model_.cursor = -1;
    stage_.send({.kind = Command::kStep, .number = static_cast<double>(wanted - newest)});
    return;
  }
  model_.cursor = std::clamp(wanted, 0, std::max(0, newest));
}

void Playhead::go_to(int decision) {
  if (model_.sides.empty()) return;
  const int newest = model_.sides[0].log.size() - 1;
  if (decision >= newest) {
    model_.cursor = model_.is_recorded() ? newest : -1;
    return;
  }
  if (model_.pace.is_playing) pause();
  model_.cursor = std::max(0, decision);
}

void Playhead::go_to_event(int direction) {
  if (model_.sides.empty()) return;
  const auto records = model_.sides[0].log.records();
  for (int at = model_.shown(0) + direction; at >= 0 && at < static_cast<int>(records.size());
       at += direction) {
    if (!events_of(model_, records, at).any() && !model_.bookmarks.contains(at)) continue;
    go_to(at);
    return;
  }
}

void Playhead::follow(double seconds) {
  if (!model_.is_recorded() || model_.sides.empty()) return;
  const int newest = model_.sides[0].log.size() - 1;
  if (model_.cursor < 0) model_.cursor = 0;
  if (!model_.pace.is_playing) {
    pending_ = measured_ = actual_ = moved_ = 0;
    return;
  }
  constexpr double kFastest = 200;  // more cannot be seen
  pending_ += std::min(model_.pace.wanted, kFastest) * seconds;
  const int from = model_.cursor;
  model_.cursor = std::min(newest, from + static_cast<int>(pending_));
  pending_ -= std::floor(pending_);
  if (model_.cursor >= newest) pause();
  moved_ += model_.cursor - from;
  measured_ += seconds;
  if (measured_ >= 0.5) {
    actual_ = moved_ / measured_;
    measured_ = moved_ = 0;
  }
  model_.pace.actual = actual_;
}

}  // namespace infodiet::viz
