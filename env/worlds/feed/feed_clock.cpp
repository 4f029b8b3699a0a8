#include <cmath>

#include "env/worlds/feed/feed_world.hpp"

// The time between decisions. A person's state is integrated in segments, cut at changes of mode
// and at the fixed 15-minute cells of the clock; inside a segment all hazards keep the values they
// had at its start. `settled` is where the last segment ended. A push decision that shows nothing
// cuts no segment, so how often the agent is asked changes nothing of the person, not even a last
// bit.

namespace infodiet {

namespace {
constexpr double kCell = 15;  // min

std::int64_t cell_of(double time) { return static_cast<std::int64_t>(std::floor(time / kCell)); }
double cell_end(double time) { return kCell * static_cast<double>(cell_of(time) + 1); }

/// A draw of Exp(1), which a hazard uses up as time passes.
double exponential(const EpisodeKey& key, Purpose purpose, std::int64_t cell) {
  const auto words = random_words(key, purpose, static_cast<std::uint32_t>(cell));
  return -log_fast(uniform_open(words[0]));
}
}  // namespace

double FeedWorld::knowledge_gap(const FeedState& s, double time) const {
  return 1.0 - static_cast<double>(s.known * config_.person.knowledge.kept(time - s.known_at));
}

/// Overload-minutes of an awake person, not reading, from `settled` to `time`, that no decision has
/// been told of yet.
double FeedWorld::untold_overload(const FeedState& s, double time) const {
  const Attention& attention = config_.person.attention;
  const double total =
      attention.overload_minutes(s.balance, attention.rate(true, false), time - s.settled);
  return std::max(0.0, total - s.overload_told);
}

/// Ends the segment at `time`. The person is awake.
void FeedWorld::settle(Feed feed, double time, bool reading) const {
  FeedState& s = feed.s;
  const double minutes = time - s.settled;
  const Attention& attention = config_.person.attention;
  const double rate = attention.rate(true, reading);
  // differences of integrals: never below zero but for rounding
  s.accrued[kOverload] +=
      std::max(0.0, attention.overload_minutes(s.balance, rate, minutes) - s.overload_told);
  s.overload_told = 0;
  s.balance = attention.after(s.balance, rate, minutes);
  s.return_left -= s.return_rate * minutes;
  s.opt_out_left -= s.opt_out_rate * minutes;
  s.settled = time;
}

/// Goes to `time` inside a session, cell by cell.
void FeedWorld::pass(Feed feed, double time, bool reading) const {
  FeedState& s = feed.s;
  for (double cut = cell_end(s.settled); cut < time; cut = cell_end(cut))
    settle(feed, cut, reading);
  settle(feed, time, reading);
}

/// Fixes the hazards of a segment in which the person is away, from what holds at its start.
void FeedWorld::open_segment(Feed feed) const {
  FeedState& s = feed.s;
  const std::int64_t cell = cell_of(s.settled);
  if (s.return_cell != cell) {
    s.return_cell = cell;
    s.return_left = exponential(s.key, Purpose::kReturn, cell);
  }
  s.return_rate = config_.person.sessions.return_rate(knowledge_gap(s, s.settled));

  const Interruptions& interruptions = config_.person.interruptions;
  s.opt_out_rate = 0;
  if (s.opted_out || s.annoyance <= 0 || !interruptions.opt_out_possible()) return;
  if (s.opt_out_cell != cell) {
    s.opt_out_cell = cell;
    s.opt_out_left = exponential(s.key, Purpose::kOptOut, cell);
  }
  const float annoyance = interruptions.after(s.annoyance, s.settled - s.annoyed_at);
  s.opt_out_rate = interruptions.opt_out_rate(annoyance, s.log_tolerance);
}

void FeedWorld::begin_day(FeedState& s, double wake) const {
  s.wake = wake;
  s.pushes_today = 0;
}

/// The first push decision that is still to come. One that falls on this very moment counts, unless
/// it has been taken.
void FeedWorld::look_for_push(FeedState& s) const {
  const double next = std::ceil(s.settled / config_.push_interval);
  s.next_push = std::max(s.next_push, static_cast<std::uint32_t>(next));
}

/// The night is one jump: nothing is regained, lost or accrued; traces fade by the clock.
void FeedWorld::sleep_until_morning(Feed feed) const {
  FeedState& s = feed.s;
  begin_day(s, s.wake + kMinutesPerDay);
  s.settled = std::max(s.settled, s.wake);  // he may have read through the night
  look_for_push(s);
}

/// From a moment at which the person is away (or asleep) to the next decision.
void FeedWorld::go_to_next_decision(Feed feed) const {
  FeedState& s = feed.s;
  while (true) {
    if (asleep(s)) {
      sleep_until_morning(feed);
      open_segment(feed);
      continue;
    }
    const double cut = std::min(cell_end(s.settled), bedtime(s));
    const double back = s.return_rate > 0 ? s.settled + s.return_left / s.return_rate : kInfinity;
    const double out = s.opt_out_rate > 0 ? s.settled + s.opt_out_left / s.opt_out_rate : kInfinity;
    const double push = s.opted_out ? kInfinity : s.next_push * config_.push_interval;

    if (push < std::min(cut, std::min(back, out))) return reach_decision(feed, push, true);
    if (back < cut && back <= out) {
      settle(feed, back, false);
      s.return_left = kInfinity;  // one return in a cell
      s.now = back;
      start_session(feed);
      return reach_decision(feed, back, false);
    }
    if (out < cut) {
      settle(feed, out, false);
      s.opted_out = 1;
      s.counts.opted_out_share = 1;
    } else {
      settle(feed, cut, false);
      // whom nothing brings back any more has no next decision: the episode ends all the same
      if (s.settled >= s.end + kMinutesPerDay) return reach_decision(feed, s.settled, false);
    }
    if (!asleep(s)) open_segment(feed);
  }
}

void FeedWorld::reach_decision(Feed feed, double time, bool push) const {
  FeedState& s = feed.s;
  const double untold = untold_overload(s, time);
  s.accrued[kOverload] += untold;
  s.overload_told += untold;
  s.now = time;
  // who never sleeps begins a new day all the same
  if (time >= s.wake + kMinutesPerDay) begin_day(s, s.wake + kMinutesPerDay);
  s.is_push = push;
  s.over = time >= s.end;
  retrieval_.advance(feed, stream_time(s, time));
}

}  // namespace infodiet
