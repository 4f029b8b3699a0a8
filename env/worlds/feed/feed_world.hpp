#pragma once

#include <memory>

#include "env/worlds/feed/feed_config.hpp"
#include "env/worlds/feed/feed_state.hpp"
#include "env/worlds/feed/retrieval.hpp"
#include "env/worlds/world.hpp"

namespace infodiet {

/// The world "feed". Read feed_world.cpp for what happens in a decision, feed_clock.cpp for what
/// happens between two, feed_observation.cpp for what a platform sees.
class FeedWorld final : public World {
 public:
  using Config = FeedConfig;

  explicit FeedWorld(const Config& config);
  FeedWorld(const Config& config, std::shared_ptr<const Stream> stream, std::uint64_t shuffle);

  std::size_t state_bytes() const override { return layout_.bytes; }
  void begin(const EpisodeKey& key, std::byte* state) const override;
  void step(const StepArrays& io) const override;
  void observe(std::span<const int> rows, std::byte* states,
               const ObservationArrays& out) const override;
  void write_tensors(std::span<const int> rows, const std::byte* states,
                     const ObservationArrays& out) const override;
  void write_hidden(const std::byte* state, float* out) const override;
  void write_metrics(const std::byte* state, double* out) const override;
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t shuffle) const override;

  const Stream& stream() const { return *stream_; }

 private:
  struct Shown;

  // feed_world.cpp: a decision
  void draw_person(Feed feed) const;
  void decide(Feed feed, const std::int32_t* slate, float* feedback) const;
  int choose(Feed feed, const Shown* shown, int count) const;
  void read(Feed feed, const Shown& item, float overload, Event& event, float* feedback) const;
  void look_on(Feed feed, float leave_probability, double pause) const;
  void start_session(Feed feed) const;
  void end_session(Feed feed) const;
  double stream_time(const FeedState& s, double time) const { return time + s.stream_offset; }

  // feed_clock.cpp: the time between decisions
  void settle(Feed feed, double time, bool reading) const;
  void pass(Feed feed, double time, bool reading) const;
  void open_segment(Feed feed) const;
  void go_to_next_decision(Feed feed) const;
  void sleep_until_morning(Feed feed) const;
  void begin_day(FeedState& s, double wake) const;
  void look_for_push(FeedState& s) const;
  double bedtime(const FeedState& s) const { return s.wake + config_.person.day.awake_minutes(); }
  bool asleep(const FeedState& s) const { return s.settled >= bedtime(s); }
  void reach_decision(Feed feed, double time, bool push) const;
  double knowledge_gap(const FeedState& s, double time) const;
  double untold_overload(const FeedState& s, double time) const;

  // feed_observation.cpp
  void describe();
  void write_candidates(ConstFeed feed, float* out) const;
  void write_history(ConstFeed feed, float* out, std::uint8_t* mask) const;
  void write_context(ConstFeed feed, float* out) const;

  FeedConfig config_;
  bool full_;  // observations hold the hidden state
  std::shared_ptr<const Stream> stream_;
  FeedLayout layout_;
  Retrieval retrieval_;
  std::uint64_t shuffle_;  // 0, or shuffles who the person is: see with_shuffled_hidden
};

}  // namespace infodiet
