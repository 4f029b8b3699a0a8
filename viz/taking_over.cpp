#include "viz/taking_over.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace infodiet::viz {
namespace {

constexpr const char* kOnlyNewest = "only the newest decision can be taken again";

}  // namespace

/// Where no decision could be changed, a toast says why.
bool TakingOver::is_allowed() {
  if (model_.can_take_over()) return true;
  if (model_.is_recorded())
    model_.toast = "what is recorded cannot be changed";
  else if (model_.sides.empty() || model_.screen == Screen::kTrain)
    model_.toast = "no decision is shown here";
  else
    model_.toast = "decisions are taken again where one side is shown: press 1";
  return false;
}

/// The newest decision, if it is shown, whole, and nothing goes on; else a toast says what is
/// missing, and what plays is told to stand still.
const Snapshot* TakingOver::standing() {
  if (model_.pace.is_playing) {
    stage_.send({.kind = Command::kPause});
    model_.cursor = -1;
    model_.toast = "it stands still now: choose";
    return nullptr;
  }
  if (!model_.shows_newest()) {
    model_.toast = kOnlyNewest;
    return nullptr;
  }
  const Snapshot* const shot = model_.whole(0);
  if (shot == nullptr || asked_.is_open) {
    model_.toast = "one moment: this decision is being played again";
    return nullptr;
  }
  return shot;
}

void TakingOver::mask() {
  if (!is_allowed()) return;
  const Snapshot* const shot = standing();
  const int candidate = shot != nullptr ? model_.focus(0, *shot) : -1;
  if (candidate < 0) return;
  Command command{.kind = Command::kMask};
  std::copy_n(shot->is_masked.begin(), shot->valid, command.flags.begin());
  command.flags[static_cast<std::size_t>(candidate)] ^= 1;
  ask(command, *shot);
}

void TakingOver::unmask_all() {
  if (!is_allowed()) return;
  const Snapshot* const shot = standing();
  if (shot == nullptr) return;
  if (!shot->step.has(StepRecord::kMasked)) {
    model_.toast = "none is hidden from the agent";
    return;
  }
  ask({.kind = Command::kMask}, *shot);
}

void TakingOver::toggle() {
  if (!is_allowed()) return;
  const bool begins = !model_.hand.is_choosing;
  give_up();
  if (!begins) return;
  model_.hand.is_choosing = true;
  model_.pinned = {};
  model_.cursor = -1;
  if (model_.pace.is_playing) stage_.send({.kind = Command::kPause});
  bind();
}

/// From here on what is picked belongs to the decision that is shown.
void TakingOver::bind() {
  const Snapshot* const shot = model_.whole(0);
  if (model_.pace.is_playing || asked_.is_open || !model_.shows_newest() || shot == nullptr) return;
  model_.hand.is_bound = true;
  model_.hand.of = shot->step;
}

void TakingOver::pick_at_once(std::int32_t item) {
  if (!is_allowed()) return;
  const bool played = model_.pace.is_playing;
  if (standing() == nullptr && !played) return;
  const std::string said = model_.toast;
  toggle();
  model_.toast = said;
  if (!played) pick(item);
}

void TakingOver::pick(std::int32_t item) {
  const Snapshot* const shot = model_.whole(0);
  if (!model_.hand.is_bound || shot == nullptr || place_of(*shot, item) < 0) return;
  auto& picked = model_.hand.picked;
  const auto found = std::find(picked.begin(), picked.end(), item);
  if (found != picked.end())
    picked.erase(found);
  else if (static_cast<int>(picked.size()) < model_.spec().slate_max)
    picked.push_back(item);
}

void TakingOver::finish() {
  const Snapshot* const shot = model_.whole(0);
  if (!model_.hand.is_choosing || !model_.hand.is_bound || shot == nullptr) return;
  const auto& picked = model_.hand.picked;
  // where fewer may be shown than must be, all of them are enough
  const int least = std::min(model_.spec().slate_min, static_cast<int>(shot->valid));
  if (static_cast<int>(picked.size()) < least) {
    model_.toast = fmt::format("pick at least {}: here something must be shown", least);
    return;
  }
  Command command{.kind = Command::kSlate};
  command.slate.fill(-1);
  for (std::size_t i = 0; i < std::min(picked.size(), command.slate.size()); ++i)
    command.slate[i] = place_of(*shot, picked[i]);
  ask(command, *shot);
  give_up();
}

void TakingOver::ask(Command command, const Snapshot& shot) {
  command.number = shot.step.decision;
  asked_ = {true, shot.step, command.kind == Command::kSlate, 0};
  model_.cursor = -1;
  stage_.send(command);
}

/// Says what came of it, once it has.
void TakingOver::hear(double seconds) {
  constexpr double kPatience = 2;  // [s]
  if (!asked_.is_open || model_.sides[0].log.empty()) return;
  const StepRecord& newest = model_.sides[0].log.records().back();
  asked_.since += seconds;
  if (newest.episode == asked_.of.episode && newest.decision == asked_.of.decision) {
    if (newest.take == asked_.of.take && asked_.since < kPatience) return;
    model_.toast = newest.take == asked_.of.take      ? "this decision cannot be taken again"
                   : newest.has(StepRecord::kMasked)  ? "decided again without what is hidden"
                   : !asked_.by_hand                  ? "all candidates are offered again"
                   : !newest.has(StepRecord::kByHand) ? "refused: decided again by the agent"
                   : newest.shown == 0                ? "you showed nothing"
                                                      : "you picked the slate";
  } else {
    model_.toast = "another decision was made by then: nothing was changed";
  }
  asked_ = {};
}

void TakingOver::follow(double seconds) {
  if (model_.sides.empty()) return;
  hear(seconds);
  if (!model_.hand.is_choosing) return;
  if (!model_.hand.is_bound && model_.shows_newest()) return bind();
  const StepRecord* const shown = model_.record(0);
  if (shown != nullptr && model_.hand.is_bound && shown->episode == model_.hand.of.episode &&
      shown->decision == model_.hand.of.decision && shown->take == model_.hand.of.take)
    return;
  model_.toast = model_.hand.picked.empty() ? "another decision is shown: you gave up"
                                            : "another decision is shown: what you picked is gone";
  give_up();
}

}  // namespace infodiet::viz
