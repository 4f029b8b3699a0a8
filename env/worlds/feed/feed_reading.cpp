#include <algorithm>

#include "env/worlds/feed/feed_appraisal.hpp"
#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/platform_log.hpp"

// What reading an item does: time passes; then, at its end, value, knowledge, satiation, the traces
// that bring him back, and interests change, all at once.

namespace infodiet {

/// Brings everything that only reading changes forward to `time`.
void FeedWorld::age_traces(Feed feed, double time) const {
  FeedState& s = feed.s;
  const Person& person = person_of(s);
  const double since = time - s.read_at;
  s.counts.known_minutes += static_cast<double>(s.known) * person.forgetting.kept_minutes(since);
  const float known = person.forgetting.kept(since);
  s.known *= known;
  for (int t = 0; t < layout_.topics; ++t) feed.known[t] *= known;
  if (person.satiation.on()) {
    const float satiated = person.satiation.kept(since);
    for (int t = 0; t < layout_.topics; ++t) feed.satiation[t] *= satiated;
  }
  if (person.drift.on()) {
    const float drifted = person.drift.kept(since);
    for (int t = 0; t < layout_.topics; ++t) {
      const float own = feed.own_interest[t];
      feed.interest[t] = own + (feed.interest[t] - own) * drifted;
    }
  }
  s.impulse *= person.temptation.kept(since);
  s.goodwill *= person.goodwill.kept(since);
  s.habit *= person.habit.kept(since);
  s.read_at = time;
}

/// Learns from an item what `minutes` of it teach.
/// @returns delta V [wsm]
float FeedWorld::learn(Feed feed, const Item& item, float quality, float minutes) const {
  FeedState& s = feed.s;
  const Knowledge& knowledge = person_of(s).knowledge;
  float value = 0;
  for (int i = 0; i < item.num_topics; ++i) {
    const int t = item.topic[i];
    s.counts.novelty += static_cast<double>(item.weight[i] * (1 - feed.known[t]));
    const float dose = quality * minutes * item.weight[i];
    if (!knowledge.limited()) {
      value += dose * feed.worth[t];
      continue;
    }
    const float gain = knowledge.gain(feed.known[t], dose);
    feed.known[t] += gain;
    s.known = std::min(1.0f, s.known + feed.worth[t] * gain / s.worth_sum);  // but for rounding
    value += feed.worth[t] * gain * static_cast<float>(knowledge.minutes_per_topic);
  }
  return value;
}

/// What a reading that ends now was worth, and what it does to him.
/// @param minutes  read of it
/// @param taken    by adverts [min]
/// @returns delta V [wsm]
float FeedWorld::digest(Feed feed, const Item& item, float quality, float minutes,
                        float taken) const {
  FeedState& s = feed.s;
  const Person& person = person_of(s);
  age_traces(feed, s.now);
  const float value = learn(feed, item, quality, minutes);
  const float outside = person.outside_option * (minutes + taken);
  s.impulse += person.temptation.gain(item.appeal);
  s.goodwill += person.goodwill.gain(value - outside);
  s.habit += person.habit.gain(minutes);
  const float moved = person.drift.rate * minutes / item.length * Drift::experience(value, outside);
  for (int i = 0; i < item.num_topics; ++i) {
    const int t = item.topic[i];
    if (person.satiation.on()) feed.satiation[t] += item.weight[i];
    feed.interest[t] += item.weight[i] * moved;
  }
  return value;
}

void FeedWorld::read(Feed feed, const Shown& it, float overload, Event& event,
                     float* feedback) const {
  FeedState& s = feed.s;
  const Person& person = person_of(s);
  const Item& item = *it.item;

  const auto words = random_words(s.key, Purpose::kDwell, s.dwells++);
  const float dwell =
      person.dwell.draw(item.length, it.seen.worth, overload, -log_fast(uniform_open(words[0])));
  float minutes = std::min(dwell, item.length);
  float taken = 0;  // by adverts
  if (person.adverts.on(config_.days - (s.end - s.now) / kMinutesPerDay)) {
    minutes = person.adverts.cut(minutes, -log_fast(uniform_open(words[2])));
    taken = person.adverts.taken(minutes);
  }
  const bool liked = it.seen.worth >= person.liking.threshold &&
                     uniform_open(words[1]) < person.liking.probability;
  pass(feed, s.now + static_cast<double>(minutes + taken), true);
  s.now = s.settled;
  s.last_dwell = dwell;

  const float value = digest(feed, item, it.seen.quality, minutes, taken);
  const float outside = person.outside_option * (minutes + taken);
  s.accrued[kValue] += static_cast<double>(value);
  s.accrued[kEngagement] += 1;
  s.accrued[kRegret] += static_cast<double>(std::max(0.0f, outside - value));
  s.counts.minutes_read += static_cast<double>(minutes);
  ++s.counts.clicks;
  diversity_.add({feed.diversity, diversity_.size()}, {item.topic, item.num_topics},
                 {item.weight, item.num_topics});

  // what the platform writes down
  event.dwell = minutes;
  event.clicked = 1;
  event.liked = liked;
  feedback[1] = 1;
  feedback[2] = minutes;
  feedback[3] = liked;
  log_signal(s, kMinutesReadSignal, s.now, minutes);
  log_load(s, config_.load_estimate, config_.person.attention, s.now, static_cast<double>(minutes));
  for (int i = 0; i < item.num_topics; ++i) feed.topic_clicks[item.topic[i]] += item.weight[i];
  retrieval_.mark_read(feed, it.id, stream_time(s, s.now));
}

}  // namespace infodiet
