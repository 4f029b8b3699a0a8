#include "env/worlds/feed/feed_world.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/hash.hpp"
#include "env/worlds/feed/platform_log.hpp"

// What happens in a decision, in this order: the overload share is taken once; a push that shows
// something interrupts; each item registers or is lost; looking costs attention; one of those that
// registered is chosen, or none; what was chosen is read; the person stays or leaves.

namespace infodiet {

/// An item in a slot of the slate, as it stands before the person.
struct FeedWorld::Shown {
  const Item* item = nullptr;
  std::uint32_t id = 0;
  int rank = 0;
  bool registered = false;
  float quality = 0;  ///< in effect: what is left of it at its age
  float worth = 0;    ///< y: expected well-spent share
  float weight = 0;   ///< exp(U)
};

namespace {

constexpr float kBearsAll = 1e6f;  // log tolerance of a person whom no number of pushes drives away

/// Freshness 2^-((age / half_life)^0.4): attention to an item decays as a stretched exponential,
/// Wu & Huberman 2007, doi:10.1073/pnas.0704916104. Half is gone after one half-life.
float freshness(const Item& item, double time) {
  const float halves = static_cast<float>((time - item.arrival) / item.half_life);
  if (halves < 1e-6f) return 1.0f;
  return exp2_fast(-exp2_fast(0.4f * log2_fast(halves)));
}

std::shared_ptr<const Stream> load_stream(const FeedConfig& config) {
  return std::make_shared<const Stream>(StreamRegistry::instance().make(config.stream)->load());
}

/// Of all that a record's future depends on. The stream counts by its items, not by where it lies.
std::uint64_t fingerprint_of(FeedConfig config, const Stream& stream) {
  config.stream = Choice(StreamRegistry::instance(), "synthetic");
  std::uint64_t hash = hash_text(write_yaml(config), kHashStart);
  for (const Item& item : stream.items) {
    for (const double time : {item.arrival, item.expiry}) hash = hash_value(time, hash);
    for (const float part :
         {item.appeal, item.quality, item.length, item.half_life, item.audience, item.pace})
      hash = hash_value(part, hash);
    for (int i = 0; i < item.num_topics; ++i)
      hash = hash_value(item.weight[i], hash_value(item.topic[i], hash));
    hash = hash_value(item.story, hash);
  }
  for (const double time : stream.read_time) hash = hash_value(time, hash);
  for (const std::string& topic : stream.topics) hash = hash_text(topic, hash);
  for (const int number : {stream.first_day, stream.end_day, stream.first_weekday})
    hash = hash_value(number, hash);
  return hash_value(stream.appeal_is_public, hash);
}

std::uint64_t mixed(std::uint64_t x, std::uint64_t shuffle) {
  const auto words =
      random_words({.seed = shuffle}, Purpose::kPerson, static_cast<std::uint32_t>(x),
                   static_cast<std::uint32_t>(x >> 32) & 0xffffffu);
  return std::uint64_t{words[0]} << 32 | words[1];
}

}  // namespace

FeedWorld::FeedWorld(const Config& config) : FeedWorld(config, load_stream(config), 0) {}

FeedWorld::FeedWorld(const Config& config, std::shared_ptr<const Stream> stream,
                     std::uint64_t shuffle)
    : config_(config),
      full_(config.observe == "full"),
      stream_(std::move(stream)),
      layout_(FeedLayout::of(static_cast<int>(stream_->topics.size()), config.history,
                             config.candidates)),
      retrieval_(*stream_, layout_, config.repeats),
      shuffle_(shuffle) {
  const int starts =
      stream_->end_day - stream_->first_day - static_cast<int>(std::ceil(config.days));
  if (starts < 2) {
    throw Error(ErrorCode::kConfig, "world.days",
                fmt::format("an episode of {} days (and two more to end in) does not fit into this "
                            "part of stream '{}', which has {} days",
                            config.days, stream_->name, stream_->end_day - stream_->first_day));
  }
  describe();
  fingerprint_ = fingerprint_of(config, *stream_);
}

std::unique_ptr<World> FeedWorld::with_shuffled_hidden(std::uint64_t shuffle) const {
  auto twin = std::make_shared<Stream>(*stream_);
  // hidden quantities change hands between items; each keeps what agents may see of it
  std::vector<Item>& items = twin->items;
  for (std::size_t i = items.size(); i > 1; --i) {
    const std::size_t other = mixed(i, shuffle) % i;
    std::swap(items[i - 1].quality, items[other].quality);
    if (!twin->appeal_is_public) std::swap(items[i - 1].appeal, items[other].appeal);
  }
  return std::make_unique<FeedWorld>(config_, std::move(twin), shuffle + 1);
}

void FeedWorld::begin(const EpisodeKey& key, std::byte* state) const {
  std::memset(state, 0, layout_.bytes);
  Feed feed(state, layout_);
  FeedState& s = feed.s;
  s.key = key;

  const int starts =
      stream_->end_day - stream_->first_day - static_cast<int>(std::ceil(config_.days)) - 1;
  const auto word = random_words(key, Purpose::kEpisode, 0)[0];
  const int day = stream_->first_day +
                  static_cast<int>(uniform_below(word, static_cast<std::uint32_t>(starts)));
  s.stream_offset = day * kMinutesPerDay;

  const double wake = config_.person.day.wake * 60;
  s.now = s.told = s.settled = s.known_at = s.annoyed_at = s.estimate_at = s.topics_at = wake;
  for (double& at : s.trace_at) at = wake;
  s.end = wake + config_.days * kMinutesPerDay;
  s.balance = config_.person.attention.initial();
  s.session_start = s.last_show = -1;
  s.return_cell = s.opt_out_cell = -1;
  begin_day(s, wake);
  look_for_push(s);
  draw_person(feed);
  retrieval_.begin(feed, stream_time(s, wake));
  open_segment(feed);
  go_to_next_decision(feed);
  if (s.over) s.num_candidates = 0;  // it ended before there was anything to decide
}

void FeedWorld::draw_person(Feed feed) const {
  FeedState& s = feed.s;
  EpisodeKey key = s.key;
  if (shuffle_ != 0) key.seed = mixed(key.seed, shuffle_);
  const Taste& taste = config_.person.taste;
  const auto topics = static_cast<std::uint32_t>(stream_->topics.size());
  for (std::uint32_t t = 0; t < topics; ++t) {
    const auto words = random_words(key, Purpose::kPerson, t);
    const float shared = normal_quantile(uniform_open(words[0]));
    const float own = normal_quantile(uniform_open(words[1]));
    feed.interest[t] = taste.interest_shared * shared + taste.interest_own * own;
    feed.worth[t] = sigmoid(1.5f * shared - 1.0f);
    s.worth_sum += feed.worth[t];
  }
  const Interruptions& interruptions = config_.person.interruptions;
  const auto words = random_words(key, Purpose::kPerson, kMaxTopics);
  s.log_tolerance = kBearsAll;
  if (interruptions.opt_out_possible()) {
    s.log_tolerance =
        log_fast(static_cast<float>(interruptions.tolerance)) +
        static_cast<float>(interruptions.spread) * normal_quantile(uniform_open(words[0]));
  }
}

void FeedWorld::step(const StepArrays& io) const {
  const int slots = config_.slots;
  for (const int row : io.rows) {
    Feed feed(io.states + row * layout_.bytes, layout_);
    FeedState& s = feed.s;
    float* feedback = io.feedback + row * slots * 4;
    std::fill_n(feedback, slots * 4, 0.0f);
    if (!s.over) decide(feed, io.slates + row * slots, feedback);

    float* reward = io.reward + row * kNumRewards;
    for (int part = 0; part < kNumRewards; ++part) {
      reward[part] = static_cast<float>(s.accrued[part]);
      s.accrued[part] = 0;
    }
    // the first step also tells of the time before the first decision
    io.minutes[row] = static_cast<float>(s.now - s.told);
    s.told = s.now;
    io.terminated[row] = 0;
    io.truncated[row] = s.over;
  }
}

void FeedWorld::decide(Feed feed, const std::int32_t* slate, float* feedback) const {
  FeedState& s = feed.s;
  const Person& person = config_.person;
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
    const double cost = person.interruptions.cost / 60 * person.day.disturbance(time);
    s.balance = person.attention.debited(s.balance, cost * cost_share);
    s.accrued[kInterruption] += 1;
    ++s.pushes_today;
    log_signal(s, kPushesSignal, time, 1);
    platform_cost = cost;
  }

  // step 3: what registers, and what looking costs
  Shown shown[16];
  const double glance = person.attention.glance / 60;
  const float kept = person.knowledge.kept(time - s.known_at);
  fade_topics(feed, layout_.topics, time);
  int lost = 0;
  std::array<std::uint32_t, 4> words{};
  for (int rank = 0; rank < count; ++rank) {
    Shown& it = shown[rank];
    it.id = static_cast<std::uint32_t>(feed.candidates[slate[rank]]);
    it.item = &stream_->items[it.id];
    it.rank = rank;
    if (overload > 0 && rank % 4 == 0) {
      words =
          random_words(s.key, Purpose::kRegister, s.choices, static_cast<std::uint32_t>(rank / 4));
    }
    it.registered = overload <= 0 || uniform_open(words[rank % 4]) >= static_cast<float>(overload);
    lost += !it.registered;
    for (int i = 0; i < it.item->num_topics; ++i)
      feed.topic_shows[it.item->topic[i]] += it.item->weight[i];
    feed.shown[s.shown++ % kShownRemembered] = it.id;
    Event& event = feed.events[s.events++ % static_cast<std::uint32_t>(layout_.history)];
    event = {
        .time = time, .item = it.id, .rank = static_cast<std::uint8_t>(rank), .push = s.is_push};
    feedback[rank * 4] = 1;

    if (!it.registered) continue;
    float interest = 0;
    float novelty = 0;
    for (int i = 0; i < it.item->num_topics; ++i) {
      const int t = it.item->topic[i];
      interest += it.item->weight[i] * feed.interest[t];
      novelty += it.item->weight[i] * feed.worth[t] * (1 - feed.known[t] * kept);
    }
    it.quality = it.item->quality * freshness(*it.item, stream_time(s, time));
    it.worth = Knowledge::seen_quality(it.quality) * novelty;
    it.weight = person.choice.weight(it.item->appeal, interest, it.worth, rank);
  }
  s.balance = person.attention.debited(s.balance,
                                       glance * (count - lost + person.attention.lost_cost * lost));
  s.counts.items_shown += count;
  s.counts.items_lost += lost;
  s.counts.overflow += glance * lost;
  s.last_show = time;
  log_signal(s, kItemsShownSignal, time, static_cast<float>(count));
  log_load(s, config_.load_estimate, person.attention, time, glance * count + platform_cost);

  // step 4: choice
  const int chosen = choose(feed, shown, count);
  if (chosen >= 0) {
    if (s.is_push) start_session(feed);
    // a short history may have lost the event already
    Event lost_event;
    const auto back = static_cast<std::uint32_t>(count - chosen);
    const auto history = static_cast<std::uint32_t>(layout_.history);
    Event& event = back <= history ? feed.events[(s.events - back) % history] : lost_event;
    read(feed, shown[chosen], static_cast<float>(overload), event, feedback + chosen * 4);
    return look_on(feed, person.sessions.leave_after_reading, 0);
  }
  if (!s.is_push) return look_on(feed, person.sessions.leave_after_nothing, config_.browse_pause);

  // step 5: a push that nobody wanted
  s.annoyance = person.interruptions.after(s.annoyance, time - s.annoyed_at) +
                person.interruptions.per_unwanted();
  s.annoyed_at = time;
  ++s.counts.unwanted_pushes;
  open_segment(feed);
  go_to_next_decision(feed);
}

/// @returns the chosen slot, or -1
int FeedWorld::choose(Feed feed, const Shown* shown, int count) const {
  double total = 1;
  for (int i = 0; i < count; ++i) total += static_cast<double>(shown[i].weight);
  const auto word = random_words(feed.s.key, Purpose::kChoice, feed.s.choices++)[0];
  double left = static_cast<double>(uniform_open(word)) * total - 1;
  if (left < 0) return -1;
  int last = -1;
  for (int i = 0; i < count; ++i) {
    if (!shown[i].registered) continue;
    last = i;
    left -= static_cast<double>(shown[i].weight);
    if (left < 0) break;
  }
  return last;
}

void FeedWorld::read(Feed feed, const Shown& it, float overload, Event& event,
                     float* feedback) const {
  FeedState& s = feed.s;
  const Person& person = config_.person;
  const Item& item = *it.item;

  const auto words = random_words(s.key, Purpose::kDwell, s.dwells++);
  const float dwell =
      person.dwell.draw(item.length, it.worth, overload, -log_fast(uniform_open(words[0])));
  const float minutes = std::min(dwell, item.length);
  const bool liked =
      it.worth >= person.liking.threshold && uniform_open(words[1]) < person.liking.probability;
  pass(feed, s.now + static_cast<double>(minutes), true);
  s.now = s.settled;

  // what it was worth
  float value = 0;
  if (person.knowledge.limited()) {
    const float kept = person.knowledge.kept(s.now - s.known_at);
    for (int t = 0; t < layout_.topics; ++t) feed.known[t] *= kept;
    s.known *= kept;
    s.known_at = s.now;
    for (int i = 0; i < item.num_topics; ++i) {
      const int t = item.topic[i];
      const float gain =
          person.knowledge.gain(feed.known[t], it.quality * minutes * item.weight[i]);
      feed.known[t] += gain;
      s.known += feed.worth[t] * gain / s.worth_sum;
      value += feed.worth[t] * gain * static_cast<float>(person.knowledge.minutes_per_topic);
    }
  } else {
    for (int i = 0; i < item.num_topics; ++i)
      value += it.quality * minutes * item.weight[i] * feed.worth[item.topic[i]];
  }
  s.accrued[kValue] += static_cast<double>(value);
  s.accrued[kEngagement] += 1;
  s.accrued[kRegret] +=
      static_cast<double>(std::max(0.0f, person.outside_option * minutes - value));
  s.counts.minutes_read += static_cast<double>(minutes);
  ++s.counts.clicks;

  // what the platform writes down
  event.dwell = minutes;
  event.clicked = 1;
  event.liked = liked;
  feedback[1] = 1;
  feedback[2] = minutes;
  feedback[3] = liked;
  log_signal(s, kMinutesReadSignal, s.now, minutes);
  log_load(s, config_.load_estimate, person.attention, s.now, static_cast<double>(minutes));
  for (int i = 0; i < item.num_topics; ++i) feed.topic_clicks[item.topic[i]] += item.weight[i];
  retrieval_.mark_read(feed, it.id, stream_time(s, s.now));
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
  s.return_rate = s.opt_out_rate = 0;
  ++s.counts.sessions;
  log_signal(s, kSessionsSignal, s.now, 1);
}

void FeedWorld::end_session(Feed feed) const {
  FeedState& s = feed.s;
  s.in_session = 0;
  look_for_push(s);
  if (!asleep(s)) open_segment(feed);
  go_to_next_decision(feed);
}

namespace {
const Registered<WorldRegistry, FeedWorld> kFeed(
    "feed", "A person with finite attention, an endless stream, and an agent between them.");
}  // namespace

}  // namespace infodiet
