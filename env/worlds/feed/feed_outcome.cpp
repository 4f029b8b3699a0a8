#include <algorithm>
#include <cmath>

#include "env/worlds/feed/expected_reading.hpp"
#include "env/worlds/feed/feed_world.hpp"

// What showing one item, alone and now, would come to: expectations over what chance has still to
// decide in this decision, seen from the hidden state. feed_decision.cpp and feed_reading.cpp say
// what happens; this says what of it to expect, against showing nothing.
//
//   o            overload share at this moment, e^U the item's weight in the first place
//   p            = (1 - o) e^U / (1 + e^U): noticed, then chosen; the same by either rule of choice
//   minutes      = p E[m]            m = min(D, length), or less by adverts                  [min]
//   value        = p E[delta V(m)]   concave in m through knowledge                          [wsm]
//   attention    = (push + glance) (1 - o + l o) + p E[x]                                     [am]
//                  x = m and the time adverts take; l what a lost item costs, as a share
//   overload     = expected overload-minutes to come with it shown - the same without it
//   regret       = p E[max(0, W x - delta V(m))]     W = outside_option                      [wsm]
//   net          = a_value (value - W attention) - a_overload overload + a_engagement p
//                  - a_interruption [push] - a_regret regret         a: the weights of the reward
//
// Overload is taken along the path of the balance, not as a debit at once: it falls while he reads,
// stops at its floor of -1.5 A_ref, and refills as fast as it does at this moment until it has
// recovered, with nothing else shown; what lies beyond the episode's end or in a night does not
// count. So it is exact but for what changes in fatigue would change in the refill.
//
// The price W of attention makes silence an answer: a minute given to an item is one not spent
// elsewhere, and any item is worth more than nothing. It stands where attention is unlimited too
// (kappa = .inf): then the balance does not move, but a minute is still a minute.
//
// Left out is whatever reaches beyond this reading and its debt: what satiation, fatigue,
// knowledge, goodwill, habit and annoyance do to later decisions.

namespace infodiet {

namespace {

/// What is to come of overload if the person reads for a while and nothing else happens.
class Recovery {
 public:
  /// @param tired  share of the refill that fatigue takes
  /// @param left   awake minutes that count
  Recovery(const Attention& attention, double tired, double left)
      : attention_(attention),
        refill_(attention.rate(false, tired)),
        reading_(attention.rate(true, tired)),
        left_(left) {}

  double overload(double balance) const {
    return attention_.overload_minutes(balance, refill_, left_);
  }
  double overload(double balance, double minutes_read) const {
    const double read = std::min(minutes_read, left_);
    const double after = attention_.after(balance, reading_, read);
    return attention_.overload_minutes(balance, reading_, read) +
           attention_.overload_minutes(after, refill_, left_ - read);
  }
  /// Whether a reading of up to so many minutes begins and ends without debt.
  bool without_debt(double balance, double minutes_read) const {
    return balance >= 0 && attention_.after(balance, reading_, minutes_read) >= 0;
  }

 private:
  const Attention& attention_;
  double refill_, reading_;  // am/min
  double left_;
};

/// What showing one item does at once, whichever item it is.
struct Showing {
  double overload;             ///< o
  double attention;            ///< expected debit [am]
  double noticed, lost;        ///< the balance after it, if the item registers and if not [am]
  double overload_if_noticed;  ///< to come, if it is not read [overload-min]
  double overload_added;       ///< expected, if it is not read, against showing nothing

  /// @param push_cost  debit of an interruption that is wholly felt [am]
  Showing(const Attention& person, double balance, double push_cost, const Recovery& recovery)
      : overload(person.overload(balance)) {
    const double cost_share = 1 - overload + person.lost_cost * overload;
    const double glance = person.glance / 60;
    attention = (push_cost + glance) * cost_share;
    const double interrupted = person.debited(balance, push_cost * cost_share);
    noticed = person.debited(interrupted, glance);
    lost = person.debited(interrupted, glance * person.lost_cost);
    overload_if_noticed = recovery.overload(noticed);
    overload_added = (1 - overload) * overload_if_noticed + overload * recovery.overload(lost) -
                     recovery.overload(balance);
  }
};

using Each = ExpectedReading::Each;

/// What reading an item teaches, as FeedWorld::learn.
class Lesson {
 public:
  Lesson(const Person& person, const ConstFeed& feed)
      : feed_(feed),
        limited_(person.knowledge.limited()),
        per_topic_(static_cast<float>(person.knowledge.minutes_per_topic)),
        fading_(static_cast<float>(kLn2 / person.forgetting.half_life)),
        kept_(person.forgetting.kept(feed.s.now - feed.s.read_at)) {}

  /// @param minutes  read of it
  /// @param spent    from now to the end of the reading [min]
  /// @returns delta V [wsm]
  Each value(const Item& item, float quality, const Each& minutes, const Each& spent) const {
    Each value = Each::Zero();
    const Each kept = kept_ * (-fading_ * spent).exp();
    for (int i = 0; i < item.num_topics; ++i) {
      const int topic = item.topic[i];
      const float dose = quality * item.weight[i];  // per min
      if (!limited_) {
        value += feed_.worth[topic] * dose * minutes;
        continue;
      }
      // 1 - e^-x = 2 t / (1 + t) with t = tanh(x / 2): accurate for small x, and quick
      const Each t = (dose / (2 * per_topic_) * minutes).tanh();
      const Each learned = 2 * t / (1 + t);
      value += feed_.worth[topic] * per_topic_ * (1 - feed_.known[topic] * kept) * learned;
    }
    return value;
  }

 private:
  static constexpr double kLn2 = 0.6931471805599453;
  const ConstFeed& feed_;
  bool limited_;
  float per_topic_;  // M [min]
  float fading_;     // 1/min
  float kept_;       // what is left now of what was known at `read_at`
};

}  // namespace

/// From the pending decision to the end of the episode, without the nights.
double FeedWorld::awake_minutes_left(const FeedState& s) const {
  const double awake = std::min(person_of(s).day.awake_minutes(), kMinutesPerDay);
  const double days = std::floor((s.end - s.wake) / kMinutesPerDay);
  const double last_day = s.end - s.wake - days * kMinutesPerDay;
  const double total = days * awake + std::min(last_day, awake);
  return std::max(0.0, total - std::min(s.now - s.wake, awake));
}

/// Overload-minutes within a day awake from now on, were nothing more shown.
double FeedWorld::overload_to_come(const FeedState& s, double balance,
                                   const Fatigue::Level& fatigue) const {
  const Person& person = person_of(s);
  const auto tired = static_cast<double>(person.fatigue.refill * Fatigue::phi(fatigue));
  return Recovery(person.attention, tired, kMinutesPerDay).overload(balance);
}

bool FeedWorld::expected_outcomes(const std::byte* state,
                                  std::span<ExpectedOutcome> candidates) const {
  const ConstFeed feed(state, layout_);
  const FeedState& s = feed.s;
  const Person& person = person_of(s);
  const Reward& reward = config_.reward;

  // the person at this moment: `settled` may lie before a push decision (feed_clock.cpp)
  const double balance =
      person.attention.after(s.balance, attention_rate(s, false), s.now - s.settled);
  const Fatigue::Level fatigue = person.fatigue.after_break(s.fatigue, s.now - s.settled);
  const auto tired = static_cast<double>(person.fatigue.refill * Fatigue::phi(fatigue));
  const Appraiser appraise(person, feed, s.now, stream_time(s, s.now), fatigue);
  const Recovery recovery(person.attention, tired, awake_minutes_left(s));
  const double disturbance = s.is_push ? static_cast<double>(person.day.disturbance(s.now)) : 0.0;
  const Showing showing(person.attention, balance, person.interruptions.cost / 60 * disturbance,
                        recovery);

  const bool adverts = person.adverts.on(config_.days - (s.end - s.now) / kMinutesPerDay);
  const float longer = adverts ? 1 + person.adverts.taken(1) : 1.0f;
  const auto overload = static_cast<float>(showing.overload);
  const Lesson lesson(person, feed);
  ExpectedReading reading(person.dwell, person.adverts, adverts);

  for (std::uint32_t i = 0; i < s.num_candidates; ++i) {
    const Item& item = stream_->items[static_cast<std::size_t>(feed.candidates[i])];
    const Appraisal seen = appraise(item, 0);
    const auto weight = static_cast<double>(seen.weight);
    const double chosen = (1 - showing.overload) * weight / (1 + weight);

    reading.take(item.length, seen.worth, overload);
    const Each spent = longer * reading.minutes();
    const Each value = lesson.value(item, seen.quality, reading.minutes(), spent);
    const Each regret = (person.outside_option * spent - value).max(0.0f);
    Each debt = Each::Zero();  // overload-minutes that the reading adds to those of showing it
    if (!recovery.without_debt(showing.noticed, static_cast<double>(spent[spent.size() - 1]))) {
      for (int j = 0; j < debt.size(); ++j) {
        const double to_come = recovery.overload(showing.noticed, static_cast<double>(spent[j]));
        debt[j] = static_cast<float>(to_come - showing.overload_if_noticed);
      }
    }

    ExpectedOutcome& outcome = candidates[i];
    outcome.probability = chosen;
    outcome.value = chosen * reading.mean(value);
    outcome.minutes = chosen * reading.mean(reading.minutes());
    outcome.attention = showing.attention + chosen * reading.mean(spent);
    const double more = chosen * reading.mean(debt) + showing.overload_added;
    outcome.overload = std::max(0.0, more);  // but for rounding
    const double elsewhere = static_cast<double>(person.outside_option) * outcome.attention;
    outcome.net = reward.value * (outcome.value - elsewhere) - reward.overload * outcome.overload +
                  reward.engagement * chosen - (s.is_push ? reward.interruption : 0.0) -
                  reward.regret * chosen * reading.mean(regret);
  }
  return true;
}

}  // namespace infodiet
