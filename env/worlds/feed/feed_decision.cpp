#include <array>

#include "env/worlds/feed/feed_appraisal.hpp"
#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/platform_log.hpp"

// What happens in a decision, in this order: the overload share is taken once; a push that shows
// something interrupts; each item registers or is lost; looking costs attention; one of those that
// registered is chosen, or none; what was chosen is read (feed_reading.cpp); the person stays or
// leaves.

namespace infodiet {

void FeedWorld::decide(Feed feed, const std::int32_t* slate, float* feedback) const {
  FeedState& s = feed.s;
  const Person& person = person_of(s);
  const double time = s.now;
  int count = 0;
  while (count < config_.slots && slate[count] >= 0) ++count;

  if (s.is_push) ++s.next_push;
  if (count == 0) {
    if (s.is_push) return go_to_next_decision(feed);  // nothing at all happens
    ++s.counts.silent_feed;
    return look_on(feed, person.sessions.leave_after_nothing, config_.browse_pause);
  }

  // step 1: the overload share, once
  if (s.is_push) settle(feed, time, false);
  const double overload = person.attention.overload(s.balance);
  const double cost_share = 1 - overload + person.attention.lost_cost * overload;

  // step 2: a push interrupts
  double platform_cost = 0;
  if (s.is_push) {
    const auto cost_to = [time](const Person& who) {
      return who.interruptions.cost / 60 * static_cast<double>(who.day.disturbance(time));
    };
    const double cost = cost_to(person);
    s.balance = person.attention.debited(s.balance, cost * cost_share);
    s.accrued[kInterruption] += 1;
    ++s.pushes_today;
    log_signal(s, kPushesSignal, time, 1);
    platform_cost = cost_to(config_.person);  // it does not know what kind of person he is
  }

  // step 3: what registers, and what looking costs
  Shown shown[kMaxSlots];
  const double glance = person.attention.glance / 60;
  const Appraiser appraise(person, ConstFeed(feed), time, stream_time(s, time));
  fade_topics(feed, layout_.topics, time);
  int lost = 0;
  std::array<std::uint32_t, 4> words{};
  for (int rank = 0; rank < count; ++rank) {
    Shown& it = shown[rank];
    it.id = static_cast<std::uint32_t>(feed.candidates[slate[rank]]);
    it.item = &stream_->items[it.id];
    if (overload > 0 && rank % 4 == 0) {
      words =
          random_words(s.key, Purpose::kRegister, s.choices, static_cast<std::uint32_t>(rank / 4));
    }
    it.registered = overload <= 0 || uniform_open(words[rank % 4]) >= static_cast<float>(overload);
    lost += !it.registered;
    for (int i = 0; i < it.item->num_topics; ++i) {
      feed.topic_shows[it.item->topic[i]] += it.item->weight[i];
      feed.shown_topics[it.item->topic[i]] += it.item->weight[i];
    }
    feed.shown[s.shown++ % kShownRemembered] = it.id;
    Event& event = feed.events[s.events++ % static_cast<std::uint32_t>(layout_.history)];
    event = {
        .time = time, .item = it.id, .rank = static_cast<std::uint8_t>(rank), .push = s.is_push};
    feedback[rank * 4] = 1;
    if (it.registered) it.seen = appraise(*it.item, rank);
  }
  s.balance = person.attention.debited(s.balance,
                                       glance * (count - lost + person.attention.lost_cost * lost));
  s.counts.items_shown += count;
  s.counts.items_lost += lost;
  s.counts.overflow += glance * lost;
  s.last_show = time;
  log_signal(s, kItemsShownSignal, time, static_cast<float>(count));
  log_load(s, config_.load_estimate, config_.person.attention, time,
           glance * count + platform_cost);

  // step 4: choice, and reading
  int chosen[kMaxSlots];
  const int responses = choose(feed, shown, count, chosen);
  if (responses > 0) {
    if (s.is_push) start_session(feed);
    for (int i = 0; i < responses && (i == 0 || !asleep(s)); ++i) {
      // a short history may have lost the event already
      Event lost_event;
      const auto back = static_cast<std::uint32_t>(count - chosen[i]);
      const auto history = static_cast<std::uint32_t>(layout_.history);
      Event& event = back <= history ? feed.events[(s.events - back) % history] : lost_event;
      read(feed, shown[chosen[i]], static_cast<float>(overload), event, feedback + chosen[i] * 4);
    }
    const float tired = person.fatigue.leave * Fatigue::phi(s.fatigue);
    return look_on(feed, person.sessions.leave_after_reading + tired, 0);
  }
  if (!s.is_push) return look_on(feed, person.sessions.leave_after_nothing, config_.browse_pause);

  // step 5: a push that nobody wanted
  s.annoyance = annoyance_at(s, time) + person.annoyance.per_unwanted();
  s.annoyed_at = time;
  ++s.counts.unwanted_pushes;
  open_segment(feed);
  go_to_next_decision(feed);
}

/// Which items are taken up: at most one, or each by itself (choice.hpp).
/// @param chosen  (count) out: their slots, ascending
/// @returns how many
int FeedWorld::choose(Feed feed, const Shown* shown, int count, int* chosen) const {
  const std::uint32_t index = feed.s.choices++;
  if (each_) {
    int responses = 0;
    std::array<std::uint32_t, 4> words{};
    for (int i = 0; i < count; ++i) {
      if (i % 4 == 0)
        words =
            random_words(feed.s.key, Purpose::kChoice, index, static_cast<std::uint32_t>(i / 4));
      const float weight = shown[i].seen.weight;  // 0 if it did not register
      if (uniform_open(words[i % 4]) * (1 + weight) < weight) chosen[responses++] = i;
    }
    return responses;
  }
  double total = 1;
  for (int i = 0; i < count; ++i) total += static_cast<double>(shown[i].seen.weight);
  const auto word = random_words(feed.s.key, Purpose::kChoice, index)[0];
  double left = static_cast<double>(uniform_open(word)) * total - 1;
  if (left < 0) return 0;
  int last = -1;
  for (int i = 0; i < count; ++i) {
    if (!shown[i].registered) continue;
    last = i;
    left -= static_cast<double>(shown[i].seen.weight);
    if (left < 0) break;
  }
  if (last < 0) return 0;
  chosen[0] = last;
  return 1;
}

/// The person stays for another decision after `pause` minutes, or leaves.
void FeedWorld::look_on(Feed feed, float leave_probability, double pause) const {
  FeedState& s = feed.s;
  if (!asleep(s)) {
    const auto word = random_words(s.key, Purpose::kLeave, s.leaves++)[0];
    const bool stays = uniform_open(word) >= leave_probability;
    const double next = s.now + pause;
    if (stays && next < bedtime(s)) {
      if (pause > 0) pass(feed, next, false);
      return reach_decision(feed, next, false);
    }
    if (stays) pass(feed, bedtime(s), false);
  }
  end_session(feed);
}

void FeedWorld::start_session(Feed feed) const {
  FeedState& s = feed.s;
  s.in_session = 1;
  s.session_start = s.now;
  s.back.rate = s.out.rate = s.gone.rate = 0;
  ++s.counts.sessions;
  log_signal(s, kSessionsSignal, s.now, 1);
}

void FeedWorld::end_session(Feed feed) const {
  FeedState& s = feed.s;
  s.in_session = 0;
  s.session_end = s.settled;
  s.counts.session_minutes += s.settled - s.session_start;
  ++s.counts.sessions_ended;
  look_for_push(s);
  if (!asleep(s)) open_segment(feed);
  go_to_next_decision(feed);
}

}  // namespace infodiet
