#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "env/person/mechanisms.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"
#include "tests/support/person_leaves.hpp"

// Whole people inside the world: their kinds, the factor on what is slow, and what holds of all
// mechanisms alike.

namespace infodiet::test {

namespace {

/// All that came of an episode, and the hidden features in between that `watched` names begin with.
struct Story {
  std::vector<float> came;
  std::map<std::string, std::set<float>> watched;
};

bool begins_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

Story story_of(HandFeed& feed, EpisodeKey key, const std::vector<std::string>& watched = {}) {
  const auto& features = feed.world().spec().hidden_features;
  Story story;
  feed.begin(key);
  for (std::uint32_t decision = 0; !feed.over(); ++decision) {
    for (const Feature& feature : features) {
      for (const std::string& start : watched) {
        if (begins_with(feature.name, start))
          story.watched[feature.name].insert(feed.hidden(feature.name));
      }
    }
    feed.show(dice_slate(feed, decision));
    for (int part = 0; part < kNumRewards; ++part) story.came.push_back(feed.reward(part));
    story.came.push_back(feed.minutes());
    story.came.push_back(static_cast<float>(feed.state().is_push));
    for (int slot = 0; slot < feed.world().spec().slots; ++slot)
      story.came.insert(story.came.end(), feed.feedback(slot), feed.feedback(slot) + 4);
  }
  return story;
}

}  // namespace

TEST_CASE("Types: shares are met, and who a person is can be asked for", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person.types.share = {1, 2, 0, 1, 3, 0, 1};
  HandFeed feed(config, steady_stream(20));
  REQUIRE(feed.world().spec().person_types.size() == kNumPersonTypes);
  const double wakes[] = {7, 6, 8, 7, 6, 7, 8.5};
  int counts[kNumPersonTypes] = {};
  const int people = 4000;
  for (std::uint32_t env = 0; env < people; ++env) {
    feed.begin({31, env, 0});
    const int type = feed.person_type();
    ++counts[type];
    CHECK(static_cast<int>(feed.hidden("person_type")) == type);
    CHECK(feed.state().wake == wakes[type] * 60);
    CHECK(feed.state().end == feed.state().wake + 2 * 1440);
  }
  for (int type = 0; type < kNumPersonTypes; ++type) {
    const double p = config.person.types.share[type] / 8;
    INFO(kPersonTypes[type].name);
    CHECK(std::abs(counts[type] - people * p) <= 3 * std::sqrt(people * p * (1 - p)));
  }
}

TEST_CASE("Types: a person of a kind lives as one with its traits written out", "[env][feed]") {
  const auto stream = mixed_stream(20);
  for (int type = 0; type < kNumPersonTypes; ++type) {
    INFO(kPersonTypes[type].name);
    FeedConfig of_kind = small_feed();
    of_kind.person.types.share = {};
    of_kind.person.types.share[type] = 1;
    FeedConfig written = small_feed();
    kPersonTypes[type].apply(written.person);
    HandFeed a(of_kind, stream), b(written, stream);
    CHECK(a.world().spec().person_types.empty());  // all alike
    const auto ours = story_of(a, {5, 1, 0}).came;
    CHECK(ours.size() > 100);
    CHECK(ours == story_of(b, {5, 1, 0}).came);
  }
}

TEST_CASE("Types: the platform's guess of a person's load rests on the average one's day and cost",
          "[env][feed]") {
  const struct {
    double hour;
    double disturbance;  // of the settings' person
  } pushes[] = {{8.5, 0.3}, {12, 0.8}, {17.5, 0.3}};
  for (const auto& push : pushes) {
    for (int type = 0; type < kNumPersonTypes; ++type) {
      INFO(kPersonTypes[type].name << " at " << push.hour << " h");
      FeedConfig config = uninterested(2);
      config.person.types.share = {};
      config.person.types.share[type] = 1;
      HandFeed feed(config, steady_stream(20));
      const double since = std::max(420.0, feed.state().wake);
      while (feed.state().now < push.hour * 60) feed.show_first(0);
      feed.show_first(2);
      const double before = std::min(30.0, (push.hour * 60 - since) * 5 / 60);
      CHECK(feed.state().estimate ==
            Approx(before - 8.0 / 60 - 64.0 / 60 * push.disturbance).margin(1e-6));
    }
  }
}

// --- running faster

namespace {
/// Pushes an item every 15 min, day and night, to one who reads it.
struct Diet {
  double goodwill = 0, habit = 0, moved = 0;                 // at the end
  double mean_goodwill = 0, mean_habit = 0, mean_moved = 0;  // over the last day
  double value = 0;                                          // of one reading [wsm]
};
Diet diet(double days, double compress) {
  FeedConfig config = one_reading(days);
  config.person.day.wake = 0;
  config.person.day.sleep = 24;
  config.person.attention.kappa = kInfinity;
  config.person.knowledge.minutes_per_topic = kInfinity;  // each reading is worth the same
  config.person.outside_option = 0.1f;
  config.person.drift.rate = 0.0005f;
  config.person.compress = compress;
  HandFeed feed(config, steady_stream(static_cast<int>(days) + 5));
  const double own = feed.hidden("interest_only");
  Diet diet;
  int samples = 0;
  while (!feed.over()) {
    feed.show_first(1);
    diet.value = feed.reward(kValue);
    diet.goodwill = feed.hidden("goodwill");
    diet.habit = feed.hidden("habit");
    diet.moved = feed.hidden("interest_only") - own;
    if (feed.state().now < feed.state().end - kMinutesPerDay) continue;
    ++samples;
    diet.mean_goodwill += diet.goodwill;
    diet.mean_habit += diet.habit;
    diet.mean_moved += diet.moved;
  }
  for (double* mean : {&diet.mean_goodwill, &diet.mean_habit, &diet.mean_moved}) *mean /= samples;
  return diet;
}
}  // namespace

TEST_CASE("Compression: 3 days twenty times faster reach what 60 days reach", "[env][feed]") {
  const Diet plain = diet(60, 1);
  const Diet fast = diet(3, 20);
  REQUIRE(plain.value > 0.1);
  // 96 readings a day, for one time constant of goodwill
  CHECK(plain.goodwill == Approx(96 * (plain.value - 0.4) * (1 - std::exp(-1.0))).epsilon(0.01));
  // steps of 15 min are a 288th of the fast time constant
  CHECK(fast.goodwill == Approx(plain.goodwill).epsilon(0.01));
  CHECK(fast.habit == Approx(plain.habit).epsilon(0.02));
  CHECK(fast.moved == Approx(plain.moved).epsilon(0.01));
}

TEST_CASE("Compression: under a steady diet the mean of each trace stays where it is",
          "[env][feed]") {
  // the fast traces have settled: six time constants of goodwill, and more of the others
  const Diet fast = diet(6, 60);
  CHECK(fast.mean_goodwill == Approx(96 * (fast.value - 0.4)).epsilon(0.02));
  CHECK(fast.mean_habit == Approx(96 * 4.0).epsilon(0.03));
  const double experience = std::clamp(fast.value / 0.4 - 1, -1.0, 1.0);
  CHECK(fast.mean_moved == Approx(96 * 30 * 0.0005 * experience).epsilon(0.02));
}

// --- taking a mechanism out

TEST_CASE("Mechanisms: taken out, none moves its own state", "[env][feed]") {
  const std::map<std::string, std::vector<std::string>> own = {
      {"attention", {"attention_balance", "overload_share"}},
      {"fatigue", {"fatigue", "strain"}},
      {"satiation", {"satiation_"}},
      {"knowledge", {"known_", "knowledge_gap"}},
      {"annoyance", {"log_tolerance"}},
      {"types", {"person_type"}},
      {"drift", {"interest_"}},
  };
  const auto stream = mixed_stream(20);
  for (const Mechanism& mechanism : all_mechanisms()) {
    const auto watched = own.find(mechanism.name);
    if (watched == own.end()) continue;
    INFO(mechanism.name);
    FeedConfig config = small_feed();
    config.person.drift.rate = 0.1f;
    config.person.types.share = {1, 1, 1, 1, 1, 1, 1};
    HandFeed with(config, stream);
    mechanism.remove(config.person);
    HandFeed without(config, stream);
    bool moves = false;
    for (std::uint32_t env = 0; env < 6; ++env) {
      for (const auto& [name, values] : story_of(without, {6, env, 0}, watched->second).watched) {
        INFO(name);
        CHECK(values.size() == 1);
      }
      for (const auto& [name, values] : story_of(with, {6, env, 0}, watched->second).watched)
        moves |= values.size() > 1;
    }
    // who a person is does not change while he lives
    CHECK(moves == (mechanism.name != "annoyance" && mechanism.name != "types"));
  }
}

TEST_CASE("Mechanisms: taken out, none of their other settings changes anything", "[env][feed]") {
  // the settings that only matter through the one that is neutral
  const std::map<std::string, std::vector<std::pair<std::string, double>>> others = {
      {"attention",
       {{"attention.reference", 1},
        {"attention.most", 2},
        {"attention.glance", 60},
        {"attention.lost_cost", 1},
        {"interruptions.cost", 600},
        {"fatigue.refill", 1}}},
      {"fatigue",
       {{"fatigue.recovery", 1},
        {"fatigue.rest", 1},
        {"fatigue.pull", 9},
        {"fatigue.leave", 1},
        {"fatigue.refill", 1}}},
      {"temptation", {{"temptation.tau", 5}}},
      {"satiation", {{"satiation.tau", 5}}},
      {"knowledge", {{"forgetting.half_life", 5}}},
      {"liking", {{"liking.threshold", 0}}},
      {"returning",
       {{"sessions.bound", 0},
        {"sessions.commute", 9},
        {"goodwill.pull", 9},
        {"goodwill.tau", 1},
        {"habit.strength", 1},
        {"habit.baseline", 1},
        {"temptation.impulse", 9},
        {"annoyance.discouragement", 9}}},
      {"goodwill", {{"goodwill.tau", 0.1}}},
      {"habit", {{"habit.baseline", 1}, {"habit.tau", 0.1}}},
      {"annoyance",
       {{"annoyance.tau", 0.1}, {"annoyance.spread", 3}, {"annoyance.patience", 0.001}}},
      {"drift", {{"drift.tau", 0.1}}},
      {"adverts", {{"adverts.minutes", 9}, {"adverts.stay", 0}, {"adverts.from", 1}}},
  };
  const auto stream = mixed_stream(20);
  for (const Mechanism& mechanism : all_mechanisms()) {
    const auto found = others.find(mechanism.name);
    if (found == others.end()) continue;
    FeedConfig config = small_feed();
    config.person.liking.threshold = 0.1f;  // so that some are liked in so short a time
    config.person.liking.probability = 0.9f;
    HandFeed with(config, stream);
    mechanism.remove(config.person);
    HandFeed without(config, stream);
    bool matters = false;
    for (const auto& [key, value] : found->second) {
      INFO(mechanism.name << ", " << key);
      FeedConfig changed = config;
      set_number(changed.person, key, value);
      HandFeed other(changed, stream);
      for (std::uint32_t env = 0; env < 3; ++env) {
        const auto story = story_of(without, {8, env, 0}).came;
        CHECK(story == story_of(other, {8, env, 0}).came);
        matters |= story != story_of(with, {8, env, 0}).came;
      }
    }
    INFO(mechanism.name);
    CHECK(matters == mechanism.by_default);
  }
}

// --- extremes

TEST_CASE("Person: with any setting at an end of its range all numbers keep theirs",
          "[env][feed]") {
  const auto stream = mixed_stream(20);
  for (const PersonSetting& leaf : leaves_of(Person{})) {
    if (leaf.high < leaf.low) continue;
    for (const double value : {leaf.low, leaf.high}) {
      FeedConfig config = small_feed();
      config.days = 1;
      config.person.drift.rate = 0.1f;  // so that their other settings count
      config.person.churn.hazard = 0.01;
      config.person.adverts.rate = 0.1;
      config.person.types.share = {1, 1, 1, 1, 1, 1, 1};
      set_number(config.person, leaf.key, value);
      bool allowed = true;
      for (const Config* section :
           {static_cast<const Config*>(&config.person.day), static_cast<const Config*>(&config)})
        section->check([&allowed](std::string_view, const std::string&) { allowed = false; });
      if (!allowed) continue;
      INFO(leaf.key << " = " << value);
      HandFeed feed(config, stream);
      const Spec& spec = feed.world().spec();
      for (std::uint32_t env = 0; env < 4; ++env) {
        feed.begin({9, env, 0});
        std::string wrong;
        std::uint32_t decision = 0;
        for (; !feed.over() && decision < 20000; ++decision) {
          for (const Feature& feature : spec.hidden_features) {
            const float number = feed.hidden(feature.name);
            if (!(number >= feature.low && number <= feature.high))
              wrong = feature.name + " is " + std::to_string(number);
          }
          feed.show(dice_slate(feed, decision));
          for (int part = 0; part < kNumRewards; ++part) {
            if (!(std::abs(feed.reward(part)) < 1e5f)) wrong = spec.rewards[part].name;
          }
          if (!(feed.minutes() >= 0)) wrong = "minutes";
        }
        CHECK(wrong == "");
        CHECK(decision < 20000);
        for (const Feature& metric : spec.metrics) {
          INFO(metric.name);
          const double number = feed.metric(metric.name);
          const bool fine = number >= metric.low && number <= metric.high;
          CHECK((fine || std::isnan(number)));
        }
      }
    }
  }
}

TEST_CASE("Knowledge: of who knows all, no number says that he knows more", "[env][feed]") {
  Stream stream = plain_stream(5, 20, kInfinity, 4, 1);
  stream.topics.clear();
  for (int t = 0; t < kMaxTopics; ++t) stream.topics.push_back("t" + std::to_string(t));
  for (Item& item : stream.items) {
    item.topic[0] = static_cast<std::uint8_t>(item.story % kMaxTopics);
    item.topic[1] = static_cast<std::uint8_t>((item.story + 1) % kMaxTopics);
    item.num_topics = 2;
    item.weight[0] = 0.9f;
    item.weight[1] = 0.1f;
  }
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.attention.kappa = kInfinity;
  config.person.forgetting.half_life = kInfinity;
  config.person.knowledge.minutes_per_topic = 0.5;
  HandFeed feed(config, shared_stream(std::move(stream)));
  for (std::uint32_t env = 0; env < 20; ++env) {
    feed.begin({2, env, 0});
    while (!feed.over()) feed.show_first(1);
    CHECK(feed.hidden("knowledge_gap") >= 0);
    CHECK(feed.hidden("knowledge_gap") < 1e-5);
    CHECK(feed.metric("mean_informedness") <= 1);
  }
}

TEST_CASE("Hidden state: figures that settings drive beyond all bounds are told as the bound",
          "[env][feed]") {
  FeedConfig config = one_reading(3);
  config.person.goodwill.tau = config.person.habit.tau = config.person.annoyance.tau = 0.001;
  config.person.drift.rate = 50;
  config.person.compress = 1e4;
  config.person.sessions.leave_after_reading = 0;  // the next decision comes as he has read
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, steady_stream(20));
  feed.show_first(1);
  for (const Feature& feature : feed.world().spec().hidden_features) {
    INFO(feature.name);
    CHECK(feed.hidden(feature.name) >= feature.low);
    CHECK(feed.hidden(feature.name) <= feature.high);
  }
  CHECK(feed.hidden("habit") == 1e6f);
  CHECK(std::abs(feed.hidden("goodwill")) == 1e6f);
}

}  // namespace infodiet::test
