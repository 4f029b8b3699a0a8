#include <algorithm>
#include <cmath>
#include <vector>

#include "env/worlds/feed/feed_world.hpp"

// The fluid bound: what the score could be if items were poured and not chosen.
//
// Of every item that could be offered in the episode, up to its length can be read, at a value per
// minute of at most q sum_t phi_t w_t: fresh, and nothing of it known yet. A minute read takes a
// minute of attention, and what is read has been looked at once. Attention to spend is what there
// is at first, what is regained while awake (were he never tired), and all the debt there can be.
// Best items first, this is a fractional knapsack, after Dantzig 1957, doi:10.1287/opre.5.2.266.
//
// It is a bound because everything left out lowers the score: what is not chosen, not offered or
// not noticed, age, knowledge, interruptions, overload. One thing would raise it: at the floor of
// the balance reading takes no more attention. But a minute read beyond A_ref of debt is an
// overload-minute, charged at least what a well-spent minute is paid. And looks never reach the
// floor, as long as a push and its items together cost less than half of A_ref.
//
// Where attention is unlimited, time awake takes its place. No bound is known where the score pays
// for clicks, or where these conditions do not hold.

namespace infodiet {

double FeedWorld::score_bound(const std::byte* state) const {
  const ConstFeed feed(state, layout_);
  const FeedState& s = feed.s;
  const Person& person = person_of(s);
  const Reward& reward = config_.reward;
  const bool limited = person.attention.limited();
  const double glance = limited ? person.attention.glance / 60 : 0.0;
  const double looks = config_.slots * glance + person.interruptions.cost / 60;
  if (reward.engagement > 0) return kInfinity;
  if (limited && (reward.overload < reward.value || looks > person.attention.reference / 2))
    return kInfinity;

  // the last reading of a day may go on into the night
  float longest = 0;
  for (const Item& item : stream_->items) longest = std::max(longest, item.length);
  const double nights = std::ceil((s.end - s.wake) / kMinutesPerDay);
  const double awake =
      awake_minutes_left(s) + (s.now - s.wake) + nights * static_cast<double>(longest);
  double budget = awake;
  if (limited) {
    budget = std::min(awake, person.attention.initial() + person.attention.kappa / 60 * awake -
                                 person.attention.least());
  }

  struct Pourable {
    double density, minutes;  // wsm/min, with the look at it; min
  };
  std::vector<Pourable> items;
  const double begin = stream_time(s, s.wake), end = stream_time(s, s.end + kMinutesPerDay);
  for (const Item& item : stream_->items) {
    if (item.arrival > end || item.expiry < begin) continue;
    double worth = 0;
    for (int i = 0; i < item.num_topics; ++i)
      worth += static_cast<double>(item.weight[i] * feed.worth[item.topic[i]]);
    const auto length = static_cast<double>(item.length);
    items.push_back({static_cast<double>(item.quality) * worth * length / (length + glance),
                     config_.repeats ? kInfinity : length + glance});
  }
  std::sort(items.begin(), items.end(),
            [](const Pourable& a, const Pourable& b) { return a.density > b.density; });
  double value = 0;
  for (const Pourable& item : items) {
    const double minutes = std::min(budget, item.minutes);
    value += item.density * minutes;
    budget -= minutes;
    if (budget <= 0) break;
  }
  return reward.value * value;
}

}  // namespace infodiet
