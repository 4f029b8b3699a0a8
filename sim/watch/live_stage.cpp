#include "sim/watch/live_stage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;

/// Up to so many decisions a second every one is shown whole.
constexpr double kWatched = 100;

}  // namespace

LiveStage::LiveStage(std::shared_ptr<const World> world, std::string task,
                     std::vector<Player> players, EpisodeKey key)
    : world_(std::move(world)), players_(std::move(players)), key_(key) {
  info_.spec = world_->spec();
  info_.task = std::move(task);
  info_.mode = "live";
  for (const Player& player : players_) {
    info_.sides.push_back(player.info);
    auto play = std::make_unique<Play>(world_);
    play->player = &player;
    play->agent = player.make(Command::kAsTrained);
    play->session = std::make_unique<PlaySession>(world_, *play->agent, key);
    plays_.push_back(std::move(play));
  }
  now_.wanted = 8;
  now_.seed = key.seed;
  now_.env = key.env;
  now_.episode = key.episode;
  publish_pace(true);
}

LiveStage::~LiveStage() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

Pace LiveStage::pace() const {
  const std::lock_guard lock(pace_mutex_);
  return pace_;
}

void LiveStage::send(const Command& command) {
  if (!thread_.joinable()) {
    obey(command);
    publish_pace(true);
    return;
  }
  commands_.push(command);  // nobody presses 256 keys between two decisions
}

void LiveStage::fetch(int side, EpisodeLog& into) {
  {
    const std::lock_guard lock(pace_mutex_);
    if (!failure_.empty()) throw Error(ErrorCode::kState, "the play", failure_);
  }
  Play& play = *plays_[side];
  static thread_local Snapshot opened;
  if (!thread_.joinable()) {
    for (const std::string& packed : play.kept) {
      if (unpack(packed, opened)) into.put(opened);
    }
    play.kept.clear();
    return;
  }
  const bool is_new = play.shots.fetch();  // first: its record is then in the queue
  StepRecord record;
  while (play.records.pop(record)) into.put(record);
  if (!is_new) return;
  into.complete(play.shots.front());
}

void LiveStage::start() {
  next_step_ = last_pace_ = over_since_ = last_shot_ = Clock::now();
  thread_ = std::thread([this] {
    try {
      run();
    } catch (const std::exception& error) {
      const std::lock_guard lock(pace_mutex_);
      failure_ = error.what();
    }
  });
}

void LiveStage::advance(int decisions) {
  for (int i = 0; i < decisions && !is_over(); ++i) step(true);
  publish_pace(true);
}

bool LiveStage::is_over() const {
  return std::all_of(plays_.begin(), plays_.end(),
                     [](const auto& play) { return play->session->is_over(); });
}

/// The loop of the thread: commands, then a decision when its time has come.
void LiveStage::run() {
  while (!stop_.load(std::memory_order_relaxed)) {
    Command command;
    bool any = false;
    while (commands_.pop(command)) {
      obey(command);
      any = true;
    }
    now_.is_over = is_over();
    const auto now = Clock::now();
    const bool at_speed = std::isinf(now_.wanted);
    if (now_.is_over && now_.is_playing) {
      // let the end be seen, then go on with the next person
      const auto pause = at_speed ? milliseconds(0) : milliseconds(2500);
      if (now - over_since_ > pause) begin({key_.seed, key_.env, key_.episode + 1});
    } else if (!now_.is_over) {
      over_since_ = now;
    }
    publish_pace(any);
    if ((!now_.is_playing && steps_left_ == 0) || is_over()) {
      std::this_thread::sleep_for(milliseconds(2));
      next_step_ = Clock::now();
      continue;
    }
    if (steps_left_ > 0) {
      --steps_left_;
      step(true);
      publish_pace(true);
      continue;
    }
    if (!at_speed) {
      const auto wait = next_step_ - now;
      if (wait > milliseconds(0)) {
        std::this_thread::sleep_for(std::min<Clock::duration>(wait, milliseconds(4)));
        continue;
      }
      next_step_ += std::chrono::duration_cast<Clock::duration>(duration<double>(1 / now_.wanted));
      if (now - next_step_ > milliseconds(250)) next_step_ = now;  // too far behind to catch up
    }
    step(now_.wanted <= kWatched);
  }
}

void LiveStage::obey(const Command& command) {
  switch (command.kind) {
    case Command::kPlay:
      now_.is_playing = true;
      break;
    case Command::kPause:
      now_.is_playing = false;
      steps_left_ = 0;
      break;
    case Command::kStep:
      now_.is_playing = false;
      steps_left_ = static_cast<int>(std::clamp(command.number, 0.0, 1e6));
      if (!thread_.joinable()) {
        advance(steps_left_);
        steps_left_ = 0;
      }
      break;
    case Command::kSpeed:
      now_.wanted = std::max(0.01, command.number);
      break;
    case Command::kRestart:
      begin(key_);
      break;
    case Command::kNextSeed:
      begin({key_.seed + 1, key_.env, 0});
      break;
    case Command::kRule:
      now_.rule = static_cast<Command::Rule>(std::clamp(static_cast<int>(command.number), 0, 2));
      for (auto& play : plays_) {
        std::shared_ptr<const Agent> agent = play->player->make(now_.rule);
        play->session->play_by(*agent);
        play->agent = std::move(agent);
        play->past.branch();
      }
      break;
    case Command::kMask:
    case Command::kSlate:
      decide_again(command);
      break;
    case Command::kShow:
      if (command.side < plays_.size() && command.number >= 0)
        show(*plays_[command.side], static_cast<std::uint32_t>(command.number));
      break;
  }
}

void LiveStage::decide_again(const Command& command) {
  if (command.side >= plays_.size()) return;
  Play& side = *plays_[command.side];
  PlaySession& session = *side.session;
  // it may have been meant for a decision that is no longer the last one
  if (session.decisions() == 0 || command.number != session.decisions() - 1) return;
  if (!session.can_decide_again() && !side.past.stand_before_last(session, *side.agent)) return;
  const bool by_hand = command.kind == Command::kSlate;
  const std::span<const std::uint8_t> masked(command.flags.data(),
                                             static_cast<std::size_t>(info_.spec.candidates));
  const std::span<const std::int32_t> slate(command.slate.data(),
                                            static_cast<std::size_t>(info_.spec.slots));
  static thread_local Snapshot shot;
  try {
    session.again(by_hand ? std::span<const std::uint8_t>() : masked,
                  by_hand ? slate : std::span<const std::int32_t>(), &shot);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kShape) throw;
    session.step(&shot);  // the world refuses that slate: as the agent has it
  }
  if (!thread_.joinable()) {
    side.kept.push_back(pack(shot));
    return;
  }
  side.past.keep(shot);
  if (!side.records.push(shot.step)) ++now_.skipped;
  side.shots.back() = shot;
  side.shots.publish();
}

void LiveStage::show(Play& side, std::uint32_t decision) {
  if (decision >= side.session->decisions()) return;
  if (side.past.show(decision, side.shots.back())) side.shots.publish();
}

void LiveStage::begin(EpisodeKey key) {
  key_ = key;
  now_.seed = key.seed;
  now_.env = key.env;
  now_.episode = key.episode;
  now_.is_over = false;
  for (auto& play : plays_) {
    play->session->begin(key);
    play->past.clear();
  }
}

/// One decision of the side that is behind in simulated time. A pair moves together: one decision
/// of the first, then as many of the second until it has caught up.
/// @returns whether anything was left to play
bool LiveStage::step(bool is_watched) {
  Play& first = *plays_[0];
  if (!first.session->is_over()) play(first, is_watched);
  const double until =
      first.session->is_over() ? std::numeric_limits<double>::infinity() : first.session->minutes();
  for (std::size_t i = 1; i < plays_.size(); ++i) {
    while (!plays_[i]->session->is_over() && plays_[i]->session->minutes() < until)
      play(*plays_[i], is_watched);
  }
  ++played_;
  return !is_over();
}

void LiveStage::play(Play& side, bool is_watched) {
  if (!thread_.joinable()) {
    static thread_local Snapshot shot;
    side.session->step(&shot);
    side.kept.push_back(pack(shot));
    return;
  }
  side.past.note(*side.session, side.agent);
  bool whole = is_watched;
  if (!whole && !side.shots.pending() && Clock::now() - last_shot_ > milliseconds(33)) {
    whole = true;
    last_shot_ = Clock::now();
  }
  const StepRecord record = side.session->step(whole ? &side.shots.back() : nullptr);
  if (!side.records.push(record)) ++now_.skipped;
  if (whole) side.shots.publish();
}

/// Tells how fast it goes: a few times a second, or when something was asked for.
void LiveStage::publish_pace(bool now) {
  const auto time = Clock::now();
  const double passed = duration<double>(time - last_pace_).count();
  if (passed >= 0.5) {
    now_.actual = now_.is_playing ? static_cast<double>(played_ - played_at_pace_) / passed : 0.0;
    played_at_pace_ = played_;
    last_pace_ = time;
  } else if (!now) {
    return;
  }
  const std::lock_guard lock(pace_mutex_);
  pace_ = now_;
}

}  // namespace infodiet
