#include <algorithm>

#include "env/worlds/feed/feed_limits.hpp"
#include "env/worlds/feed/feed_world.hpp"

// What the numbers of an observation are called and mean. Each list stands in the order in which
// feed_observation.cpp writes it.

namespace infodiet {

namespace {

void append_topics(std::vector<Feature>& to, const Spec& spec, const std::string& prefix,
                   const std::string& unit, float high, Role role) {
  for (int t = 0; t < spec.topics; ++t)
    to.push_back({prefix + spec.topic_names[t], unit, 0, high, role, t});
}

/// What the stream declares; what it does not, from its items.
ItemBounds bounds_of(const Stream& stream) {
  ItemBounds found;
  for (const Item& item : stream.items) {
    found.length = std::max(found.length, item.length);
    found.half_life = std::max(found.half_life, item.half_life);
    found.age = std::max(found.age, item.expiry - item.arrival);
  }
  ItemBounds most = stream.most;
  if (most.length == 0) most.length = found.length;
  if (most.half_life == 0) most.half_life = found.half_life;
  if (most.age == 0) most.age = found.age;
  return most;
}

}  // namespace

void FeedWorld::describe() {
  const Stream& stream = *stream_;
  const ItemBounds most = bounds_of(stream);
  const float longest = static_cast<float>(most.age);

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
  spec.episode_days = config_.days;
  const auto& shares = config_.person.types.share;
  if (std::count_if(shares.begin(), shares.end(), [](double share) { return share > 0; }) > 1) {
    for (const PersonType& type : kPersonTypes) spec.person_types.emplace_back(type.name);
  }
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
            {"log_tolerance", "ln(1/week)", -kMany, kMany, Role::kHidden},
            {"fatigue", "-", 0, 1, Role::kHidden},
            {"strain", "-", 0, 1, Role::kHidden},
            {"impulse", "clicks/h", 0, kMany, Role::kHidden},
            {"goodwill", "wsm/day", -kMany, kMany, Role::kHidden},
            {"habit", "min/day", 0, kMany, Role::kHidden},
            {"last_dwell", "min", 0, kMany, Role::kHidden},
            {"person_type", "-", 0, kNumPersonTypes - 1, Role::kHidden},
            {"overload_to_come", "min", 0, kMinutesPerDay, Role::kHidden}};
  append_topics(hidden, spec, "known_", "-", 1, Role::kHidden);
  append_topics(hidden, spec, "worth_", "-", 1, Role::kHidden);
  append_topics(hidden, spec, "satiation_", "items", kMany, Role::kHidden);
  for (int t = 0; t < spec.topics; ++t)
    hidden.push_back(
        {"interest_" + spec.topic_names[t], "logit", -kMostInterest, kMostInterest, Role::kHidden});
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i].index = static_cast<int>(i);
  hidden[11].is_name = true;
  for (RewardPart& part : spec.rewards) {
    if (part.name == "overload") part.to_come = 12;
  }
  hidden[0].mark = static_cast<float>(-attention.reference);  // in such a debt all is lost

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
  describe_metrics();
}

}  // namespace infodiet
