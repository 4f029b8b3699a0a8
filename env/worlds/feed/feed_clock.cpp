#include <algorithm>
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

/// Gives a hazard the rate of a new segment, and the draw of its clock cell if that is a new one.
void open(Hazard& hazard, double rate, const EpisodeKey& key, Purpose purpose, std::int64_t cell) {
  hazard.rate = rate;
  if (rate <= 0 || hazard.cell == cell) return;
  hazard.cell = cell;
  const auto words = random_words(key, purpose, static_cast<std::uint32_t>(cell));
  hazard.left = static_cast<double>(-log_fast(uniform_open(words[0])));
}
}  // namespace

double FeedWorld::knowledge_gap(const FeedState& s, double time) const {
  return 1.0 - static_cast<double>(s.known * person_of(s).forgetting.kept(time - s.read_at));
}

float FeedWorld::annoyance_at(const FeedState& s, double time) const {
  return s.annoyance > 0 ? s.annoyance * person_of(s).annoyance.kept(time - s.annoyed_at) : 0.0f;
}

/// dA/dt of an awake person, in the segment that begins at `settled` [am/min].
double FeedWorld::attention_rate(const FeedState& s, bool reading) const {
  const Person& person = person_of(s);
  const float tired = person.fatigue.refill * Fatigue::phi(s.fatigue);
  return person.attention.rate(reading, static_cast<double>(tired));
}

/// Overload-minutes of an awake person, not reading, from `settled` to `time`, that no decision has
/// been told of yet.
double FeedWorld::untold_overload(const FeedState& s, double time) const {
  const double total = person_of(s).attention.overload_minutes(s.balance, attention_rate(s, false),
                                                               time - s.settled);
  return std::max(0.0, total - s.overload_told);
}

/// Ends the segment at `time`. The person is awake.
void FeedWorld::settle(Feed feed, double time, bool reading) const {
  FeedState& s = feed.s;
  const Person& person = person_of(s);
  const double minutes = time - s.settled;
  const double rate = attention_rate(s, reading);
  // differences of integrals: never below zero but for rounding
  s.accrued[kOverload] +=
      std::max(0.0, person.attention.overload_minutes(s.balance, rate, minutes) - s.overload_told);
  s.overload_told = 0;
  s.balance = person.attention.after(s.balance, rate, minutes);
  s.fatigue = reading ? person.fatigue.after_reading(s.fatigue, minutes)
                      : person.fatigue.after_break(s.fatigue, minutes);
  for (Hazard* hazard : {&s.back, &s.out, &s.gone}) hazard->left -= hazard->rate * minutes;
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
  const Person& person = person_of(s);
  const std::int64_t cell = cell_of(s.settled);
  const double since = s.settled - s.read_at;
  const float goodwill = s.goodwill * person.goodwill.kept(since);
  const float annoyance = annoyance_at(s, s.settled);

  const float urge = person.temptation.impulse * s.impulse * person.temptation.kept(since) +
                     person.goodwill.pull * goodwill + person.annoyance.urge(annoyance);
  const float habit = person.habit.factor(s.habit * person.habit.kept(since));
  const double back = person.sessions.return_rate(knowledge_gap(s, s.settled), habit, urge,
                                                  person.day.commuting(s.settled));
  open(s.back, back, s.key, Purpose::kReturn, cell);

  const bool bears = s.opted_out != 0 || !person.annoyance.opt_out_possible();
  const double out = bears ? 0.0 : person.annoyance.opt_out_rate(annoyance, s.log_tolerance);
  open(s.out, out, s.key, Purpose::kOptOut, cell);
  open(s.gone, person.churn.rate(goodwill), s.key, Purpose::kChurn, cell);
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

/// The night is one jump: attention and overload stand still; fatigue mends; traces fade by the
/// clock.
void FeedWorld::sleep_until_morning(Feed feed) const {
  FeedState& s = feed.s;
  begin_day(s, s.wake + kMinutesPerDay);
  if (s.settled < s.wake) {  // else he has read through the night
    s.fatigue = person_of(s).fatigue.after_sleep(s.fatigue, s.wake - s.settled);
    s.settled = s.wake;
  }
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
    const double back = s.back.when(s.settled);
    const double out = s.out.when(s.settled);
    const double leaving = s.gone.when(s.settled);
    const double gone = leaving < s.end ? leaving : kInfinity;
    const double push = s.opted_out ? kInfinity : s.next_push * config_.push_interval;

    if (push < std::min({cut, back, out, gone})) return reach_decision(feed, push, true);
    if (back < cut && back <= std::min(out, gone)) {
      settle(feed, back, false);
      s.back.left = kInfinity;  // one return in a cell
      s.now = back;
      if (s.session_end >= 0) {
        s.counts.away_minutes += back - s.session_end;
        ++s.counts.self_returns;
      }
      start_session(feed);
      return reach_decision(feed, back, false);
    }
    if (gone < cut && gone <= out) {
      settle(feed, gone, false);
      s.churned = 1;
      s.counts.churned_at = gone;
      return reach_decision(feed, gone, false);
    }
    if (out < cut) {
      settle(feed, out, false);
      s.opted_out = 1;
      s.counts.opted_out_at = out;
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
  s.over = s.churned != 0 || time >= s.end;
  retrieval_.advance(feed, stream_time(s, time));
}

}  // namespace infodiet
