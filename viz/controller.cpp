#include "viz/controller.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace infodiet::viz {

Controller::Controller(Model& model, Stage& stage, Hooks hooks)
    : model_(model), stage_(stage), hooks_(std::move(hooks)) {}

void Controller::send(Command::Kind kind, double number) {
  Command command;
  command.kind = kind;
  command.number = number;
  stage_.send(command);
}

void Controller::toggle_play() {
  if (model_.info.mode == "replay") {
    if (!model_.sides.empty() && model_.cursor >= model_.sides[0].log.size() - 1) model_.cursor = 0;
    send(model_.pace.is_playing ? Command::kPause : Command::kPlay);
    return;
  }
  if (model_.cursor >= 0) {  // from the past to the newest first
    model_.cursor = -1;
    send(Command::kPlay);
    return;
  }
  send(model_.pace.is_playing ? Command::kPause : Command::kPlay);
}

/// Back through what was seen, on through it, and beyond its end into what was not yet decided.
void Controller::step(int decisions) {
  if (model_.sides.empty()) return;
  if (model_.pace.is_playing) send(Command::kPause);
  const int newest = model_.sides[0].log.size() - 1;
  const int wanted = model_.shown(0) + decisions;
  if (wanted > newest && model_.info.mode != "replay") {
    model_.cursor = -1;
    send(Command::kStep, wanted - newest);
    return;
  }
  model_.cursor = std::clamp(wanted, 0, std::max(0, newest));
}

void Controller::go_to(int decision) {
  if (model_.sides.empty()) return;
  const int newest = model_.sides[0].log.size() - 1;
  if (decision >= newest) {
    model_.cursor = model_.info.mode == "replay" ? newest : -1;
    return;
  }
  if (model_.pace.is_playing) send(Command::kPause);
  model_.cursor = std::max(0, decision);
}

void Controller::go_to_event(int direction) {
  if (model_.sides.empty()) return;
  const auto records = model_.sides[0].log.records();
  for (int at = model_.shown(0) + direction; at >= 0 && at < static_cast<int>(records.size());
       at += direction) {
    if (!events_of(model_, records, at).any() && !model_.bookmarks.contains(at)) continue;
    go_to(at);
    return;
  }
}

void Controller::change_speed(int direction) {
  const double* const now = std::find(std::begin(kSpeeds), std::end(kSpeeds), model_.pace.wanted);
  const auto place = now == std::end(kSpeeds) ? 1 : now - std::begin(kSpeeds);
  const auto next = std::clamp<std::ptrdiff_t>(place + direction, 0, kNumSpeeds - 1);
  send(Command::kSpeed, kSpeeds[next]);
}

void Controller::show(Screen screen) {
  const bool is_there = screen == Screen::kTrain     ? !model_.train.run.empty()
                        : screen == Screen::kCompare ? model_.sides.size() > 1
                        : screen == Screen::kReplay
                            ? !model_.sides.empty()
                            : !model_.sides.empty() && model_.info.mode != "replay";
  if (!is_there) {
    model_.toast = screen == Screen::kTrain     ? "no training is watched"
                   : screen == Screen::kCompare ? "nothing to compare: --compare AGENT"
                                                : "no person is watched";
    return;
  }
  model_.screen = screen;
  // replay is the same episode, looked back on
  if (screen == Screen::kReplay && model_.info.mode != "replay" && model_.cursor < 0) {
    send(Command::kPause);
    model_.cursor = std::max(0, model_.sides[0].log.size() - 1);
  }
  if (screen == Screen::kLive) model_.cursor = -1;
}

void Controller::mask(bool all_off) {
  const Snapshot* const shot = model_.sides.empty() ? nullptr : model_.shot(0);
  if (shot == nullptr) return;
  if (model_.cursor >= 0 && model_.cursor < model_.sides[0].log.size() - 1) {
    model_.toast = "only the newest decision can be taken again";
    return;
  }
  if (all_off)
    model_.masked.clear();
  else if (const int candidate = model_.focus(*shot); candidate >= 0) {
    if (!model_.masked.erase(candidate)) model_.masked.insert(candidate);
  }
  Command command;
  command.kind = Command::kMask;
  for (const int candidate : model_.masked) command.flags[static_cast<std::size_t>(candidate)] = 1;
  if (model_.pace.is_playing) send(Command::kPause);
  stage_.send(command);
  model_.cursor = -1;
  model_.toast = model_.masked.empty() ? "all candidates are offered again"
                                       : "decided again without what is hidden";
}

void Controller::take_over() {
  if (model_.sides.empty() || model_.info.mode == "replay") {
    model_.toast = "what is recorded cannot be changed";
    return;
  }
  model_.choosing = !model_.choosing;
  model_.picked.clear();
  model_.pinned = -1;
  model_.cursor = -1;
  send(Command::kPause);
}

void Controller::finish_slate() {
  if (!model_.choosing) return;
  Command command;
  command.kind = Command::kSlate;
  command.slate.fill(-1);
  const std::size_t most =
      std::min(command.slate.size(), static_cast<std::size_t>(model_.spec().slate_max));
  std::copy_n(model_.picked.begin(), std::min(most, model_.picked.size()), command.slate.begin());
  stage_.send(command);
  model_.choosing = false;
  model_.toast = model_.picked.empty() ? "you showed nothing" : "you picked the slate";
  model_.picked.clear();
}

void Controller::set_weight(int part, float share) {
  const double sign = model_.spec().rewards[part].weight < 0 ? -1 : 1;
  // roots from 0 to 10, in steps that can be read
  const double size = std::round(100 * std::pow(double{std::clamp(share, 0.0f, 1.0f)}, 2)) / 10;
  model_.weights[part] = sign * size;
}

void Controller::key(Key key, bool shift) {
  model_.toast.clear();
  if (model_.show_help && key != Key::kHelp && key != Key::kEscape) model_.show_help = false;
  const Snapshot* const shot = model_.sides.empty() ? nullptr : model_.shot(0);
  switch (key) {
    case Key::kSpace:
      return toggle_play();
    case Key::kLeft:
      return step(shift ? -10 : -1);
    case Key::kRight:
      return step(shift ? 10 : 1);
    case Key::kHome:
      return go_to(0);
    case Key::kEnd:
      return go_to(1 << 30);
    case Key::kF:
      model_.cursor = -1;
      return;
    case Key::kMinus:
      return change_speed(-1);
    case Key::kPlus:
      return change_speed(1);
    case Key::kBracketLeft:
      return go_to_event(-1);
    case Key::kBracketRight:
      return go_to_event(1);
    case Key::kEnter:
      return finish_slate();
    case Key::kB:
      if (!model_.sides.empty() && !model_.bookmarks.erase(model_.shown(0)))
        model_.bookmarks.insert(model_.shown(0));
      return;
    case Key::kR:
    case Key::kN:
      model_.cursor = -1;
      model_.pinned = -1;
      model_.masked.clear();
      model_.bookmarks.clear();
      return send(key == Key::kR ? Command::kRestart : Command::kNextSeed);
    case Key::kA:
      return send(Command::kRule, (model_.pace.rule + 1) % 3);
    case Key::kH:
      if (shot != nullptr && shot->num_reads > 0) {
        const int heads = static_cast<int>(shot->reads[0].heads);
        model_.head += shift ? -1 : 1;
        if (model_.head >= heads) model_.head = -1;
        if (model_.head < -1) model_.head = heads - 1;
      }
      return;
    case Key::kL:
      if (shot != nullptr && shot->num_reads > 0)
        model_.layer = (model_.layer + 1) % static_cast<int>(shot->num_reads);
      return;
    case Key::kM:
      return mask(false);
    case Key::kU:
      return mask(true);
    case Key::kT:
      return take_over();
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
      if (model_.show_help) {
        model_.show_help = false;
      } else if (model_.choosing) {
        model_.choosing = false;
        model_.picked.clear();
      } else if (model_.pinned >= 0) {
        model_.pinned = -1;
      } else if (hooks_.close) {
        hooks_.close();
      }
      return;
    case Key::kNone:
      return;
  }
}

void Controller::move(Point mouse, const std::vector<Hit>& hits) {
  model_.mouse = mouse;
  model_.hovered = -1;
  for (const Hit& hit : hits) {
    if (hit.action == Action::kRow && hit.place.contains(mouse))
      model_.hovered = static_cast<int>(hit.number);
  }
  if (is_scrubbing_) scrub(mouse);
}

void Controller::press(Point mouse, const std::vector<Hit>& hits) {
  model_.toast.clear();
  for (auto hit = hits.rbegin(); hit != hits.rend(); ++hit) {
    if (!hit->place.contains(mouse)) continue;
    act(*hit, mouse);
    return;
  }
}

void Controller::act(const Hit& hit, Point mouse) {
  const int number = static_cast<int>(std::clamp(hit.number, -1e9, 1e9));
  switch (hit.action) {
    case Action::kPlay:
      return toggle_play();
    case Action::kStep:
      return step(number);
    case Action::kGo:
      return go_to(number);
    case Action::kEvent:
      return go_to_event(number);
    case Action::kSpeed:
      return send(Command::kSpeed, kSpeeds[std::clamp(number, 0, kNumSpeeds - 1)]);
    case Action::kHead:
      model_.head = number;
      return;
    case Action::kRow:
      if (model_.choosing) {
        const auto found = std::find(model_.picked.begin(), model_.picked.end(), number);
        if (found != model_.picked.end())
          model_.picked.erase(found);
        else if (static_cast<int>(model_.picked.size()) < model_.spec().slate_max)
          model_.picked.push_back(number);
        return;
      }
      model_.pinned = model_.pinned == number ? -1 : number;
      return;
    case Action::kScrub:
      is_scrubbing_ = true;
      timeline_ = hit.place.inset(6, 0);
      return scrub(mouse);
    case Action::kWeight:
      return set_weight(number, (mouse.x - hit.place.x - 4) / (hit.place.w - 8));
    case Action::kScreen:
      return show(static_cast<Screen>(number));
    case Action::kRule:
      return key(Key::kA, false);
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

void Controller::drag(Point mouse) {
  if (is_scrubbing_) scrub(mouse);
}

void Controller::scrub(Point mouse) {
  if (model_.sides.empty() || model_.sides[0].log.empty()) return;
  const double share = std::clamp(double{(mouse.x - timeline_.x) / timeline_.w}, 0.0, 1.0);
  const double minutes = share * model_.horizon_days() * 1440;
  const auto records = model_.sides[0].log.records();
  const auto after = std::upper_bound(records.begin(), records.end(), minutes,
                                      [](double m, const StepRecord& r) { return m < r.minutes; });
  go_to(std::max(0, static_cast<int>(after - records.begin()) - 1));
}

void Controller::wheel(float up) {
  const Snapshot* const shot = model_.sides.empty() ? nullptr : model_.shot(0);
  if (shot == nullptr) return;
  const int most = std::max(0, static_cast<int>(shot->valid) - 4);
  model_.scroll = std::clamp(model_.scroll - static_cast<int>(std::lround(up * 3)), 0, most);
}

void Controller::follow(double seconds) {
  if (model_.sides.empty()) return;
  const int newest = model_.sides[0].log.size() - 1;
  if (model_.info.mode == "replay") {
    // a recording plays by moving through it
    if (model_.cursor < 0) model_.cursor = 0;
    if (model_.pace.is_playing) {
      replayed_ += std::min(model_.pace.wanted, 200.0) * seconds;
      model_.cursor = std::min(newest, model_.cursor + static_cast<int>(replayed_));
      replayed_ -= std::floor(replayed_);
      if (model_.cursor >= newest) send(Command::kPause);
    }
  } else if (model_.pace.is_playing && model_.cursor < 0) {
    // a candidate's place means another item at the next decision
    model_.masked.clear();
    model_.pinned = -1;
  }
  // the stream moves to its new place within a quarter of a second, but not where it would flicker
  const int shown = model_.shown(0);
  if (shown != flowed_) model_.flow = shown == flowed_ + 1 && model_.pace.actual < 6 ? 0.0f : 1.0f;
  flowed_ = shown;
  model_.flow = std::min(1.0f, model_.flow + static_cast<float>(seconds * 4));
}

}  // namespace infodiet::viz
