#pragma once

#include <memory>
#include <vector>

#include "env/metrics/read_diversity.hpp"
#include "env/worlds/feed/feed_appraisal.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "env/worlds/feed/feed_state.hpp"
#include "env/worlds/feed/retrieval.hpp"
#include "env/worlds/world.hpp"

namespace infodiet {

/// The world "feed". Read feed_decision.cpp for what happens in a decision, feed_reading.cpp for
/// what a reading changes, feed_clock.cpp for the time between decisions, feed_observation.cpp for
/// what a platform sees, feed_outcome.cpp for what showing an item would come to.
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
  int person_type(const std::byte* state) const override;
  bool expected_outcomes(const std::byte* state,
                         std::span<ExpectedOutcome> candidates) const override;
  double score_bound(const std::byte* state) const override;
  std::unique_ptr<Filter> make_filter(double optimism) const override;
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t shuffle) const override;

  const Stream& stream() const { return *stream_; }

 private:
  friend class FeedFilter;  // moves a belief as the world moves a record

  static constexpr int kMaxSlots = 16;

  /// An item in a slot of the slate.
  struct Shown {
    const Item* item = nullptr;
    std::uint32_t id = 0;
    bool registered = false;
    Appraisal seen;  ///< if it registered
  };

  // feed_world.cpp: making
  Person person_of_type(int type) const;
  void draw_person(Feed feed) const;
  const Person& person_of(const FeedState& s) const { return persons_[s.type]; }

  // feed_decision.cpp
  void decide(Feed feed, const std::int32_t* slate, float* feedback) const;
  int choose(Feed feed, const Shown* shown, int count, int* chosen) const;
  void look_on(Feed feed, float leave_probability, double pause) const;
  void start_session(Feed feed) const;
  void end_session(Feed feed) const;
  double stream_time(const FeedState& s, double time) const { return time + s.stream_offset; }

  // feed_reading.cpp
  void age_traces(Feed feed, double time) const;
  float learn(Feed feed, const Item& item, float quality, float minutes) const;
  float digest(Feed feed, const Item& item, float quality, float minutes, float taken) const;
  void read(Feed feed, const Shown& item, float overload, Event& event, float* feedback) const;

  // feed_clock.cpp: the time between decisions
  void settle(Feed feed, double time, bool reading) const;
  void pass(Feed feed, double time, bool reading) const;
  void open_segment(Feed feed) const;
  void go_to_next_decision(Feed feed) const;
  void sleep_until_morning(Feed feed) const;
  void begin_day(FeedState& s, double wake) const;
  void look_for_push(FeedState& s) const;
  double bedtime(const FeedState& s) const { return s.wake + person_of(s).day.awake_minutes(); }
  bool asleep(const FeedState& s) const { return s.settled >= bedtime(s); }
  void reach_decision(Feed feed, double time, bool push) const;
  double knowledge_gap(const FeedState& s, double time) const;
  float annoyance_at(const FeedState& s, double time) const;
  double attention_rate(const FeedState& s, bool reading) const;
  double untold_overload(const FeedState& s, double time) const;

  // feed_outcome.cpp
  double awake_minutes_left(const FeedState& s) const;
  double overload_to_come(const FeedState& s, double balance, const Fatigue::Level& fatigue) const;

  // feed_spec.cpp, feed_metrics.cpp
  void describe();
  void describe_metrics();

  // feed_observation.cpp
  void write_candidates(ConstFeed feed, float* out) const;
  void write_history(ConstFeed feed, float* out, std::uint8_t* mask) const;
  void write_context(ConstFeed feed, float* out) const;

  FeedConfig config_;
  bool full_;                    // observations hold the hidden state
  bool each_;                    // items are answered each by itself
  std::vector<Person> persons_;  // by type
  std::shared_ptr<const Stream> stream_;
  FeedLayout layout_;
  ReadDiversity diversity_;
  Retrieval retrieval_;
  std::uint64_t shuffle_;  // 0, or shuffles who the person is: see with_shuffled_hidden
};

}  // namespace infodiet
