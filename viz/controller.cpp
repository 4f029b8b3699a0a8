#include "viz/controller.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace infodiet::viz {

Controller::Controller(Model& model, Stage& stage, Hooks hooks)
    : model_(model),
      stage_(stage),
      hooks_(std::move(hooks)),
      playhead_(model, stage),
      time_line_(model),
      taking_over_(model, stage),
      whole_decisions_(model, stage) {}

void Controller::change_speed(int direction) {
  const double* const now = std::find(std::begin(kSpeeds), std::end(kSpeeds), model_.pace.wanted);
  const auto place = now == std::end(kSpeeds) ? 1 : now - std::begin(kSpeeds);
  const auto next = std::clamp<std::ptrdiff_t>(place + direction, 0, kNumSpeeds - 1);
  stage_.send({.kind = Command::kSpeed, .number = kSpeeds[next]});
}

void Controller::show(Screen screen) {
  const bool is_there = screen == Screen::kTrain     ? !model_.train.run.empty()
                        : screen == Screen::kCompare ? model_.sides.size() > 1
                        : screen == Screen::kReplay
                            ? !model_.sides.empty()
                            : !model_.sides.empty() && !model_.is_recorded();
  if (!is_there) {
    model_.toast = screen == Screen::kTrain     ? "no training is watched"
                   : screen == Screen::kCompare ? "nothing to compare: --compare AGENT"
                                                : "no person is watched";
    return;
  }
  model_.screen = screen;
  if (model_.is_recorded()) return;
  // replay is the same episode, looked back on
  if (screen == Screen::kReplay && model_.cursor < 0) {
    stage_.send({.kind = Command::kPause});
    model_.cursor = std::max(0, model_.sides[0].log.size() - 1);
  }
  if (screen == Screen::kLive) model_.cursor = -1;
}

/// The same episode or another from its first decision. A recording has but one.
void Controller::begin_anew(Command::Kind kind) {
  if (model_.is_recorded()) {
    if (kind == Command::kRestart) return playhead_.go_to(0);
    model_.toast = "what is recorded has no other seed";
    return;
  }
  model_.cursor = -1;
  model_.pinned = {};
  taking_over_.give_up();
  model_.bookmarks.clear();
  model_.zoom_from = model_.zoom_to = 0;
  stage_.send({.kind = kind});
}

void Controller::next_rule() {
  if (model_.is_recorded()) {
    model_.toast = "what is recorded cannot be changed";
    return;
  }
  stage_.send({.kind = Command::kRule, .number = static_cast<double>((model_.pace.rule + 1) % 3)});
}

void Controller::next_head(bool back) {
  const int heads = model_.most_attention().heads;
  if (heads == 0) return;
  model_.head += back ? -1 : 1;
  if (model_.head >= heads) model_.head = -1;
  if (model_.head < -1) model_.head = heads - 1;
}

void Controller::next_layer() {
  const int layers = model_.most_attention().layers;
  if (layers > 0) model_.layer = (model_.layer + 1) % layers;
}

void Controller::bookmark() {
  if (!model_.sides.empty() && !model_.bookmarks.erase(model_.shown(0)))
    model_.bookmarks.insert(model_.shown(0));
}

void Controller::escape() {
  if (model_.show_help)
    model_.show_help = false;
  else if (model_.hand.is_choosing)
    taking_over_.give_up();
  else if (model_.pinned.item >= 0)
    model_.pinned = {};
  else if (hooks_.close)
    hooks_.close();
}

void Controller::set_weight(int part, float share) {
  const double sign = model_.spec().rewards[part].weight < 0 ? -1 : 1;
  // roots from 0 to 10, in steps that can be read
  const double size = std::round(100 * std::pow(double{std::clamp(share, 0.0f, 1.0f)}, 2)) / 10;
  model_.weights[part] = sign * size;
}

void Controller::key(Key key, bool shift) {
  if (key == Key::kNone) return;  // as Shift, on its way to what it is held for
  model_.toast.clear();
  if (model_.show_help && key != Key::kHelp && key != Key::kEscape) model_.show_help = false;
  switch (key) {
    case Key::kSpace:
      return playhead_.toggle_play();
    case Key::kLeft:
      return playhead_.step(shift ? -10 : -1);
    case Key::kRight:
      return playhead_.step(shift ? 10 : 1);
    case Key::kHome:
      return playhead_.go_to(0);
    case Key::kEnd:
    case Key::kF:
      return playhead_.go_to(1 << 30);
    case Key::kMinus:
      return change_speed(-1);
    case Key::kPlus:
      return change_speed(1);
    case Key::kBracketLeft:
      return playhead_.go_to_event(-1);
    case Key::kBracketRight:
      return playhead_.go_to_event(1);
    case Key::kEnter:
      return taking_over_.finish();
    case Key::kB:
      return bookmark();
    case Key::kR:
      return begin_anew(Command::kRestart);
    case Key::kN:
      return begin_anew(Command::kNextSeed);
    case Key::kA:
      return next_rule();
    case Key::kH:
      return next_head(shift);
    case Key::kL:
      return next_layer();
    case Key::kM:
      return taking_over_.mask();
    case Key::kU:
      return taking_over_.unmask_all();
    case Key::kT:
      return taking_over_.toggle();
    case Key::k1:
      return show(Screen::kLive);
    case Key::k2:
      return show(Screen::kReplay);
    case Key::k3:
      return show(Screen::kCompare);
    case Key::k4:
      return show(Screen::kTrain);
    case Key::kP:
    case Key::kG:
    case Key::kV:
      if (hooks_.picture) hooks_.picture(key == Key::kP ? 0 : key == Key::kG ? 1 : 2);
      return;
    case Key::kTab:
      model_.panels_hidden = !model_.panels_hidden;
      return;
    case Key::kF11:
      if (hooks_.fullscreen) hooks_.fullscreen();
      return;
    case Key::kHelp:
      model_.show_help = !model_.show_help;
      return;
    case Key::kEscape:
      return escape();
    case Key::kNone:
      return;
  }
}

void Controller::move(Point mouse, const std::vector<Hit>& hits) {
  model_.mouse = mouse;
  model_.hovered = {};
  for (const Hit& hit : hits) {
    if (!model_.show_help && hit.action == Action::kRow && hit.place.contains(mouse))
      model_.hovered = {hit.side, static_cast<std::int32_t>(hit.number)};
  }
  if (is_scrubbing_) scrub(mouse);
}

void Controller::press(Point mouse, const std::vector<Hit>& hits, bool shift) {
  model_.toast.clear();
  if (model_.show_help) {  // what lies beneath is not meant
    model_.show_help = false;
    return;
  }
  for (auto hit = hits.rbegin(); hit != hits.rend(); ++hit) {
    if (!hit->place.contains(mouse)) continue;
    act(*hit, mouse, shift);
    return;
  }
}

void Controller::act_on_row(Spot spot, bool shift) {
  if (model_.hand.is_choosing) return taking_over_.pick(spot.item);
  if (shift) return taking_over_.pick_at_once(spot.item);
  model_.pinned = model_.pinned == spot ? Spot{} : spot;
}

void Controller::act(const Hit& hit, Point mouse, bool shift) {
  const int number = static_cast<int>(std::clamp(hit.number, -1e9, 1e9));
  switch (hit.action) {
    case Action::kPlay:
      return playhead_.toggle_play();
    case Action::kStep:
      return playhead_.step(number);
    case Action::kGo:
      return playhead_.go_to(number);
    case Action::kEvent:
      return playhead_.go_to_event(number);
    case Action::kSpeed:
      return stage_.send(
          {.kind = Command::kSpeed, .number = kSpeeds[std::clamp(number, 0, kNumSpeeds - 1)]});
    case Action::kHead:
      model_.head = number;
      return;
    case Action::kRow:
      return act_on_row({hit.side, static_cast<std::int32_t>(hit.number)}, shift);
    case Action::kScrub:
      is_scrubbing_ = true;
      scrubbed_ = hit.place.inset(6, 0);
      return scrub(mouse);
    case Action::kWeight:
      return set_weight(number, (mouse.x - hit.place.x - 4) / (hit.place.w - 8));
    case Action::kScreen:
      return show(static_cast<Screen>(number));
    case Action::kRule:
      return next_rule();
    case Action::kPicture:
      if (hooks_.picture) hooks_.picture(number);
      return;
    case Action::kHelp:
      model_.show_help = true;
      return;
    case Action::kNone:
      return;
  }
}

void Controller::scrub(Point mouse) {
  const int decision = time_line_.decision_at(mouse.x, scrubbed_);
  if (decision >= 0) playhead_.go_to(decision);
}

void Controller::wheel(float up, const std::vector<Hit>& hits) {
  if (model_.show_help) return;
  for (const Hit& hit : hits) {
    if (hit.action == Action::kScrub && hit.place.contains(model_.mouse))
      return time_line_.zoom(up, model_.mouse.x, hit.place.inset(6, 0));
  }
  const Snapshot* const shot = model_.sides.empty() ? nullptr : model_.shot(0);
  if (shot == nullptr) return;
  const int most = std::max(0, static_cast<int>(shot->valid) - 4);
  model_.scroll = std::clamp(model_.scroll - static_cast<int>(std::lround(up * 3)), 0, most);
}

/// What is pinned stays so for as long as it is on offer.
void Controller::keep_pin() {
  const Spot pinned = model_.pinned;
  if (pinned.item < 0 || pinned.side >= static_cast<int>(model_.sides.size())) return;
  const Snapshot* const shot = model_.whole(pinned.side);
  if (shot == nullptr || place_of(*shot, pinned.item) >= 0) return;
  model_.toast = fmt::format("#{} is not on offer here: it is pinned no more", pinned.item);
  model_.pinned = {};
}

void Controller::follow(double seconds) {
  if (model_.sides.empty()) return;
  playhead_.follow(seconds);
  taking_over_.follow(seconds);
  keep_pin();
  time_line_.follow();
  whole_decisions_.follow(seconds);
  // the stream moves to its new place within a quarter of a second, but not where it would flicker
  const int shown = model_.shown(0);
  if (shown != flowed_) model_.flow = shown == flowed_ + 1 && model_.pace.actual < 6 ? 0.0f : 1.0f;
  flowed_ = shown;
  model_.flow = std::min(1.0f, model_.flow + static_cast<float>(seconds * 4));
}

}  // namespace infodiet::viz
