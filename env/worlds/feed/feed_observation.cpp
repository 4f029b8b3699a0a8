#include <algorithm>
#include <cmath>
#include <cstring>

#include "env/worlds/feed/feed_limits.hpp"
#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/platform_log.hpp"

// What a platform sees, as numbers, in the order in which feed_spec.cpp lists them.

namespace infodiet {

namespace {

/// Appends numbers to a row.
class Writer {
 public:
  explicit Writer(float* out) : out_(out) {}
  void operator()(double value) { *out_++ = static_cast<float>(value); }
  void topics(const Item& item, int topics) {
    std::fill_n(out_, topics, 0.0f);
    for (int i = 0; i < item.num_topics; ++i) out_[item.topic[i]] = item.weight[i];
    out_ += topics;
  }
  void copy(const float* values, int count, float factor) {
    for (int i = 0; i < count; ++i) *out_++ = std::min(kMany, values[i] * factor);
  }

 private:
  float* out_;
};

/// One number in [0, 1) that items of one story share and others do not.
float story_number(std::uint32_t story) {
  return static_cast<float>(story * 0x9E3779B1u >> 8) * 0x1.0p-24f;
}

/// Answers whether an id is in a ring. Most are not, and a bit map by the low bits of the id says
/// so at once: item ids of one time lie close together.
class Remembered {
 public:
  Remembered(const std::uint32_t* ring, std::uint32_t ever, int size)
      : ring_(ring), end_(ring + std::min(ever, static_cast<std::uint32_t>(size))) {
    for (const std::uint32_t* id = ring_; id != end_; ++id) bits_[*id / 64 % kWords] |= bit(*id);
  }
  bool holds(std::uint32_t id) const {
    return (bits_[id / 64 % kWords] & bit(id)) != 0 && std::find(ring_, end_, id) != end_;
  }

 private:
  static constexpr std::uint32_t kWords = 64;
  static std::uint64_t bit(std::uint32_t id) { return std::uint64_t{1} << id % 64; }

  const std::uint32_t* ring_;
  const std::uint32_t* end_;
  std::uint64_t bits_[kWords] = {};
};

}  // namespace

void FeedWorld::observe(std::span<const int> rows, std::byte* states,
                        const ObservationArrays& out) const {
  const int candidates = config_.candidates;
  for (const int row : rows) {
    const Feed feed(states + row * layout_.bytes, layout_);
    std::int32_t* item = out.item + row * candidates;
    std::uint8_t* mask = out.mask + row * candidates;
    const int count = static_cast<int>(feed.s.num_candidates);
    std::copy_n(feed.candidates, count, item);
    std::fill(item + count, item + candidates, -1);
    std::fill_n(mask, count, std::uint8_t{1});
    std::fill(mask + count, mask + candidates, std::uint8_t{0});
  }
}

void FeedWorld::write_tensors(std::span<const int> rows, const std::byte* states,
                              const ObservationArrays& out) const {
  const std::size_t candidate_size = spec_.candidates * spec_.candidate_features.size();
  const std::size_t history_size = spec_.history * spec_.history_features.size();
  for (const int row : rows) {
    const ConstFeed feed(states + row * layout_.bytes, layout_);
    write_candidates(feed, out.candidates + row * candidate_size);
    write_history(feed, out.history + row * history_size, out.history_mask + row * spec_.history);
    write_context(feed, out.context + row * spec_.context_features.size());
  }
}

void FeedWorld::write_candidates(ConstFeed feed, float* out) const {
  const FeedState& s = feed.s;
  const double time = stream_time(s, s.now);
  const std::size_t width = spec_.candidate_features.size();
  const Remembered shown(feed.shown, s.shown, kShownRemembered);
  const Remembered reads(feed.reads, s.reads, kReadsRemembered);
  for (std::uint32_t i = 0; i < s.num_candidates; ++i) {
    const auto id = static_cast<std::uint32_t>(feed.candidates[i]);
    const Item& item = stream_->items[id];
    Writer write(out + i * width);
    write.topics(item, spec_.topics);
    write(item.length);
    write(time - item.arrival);
    write(item.half_life);
    write(std::min(kMostPopular, log_fast(1 + stream_->popularity(id, time))));
    write(story_number(item.story));
    write(shown.holds(id));
    write(reads.holds(id));
    if (stream_->appeal_is_public || full_)
      write(std::clamp(item.appeal, -kAppealRange, kAppealRange));
    if (full_) write(item.quality);
  }
  std::fill(out + s.num_candidates * width, out + config_.candidates * width, 0.0f);
}

void FeedWorld::write_history(ConstFeed feed, float* out, std::uint8_t* mask) const {
  const FeedState& s = feed.s;
  const auto size = static_cast<std::uint32_t>(layout_.history);
  const std::uint32_t count = std::min(s.events, size);
  const std::size_t width = spec_.history_features.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Event& event = feed.events[(s.events - 1 - i) % size];
    const Item& item = stream_->items[event.item];
    Writer write(out + i * width);
    write.topics(item, spec_.topics);
    write(item.length);
    write(story_number(item.story));
    write(s.now - event.time);
    write(event.rank);
    write(event.push);
    write(event.clicked);
    write(event.dwell);
    write(event.liked);
    mask[i] = 1;
  }
  std::fill(out + count * width, out + size * width, 0.0f);
  std::fill(mask + count, mask + size, std::uint8_t{0});
}

void FeedWorld::write_context(ConstFeed feed, float* out) const {
  const FeedState& s = feed.s;
  const double day = std::floor(stream_time(s, s.now) / kMinutesPerDay);
  const double hour = (stream_time(s, s.now) - day * kMinutesPerDay) / 60;
  const float turn = static_cast<float>(hour / 24);
  const Attention& attention = config_.person.attention;
  Writer write(out);
  write(s.is_push);
  write(hour);
  write(sin_turn(turn));
  write(sin_turn(turn + 0.25f));
  write(std::fmod(stream_->first_weekday + day, 7.0));
  write(s.in_session ? s.now - s.session_start : 0.0);
  write(s.last_show < 0 ? kLongAgo : std::min<double>(kLongAgo, s.now - s.last_show));
  write(s.pushes_today);
  write(s.opted_out);
  if (config_.load_estimate.enabled)
    write(-estimate_now(s, config_.load_estimate, attention, s.now) / attention.reference);
  for (int signal = 0; signal < kNumSignals; ++signal) {
    for (int i = 0; i < kNumTraces; ++i)
      write(std::min(kMany, signal_now(s, static_cast<Signal>(signal), i, s.now)));
  }
  const float kept = faded(s.now - s.topics_at, kTopicTraceMinutes);
  write.copy(feed.topic_clicks, spec_.topics, kept);
  write.copy(feed.topic_shows, spec_.topics, kept);
  if (full_) {
    const std::size_t shown = spec_.context_features.size() - spec_.hidden_features.size();
    write_hidden(reinterpret_cast<const std::byte*>(&s), out + shown);
  }
}

void FeedWorld::write_hidden(const std::byte* state, float* out) const {
  const ConstFeed feed(state, layout_);
  const FeedState& s = feed.s;
  const Person& person = person_of(s);
  const double since = s.now - s.read_at;
  // `settled` may lie before the pending decision: see feed_clock.cpp
  const double balance =
      person.attention.after(s.balance, attention_rate(s, false), s.now - s.settled);
  Writer write(out);
  write(balance);
  write(person.attention.overload(balance));
  write(knowledge_gap(s, s.now));
  write(std::min(kMany, annoyance_at(s, s.now)));
  write(s.log_tolerance);
  const Fatigue::Level fatigue = person.fatigue.after_break(s.fatigue, s.now - s.settled);
  write(fatigue.recoverable);
  write(fatigue.strain);
  write(std::min(kMany, s.impulse * person.temptation.kept(since)));
  write(std::clamp(s.goodwill * person.goodwill.kept(since), -kMany, kMany));
  write(std::min(kMany, s.habit * person.habit.kept(since)));
  write(std::min(kMany, s.last_dwell));
  write(s.type);
  write(overload_to_come(s, balance, fatigue));
  write.copy(feed.known, spec_.topics, person.forgetting.kept(since));
  write.copy(feed.worth, spec_.topics, 1);
  write.copy(feed.satiation, spec_.topics,
             person.satiation.on() ? person.satiation.kept(since) : 1.0f);
  const float drifted = person.drift.kept(since);
  for (int t = 0; t < spec_.topics; ++t) {
    const float own = feed.own_interest[t];
    write(std::clamp(own + (feed.interest[t] - own) * drifted, -kMostInterest, kMostInterest));
  }
}

}  // namespace infodiet
