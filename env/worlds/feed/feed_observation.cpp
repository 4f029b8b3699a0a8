#include <algorithm>
#include <cmath>
#include <cstring>

#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/platform_log.hpp"

// What a platform sees, as numbers. Each list of features in `describe` stands in the order in
// which the function beside it writes them; `Writer` keeps the two in step.

namespace infodiet {

namespace {

constexpr float kLongAgo = 10080;   // min: "never shown" reads as a week ago
constexpr float kMany = 1e6f;       // a leaky sum reads no higher
constexpr float kMostPopular = 23;  // ln of ten billion
constexpr float kAppealRange = 10;

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

void append_topics(std::vector<Feature>& to, const Spec& spec, const std::string& prefix,
                   const std::string& unit, float high, Role role) {
  for (int t = 0; t < spec.topics; ++t)
    to.push_back({prefix + spec.topic_names[t], unit, 0, high, role, t});
}

}  // namespace

void FeedWorld::describe() {
  const Stream& stream = *stream_;
  Item most;  // the largest figure of each kind
  double life = 0;
  for (const Item& item : stream.items) {
    most.length = std::max(most.length, item.length);
    most.half_life = std::max(most.half_life, item.half_life);
    life = std::max(life, item.expiry - item.arrival);
  }
  const float longest = static_cast<float>(life);

  Spec& spec = spec_;
  spec.world = "feed";
  spec.candidates = config_.candidates;
  spec.slots = config_.slots;
  spec.slate_min = 0;
  spec.slate_max = config_.slots;
  spec.history = config_.history;
  spec.topics = static_cast<int>(stream.topics.size());
  spec.topic_names = stream.topics;
  spec.rewards = config_.reward.parts();
  spec.score_per = ScorePer::kDay;
  spec.notes = {
      "All seeds share one stream: the numbers are over people and dice, not over streams."};
  if (!stream.attribution.empty()) spec.notes.push_back("Data: " + stream.attribution);
  for (const std::string& assumed : stream.assumed) spec.notes.push_back("Assumed: " + assumed);

  // what is hidden; also the tail of the context under `observe: full`
  const Attention& attention = config_.person.attention;
  auto& hidden = spec.hidden_features;
  hidden = {{"attention_balance", "am", static_cast<float>(attention.least()),
             static_cast<float>(attention.most), Role::kHidden},
            {"overload_share", "-", 0, 1, Role::kHidden},
            {"knowledge_gap", "-", 0, 1, Role::kHidden},
            {"annoyance", "1/week", 0, kMany, Role::kHidden},
            {"log_tolerance", "-", -kMany, kMany, Role::kHidden}};
  append_topics(hidden, spec, "known_", "-", 1, Role::kHidden);
  append_topics(hidden, spec, "worth_", "-", 1, Role::kHidden);
  for (int t = 0; t < spec.topics; ++t)
    hidden.push_back({"interest_" + spec.topic_names[t], "logit", -1000, 1000, Role::kHidden});
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i].index = static_cast<int>(i);

  auto& candidate = spec.candidate_features;
  append_topics(candidate, spec, "topic_", "-", 1, Role::kTopic);
  candidate.insert(candidate.end(),
                   {{"length", "min", 0, most.length, Role::kLength},
                    {"age", "min", 0, longest, Role::kAge},
                    {"half_life", "min", 0, most.half_life, Role::kHalfLife},
                    {"popularity", "ln(1 + reads)", 0, kMostPopular, Role::kPopularity},
                    {"story", "-", 0, 1, Role::kStory},
                    {"shown_before", "-", 0, 1, Role::kShownBefore},
                    {"read_before", "-", 0, 1, Role::kReadBefore}});
  if (stream.appeal_is_public || full_)
    candidate.push_back({"appeal", "sd", -kAppealRange, kAppealRange, Role::kAppeal});
  if (full_) candidate.push_back({"quality", "-", 0, 1, Role::kHidden});

  auto& event = spec.history_features;
  append_topics(event, spec, "topic_", "-", 1, Role::kTopic);
  event.insert(event.end(), {{"length", "min", 0, most.length, Role::kLength},
                             {"story", "-", 0, 1, Role::kStory},
                             {"since", "min", 0, 1e7f, Role::kSince},
                             {"rank", "-", 0, 15, Role::kRank},
                             {"push", "-", 0, 1, Role::kPush},
                             {"clicked", "-", 0, 1, Role::kClicked},
                             {"dwell", "min", 0, most.length, Role::kDwell},
                             {"liked", "-", 0, 1, Role::kLiked}});

  auto& context = spec.context_features;
  context = {{"push", "-", 0, 1, Role::kPush},
             {"hour", "h", 0, 24, Role::kHour},
             {"hour_sin", "-", -1, 1},
             {"hour_cos", "-", -1, 1},
             {"weekday", "-", 0, 6, Role::kWeekday},
             {"session_minutes", "min", 0, 1e6f, Role::kSession},
             {"since_show", "min", 0, kLongAgo, Role::kSince},
             {"pushes_today", "-", 0, 1440, Role::kPushesToday},
             {"opted_out", "-", 0, 1}};
  if (config_.load_estimate.enabled) {
    context.push_back({"load_estimate", "-",
                       static_cast<float>(-attention.most / attention.reference), 1.5f,
                       Role::kLoadEstimate});
  }
  const struct {
    const char* name;
    const char* unit;
    Role role;
  } signals[kNumSignals] = {{"minutes_read_", "min", Role::kMinutesRead},
                            {"items_shown_", "-", Role::kItemsShown},
                            {"pushes_", "-", Role::kPushes},
                            {"sessions_", "-", Role::kSessions}};
  for (const auto& signal : signals) {
    for (int i = 0; i < kNumTraces; ++i)
      context.push_back(
          {std::string(signal.name) + kTraceNames[i], signal.unit, 0, kMany, signal.role, i});
  }
  append_topics(context, spec, "clicks_", "-", kMany, Role::kTopicClicks);
  append_topics(context, spec, "shows_", "-", kMany, Role::kTopicShows);
  if (full_) context.insert(context.end(), hidden.begin(), hidden.end());

  spec.feedback_features = {{"shown", "-", 0, 1, Role::kShown},
                            {"clicked", "-", 0, 1, Role::kClicked},
                            {"dwell", "min", 0, most.length, Role::kDwell},
                            {"liked", "-", 0, 1, Role::kLiked}};
  spec.metrics = {{"minutes_read", "min"}, {"clicks", "-"},      {"items_shown", "-"},
                  {"items_lost", "-"},     {"overflow", "am"},   {"unwanted_pushes", "-"},
                  {"sessions", "-"},       {"silent_feed", "-"}, {"opted_out_share", "-"}};
  for (Feature& metric : spec.metrics) metric.high = 1e9f;
}

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
  const Person& person = config_.person;
  // `settled` may lie before the pending decision: see feed_clock.cpp
  const double balance =
      person.attention.after(s.balance, person.attention.rate(true, false), s.now - s.settled);
  Writer write(out);
  write(balance);
  write(person.attention.overload(balance));
  write(knowledge_gap(s, s.now));
  write(person.interruptions.after(s.annoyance, s.now - s.annoyed_at));
  write(s.log_tolerance);
  write.copy(feed.known, spec_.topics, person.knowledge.kept(s.now - s.known_at));
  write.copy(feed.worth, spec_.topics, 1);
  write.copy(feed.interest, spec_.topics, 1);
}

void FeedWorld::write_metrics(const std::byte* state, double* out) const {
  const FeedState& s = ConstFeed(state, layout_).s;
  static_assert(sizeof(Counts) == 9 * sizeof(double));
  std::memcpy(out, &s.counts, sizeof(Counts));
}

}  // namespace infodiet
