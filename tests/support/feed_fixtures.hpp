#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "env/worlds/feed/feed_world.hpp"

namespace infodiet::test {

/// One environment of the feed world, stepped by hand and open to inspection.
class HandFeed {
 public:
  HandFeed(const FeedConfig& config, std::shared_ptr<const Stream> stream,
           EpisodeKey key = {1, 0, 0})
      : world_(config, std::move(stream), 0), record_(world_.state_bytes() + 64) {
    void* place = record_.data();
    std::size_t room = record_.size();
    state_ = static_cast<std::byte*>(std::align(64, world_.state_bytes(), place, room));
    begin(key);
    const Spec& spec = world_.spec();
    slate_.resize(spec.slots);
    reward_.resize(spec.rewards.size());
    feedback_.resize(spec.slots * 4);
    layout_ = FeedLayout::of(spec.topics, spec.history, spec.candidates);
  }

  /// Starts another episode.
  void begin(EpisodeKey key) {
    world_.begin(key, state_);
    terminated_ = truncated_ = 0;
  }

  /// Shows the candidates at these positions and goes to the next decision.
  void show(std::span<const int> positions) {
    std::fill(slate_.begin(), slate_.end(), -1);
    std::copy(positions.begin(), positions.end(), slate_.begin());
    const int row = 0;
    world_.step({.rows = {&row, 1},
                 .states = state_,
                 .slates = slate_.data(),
                 .items = feed().candidates,
                 .reward = reward_.data(),
                 .minutes = &minutes_,
                 .feedback = feedback_.data(),
                 .terminated = &terminated_,
                 .truncated = &truncated_});
  }
  void show_first(int count) {
    std::vector<int> positions;
    for (int i = 0; i < count; ++i) positions.push_back(i);
    show(positions);
  }

  const FeedWorld& world() const { return world_; }
  ConstFeed feed() const { return ConstFeed(state_, layout_); }
  const FeedState& state() const { return feed().s; }
  double stream_now() const { return state().now + state().stream_offset; }
  float reward(int part) const { return reward_[part]; }
  float minutes() const { return minutes_; }
  const float* feedback(int slot) const { return &feedback_[slot * 4]; }
  bool truncated() const { return truncated_ != 0; }
  bool terminated() const { return terminated_ != 0; }
  bool over() const { return truncated() || terminated(); }
  int person_type() const { return world_.person_type(state_); }
  double metric(const std::string& name) const {
    std::vector<double> metrics(world_.spec().metrics.size());
    world_.write_metrics(state_, metrics.data());
    return metrics[Spec::find(world_.spec().metrics, name)];
  }
  float hidden(const std::string& name) const {
    std::vector<float> hidden(world_.spec().hidden_features.size());
    world_.write_hidden(state_, hidden.data());
    return hidden[Spec::find(world_.spec().hidden_features, name)];
  }

 private:
  FeedWorld world_;
  FeedLayout layout_;
  std::vector<std::byte> record_;
  std::byte* state_ = nullptr;
  std::vector<std::int32_t> slate_;
  std::vector<float> reward_, feedback_;
  float minutes_ = 0;
  std::uint8_t terminated_ = 0, truncated_ = 0;
};

/// A stream of one topic in which nothing varies: an item every `gap` minutes for `days` days.
inline Stream plain_stream(double gap, int days, float half_life, float length, float quality) {
  Stream stream;
  stream.name = "plain";
  stream.topics = {"only"};
  stream.end_day = days;
  stream.appeal_is_public = true;
  std::uint32_t id = 0;
  for (double at = 0; at < days * kMinutesPerDay; at += gap) {
    Item item;
    item.arrival = at;
    item.half_life = half_life;
    item.expiry = at + 8 * half_life;
    item.length = length;
    item.quality = quality;
    item.story = id++;
    item.num_topics = 1;
    item.weight[0] = 1;
    stream.items.push_back(item);
  }
  return stream;
}

inline std::shared_ptr<const Stream> shared_stream(Stream stream) {
  return std::make_shared<const Stream>(std::move(stream));
}

/// A stream of three topics, with several lengths, qualities and appeals.
/// @param one_hot  each item has a single topic
inline std::shared_ptr<const Stream> mixed_stream(int days, bool one_hot = false) {
  Stream stream = plain_stream(13, days, 700, 3, 0.6f);
  stream.topics = {"a", "b", "c"};
  for (Item& item : stream.items) {
    const auto words = random_words({11, 0, 0}, Purpose::kStream, item.story);
    item.topic[0] = static_cast<std::uint8_t>(words[0] % 3);
    if (!one_hot && words[0] % 2 == 0) {
      item.num_topics = 2;
      item.topic[1] = static_cast<std::uint8_t>((item.topic[0] + 1) % 3);
      item.weight[0] = 0.75f;
      item.weight[1] = 0.25f;
    }
    item.quality = uniform_open(words[1]);
    item.appeal = normal_quantile(uniform_open(words[2]));
    item.length = 0.5f + 6 * uniform_open(words[3]);
  }
  return shared_stream(std::move(stream));
}

/// Answers a decision with some items, or none, by dice of its own.
inline std::vector<int> dice_slate(const HandFeed& feed, std::uint32_t decision) {
  const auto words = random_words(feed.state().key, Purpose::kAgent, decision);
  const int candidates = static_cast<int>(feed.state().num_candidates);
  const int slots = feed.world().spec().slots;
  const int count = std::min(candidates, static_cast<int>(words[0] % 8)) % (slots + 1);
  std::vector<int> slate;
  for (int i = 0; i < count; ++i)
    slate.push_back((static_cast<int>(words[1] % 64) + i) % candidates);
  return slate;
}

/// A person who notices all, always chooses, reads to the end, tires and satiates of nothing, and
/// never leaves or comes by himself.
inline Person eager_person() {
  Person person;
  person.choice = {};
  person.choice.base = 40;
  person.choice.position = 0;
  person.dwell.shape = 20;
  person.dwell.glance_share = 50;
  person.fatigue.rise = person.fatigue.strain = kInfinity;
  person.satiation.cost = 0;
  person.sessions.base = 0;
  person.sessions.pull = 0;
  person.sessions.leave_after_reading = 0;
  person.annoyance.tolerance = kInfinity;
  return person;
}

/// A small feed: two days, M 8, K 3.
inline FeedConfig small_feed() {
  FeedConfig config;
  config.days = 2;
  config.candidates = 8;
  config.slots = 3;
  return config;
}

/// One who reads one item to its end when he is pushed to, and leaves.
inline FeedConfig one_reading(double days) {
  FeedConfig config = small_feed();
  config.days = days;
  config.person = eager_person();
  config.person.sessions.leave_after_reading = 1;
  return config;
}

/// One whom nothing interests and who never comes by himself.
inline FeedConfig uninterested(double days) {
  FeedConfig config = one_reading(days);
  config.person.choice.base = -50;
  return config;
}

/// Items of quality 0.8 and 4 min every half hour, fresh for ever.
inline std::shared_ptr<const Stream> steady_stream(int days) {
  return shared_stream(plain_stream(30, days, kInfinity, 4, 0.8f));
}

}  // namespace infodiet::test
