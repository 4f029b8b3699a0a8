#include "env/worlds/feed/feed_world.hpp"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/hash.hpp"
#include "env/person/compression.hpp"

// How a world and an episode of it begin, and the frame of a step. What happens in a decision is in
// feed_decision.cpp, what a reading changes in feed_reading.cpp, the time between decisions in
// feed_clock.cpp.

namespace infodiet {

namespace {

constexpr float kBearsAll = 1e6f;  // log tolerance of a person whom no number of pushes drives away

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
  for (const float total : stream.read_total) hash = hash_value(total, hash);
  for (const std::uint32_t begin : stream.read_begin) hash = hash_value(begin, hash);
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
      each_(config.person.choice.each()),
      stream_(std::move(stream)),
      layout_(FeedLayout::of(static_cast<int>(stream_->topics.size()), config.history,
                             config.candidates)),
      diversity_(static_cast<int>(stream_->topics.size())),
      retrieval_(*stream_, layout_, config.repeats),
      shuffle_(shuffle) {
  for (int type = 0; type < kNumPersonTypes; ++type) persons_.push_back(person_of_type(type));
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

/// In a twin with all hidden things shuffled, traits change hands between types too, but for those
/// that show before any response: the day, and when he returns by himself.
Person FeedWorld::person_of_type(int type) const {
  Person person = config_.person;
  if (person.types.share[type] <= 0 && type != 0) return person;
  kPersonTypes[type].apply(person);
  if (shuffle_ != 0) {
    const Person shown = person;
    person = config_.person;
    kPersonTypes[(type + shuffle_) % kNumPersonTypes].apply(person);
    person.day = shown.day;
    person.sessions = shown.sessions;
    person.habit = shown.habit;
  }
  return compressed(person, person.compress);
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

  draw_person(feed);
  const Person& person = person_of(s);
  const double wake = person.day.wake * 60;
  s.now = s.told = s.settled = s.read_at = s.annoyed_at = s.estimate_at = s.topics_at = wake;
  for (double& at : s.trace_at) at = wake;
  s.end = wake + config_.days * kMinutesPerDay;
  s.balance = person.attention.initial();
  s.habit = static_cast<float>(person.habit.baseline);
  s.session_start = s.session_end = s.last_show = -1;
  s.back.cell = s.out.cell = s.gone.cell = -1;
  begin_day(s, wake);
  look_for_push(s);
  retrieval_.begin(feed, stream_time(s, wake));
  open_segment(feed);
  go_to_next_decision(feed);
  if (s.over) s.num_candidates = 0;  // it ended before there was anything to decide
}

void FeedWorld::draw_person(Feed feed) const {
  FeedState& s = feed.s;
  const auto about_him = static_cast<std::uint32_t>(kMaxTopics);
  const auto kind = random_words(s.key, Purpose::kPerson, about_him)[1];
  s.type =
      static_cast<std::uint8_t>(config_.person.types.draw(static_cast<double>(uniform_open(kind))));

  EpisodeKey key = s.key;
  if (shuffle_ != 0) key.seed = mixed(key.seed, shuffle_);
  const Taste& taste = config_.person.taste;
  const auto topics = static_cast<std::uint32_t>(stream_->topics.size());
  for (std::uint32_t t = 0; t < topics; ++t) {
    const auto words = random_words(key, Purpose::kPerson, t);
    float shared = normal_quantile(uniform_open(words[0]));
    if (taste.common > 0)
      shared = taste.common_part(t, shuffle_) + std::sqrt(1 - taste.common) * shared;
    const float own = normal_quantile(uniform_open(words[1]));
    feed.interest[t] = feed.own_interest[t] =
        taste.interest_shared * shared + taste.interest_own * own;
    feed.worth[t] = sigmoid(1.5f * shared - 1.0f);
    s.worth_sum += feed.worth[t];
  }
  const Annoyance& annoyance = person_of(s).annoyance;
  s.log_tolerance = kBearsAll;
  if (annoyance.opt_out_possible()) {
    const auto word = random_words(key, Purpose::kPerson, about_him)[0];
    s.log_tolerance = log_fast(static_cast<float>(annoyance.tolerance)) +
                      static_cast<float>(annoyance.spread) * normal_quantile(uniform_open(word));
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
    // The first step also tells of the time before the first decision. Who has left for good leaves
    // the rest of his episode behind, in which nothing happens: it counts, or driving people away
    // would raise the score of the days they stayed.
    const double until = s.churned ? s.end : s.now;
    io.minutes[row] = static_cast<float>(until - s.told);
    s.told = until;
    io.terminated[row] = s.churned;
    io.truncated[row] = s.over != 0 && s.churned == 0;
  }
}

namespace {
const Registered<WorldRegistry, FeedWorld> kFeed(
    "feed", "A person with finite attention, an endless stream, and an agent between them.");
}  // namespace

}  // namespace infodiet
