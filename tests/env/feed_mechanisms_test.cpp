#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "env/person/mechanisms.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"
#include "tests/support/person_leaves.hpp"

// What each mechanism does inside the world.

namespace infodiet::test {

namespace {

FeedConfig small_feed() {
  FeedConfig config;
  config.days = 2;
  config.candidates = 8;
  config.slots = 3;
  return config;
}

/// One who reads one item to its end when he is pushed to, and leaves.
FeedConfig one_reading(double days) {
  FeedConfig config = small_feed();
  config.days = days;
  config.person = eager_person();
  config.person.sessions.leave_after_reading = 1;
  return config;
}

/// One whom nothing interests and who never comes by himself.
FeedConfig uninterested(double days) {
  FeedConfig config = one_reading(days);
  config.person.choice.base = -50;
  return config;
}

/// Items of quality 0.8 and 4 min every half hour, fresh for ever.
std::shared_ptr<const Stream> steady_stream(int days) {
  return shared_stream(plain_stream(30, days, kInfinity, 4, 0.8f));
}

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

/// Minutes awake between 7 h and 23 h from the begin of an episode to `at` [d].
double awake_minutes(double at) {
  const double day = std::floor(at);
  return day * 960 + std::min((at - day) * 1440, 960.0);
}

}  // namespace

// --- what one reading does

TEST_CASE("Reading: goodwill, habit and impulse gain what the equations say", "[env][feed]") {
  Stream stream = plain_stream(30, 20, kInfinity, 4, 0.8f);
  for (Item& item : stream.items) item.appeal = 0.7f;
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, shared_stream(std::move(stream)));
  const double worth = feed.hidden("worth_only");
  CHECK(feed.hidden("habit") == 20);
  CHECK(feed.hidden("goodwill") == 0);
  feed.show_first(1);
  REQUIRE(feed.state().now == 424);
  const double value = 20 * worth * (1 - std::exp(-0.16));
  CHECK(feed.hidden("goodwill") == Approx((value - 0.2 * 4) / 60).epsilon(1e-5));
  CHECK(feed.hidden("habit") == Approx(20 * std::exp(-4.0 / (18 * 1440)) + 4.0 / 18).epsilon(1e-6));
  CHECK(feed.hidden("impulse") == Approx(std::exp(0.35) * 60 / 120).epsilon(1e-5));
  // and of a second one, 4 min later, of which less is new
  feed.show_first(1);
  const double known = (1 - std::exp(-0.16)) * std::exp2(-4.0 / 1440);
  const double second = 20 * worth * (1 - known) * (1 - std::exp(-0.16));
  CHECK(feed.reward(kValue) == Approx(second).epsilon(1e-5));
  CHECK(feed.hidden("goodwill") ==
        Approx((value - 0.8) / 60 * std::exp(-4.0 / (60 * 1440)) + (second - 0.8) / 60)
            .epsilon(1e-4));
  CHECK(feed.hidden("impulse") ==
        Approx(std::exp(0.35) / 2 * (1 + std::exp(-4.0 / 120))).epsilon(1e-5));
}

TEST_CASE("Reading: the rate of return afterwards is made of gap, habit, impulse and goodwill",
          "[env][feed]") {
  Stream stream = plain_stream(30, 20, kInfinity, 4, 0.8f);
  for (Item& item : stream.items) item.appeal = 0.7f;
  FeedConfig config = one_reading(2);
  // he returns, but so rarely that pushes come first
  config.person.goodwill.tau = 0.5;  // so that it fades in 11 min
  config.person.sessions.base = 0.004;
  config.person.sessions.pull = 0.003;
  config.person.sessions.bound = 1e-9;
  HandFeed bounded(config, shared_stream(stream));
  config.person.sessions.bound = 10;
  config.person.annoyance.tolerance = 1e9;
  HandFeed feed(config, shared_stream(stream));
  const double worth = feed.hidden("worth_only");
  feed.show_first(1);
  bounded.show_first(1);
  // read until 424; the segment of the pending push began at 435
  REQUIRE(feed.state().now == 435);
  REQUIRE(feed.state().settled == 435);
  const double gap = 1 - (1 - std::exp(-0.16)) * std::exp2(-11.0 / 1440);
  const double value = 20 * worth * (1 - std::exp(-0.16));
  const double day = 1440;
  const double h =
      std::pow((20 * std::exp(-15 / (18 * day)) + 4.0 / 18 * std::exp(-11 / (18 * day))) / 20, 0.6);
  const double urge = 0.1 * std::exp(0.35) / 2 * std::exp(-11.0 / 120) +
                      1.1 * (value - 0.8) / 0.5 * std::exp(-11 / (0.5 * day));
  const double rate = (0.004 + 0.003 * gap) / 960 * h;
  CHECK(feed.state().back.rate == Approx(rate * std::exp(urge)).epsilon(1e-5));
  CHECK(bounded.state().back.rate == Approx(rate).epsilon(1e-5));
  CHECK(feed.state().gone.rate == 0);
}

TEST_CASE("Reading: satiation and interests gain by topic, and fade from its end on",
          "[env][feed]") {
  Stream stream = plain_stream(30, 20, kInfinity, 4, 0.8f);
  stream.topics = {"much", "little", "none"};
  for (Item& item : stream.items) {
    item.num_topics = 2;
    item.topic[1] = 1;
    item.weight[0] = 0.7f;
    item.weight[1] = 0.3f;
  }
  FeedConfig config = one_reading(2);
  config.person.satiation.cost = 0.5f;
  config.person.drift.rate = 0.2f;
  config.person.outside_option = 0.1f;
  HandFeed feed(config, shared_stream(std::move(stream)));
  std::map<std::string, double> before;
  for (const char* topic : {"much", "little", "none"})
    before[topic] = feed.hidden(std::string("interest_") + topic);
  feed.show_first(1);
  REQUIRE(feed.state().now == 435);  // 11 min after the reading
  const double value = feed.reward(kValue);
  const double moved = 0.2 * std::clamp(value / 0.4 - 1, -1.0, 1.0) * std::exp(-11.0 / 43200);
  const double left = std::exp(-11.0 / 120);
  CHECK(feed.hidden("satiation_much") == Approx(0.7 * left).epsilon(1e-5));
  CHECK(feed.hidden("satiation_little") == Approx(0.3 * left).epsilon(1e-5));
  CHECK(feed.hidden("satiation_none") == 0);
  REQUIRE(std::abs(moved) > 0.01);
  CHECK(feed.hidden("interest_much") - before["much"] == Approx(0.7 * moved).epsilon(1e-4));
  CHECK(feed.hidden("interest_little") - before["little"] == Approx(0.3 * moved).epsilon(1e-4));
  CHECK(feed.hidden("interest_none") == before["none"]);
  CHECK(feed.metric("mean_influence") ==
        Approx(std::abs(moved) * std::sqrt(0.49 + 0.09)).epsilon(1e-4));
}

TEST_CASE("Drift: worth more than elsewhere draws him on, worth less puts him off, and both fade",
          "[env][feed]") {
  FeedConfig config = one_reading(20);
  config.person.drift.rate = 0.2f;
  for (const float outside : {0.0f, 1.0f}) {
    config.person.outside_option = outside;
    HandFeed feed(config, steady_stream(40));
    const double own = feed.hidden("interest_only");
    feed.show_first(1);
    const double moved = feed.hidden("interest_only") - own;
    CHECK((outside > 0 ? moved < -0.01 : moved > 0.01));
    const double at = feed.state().now;
    while (feed.state().now < 15 * kMinutesPerDay) feed.show_first(0);
    const double left = std::exp(-(feed.state().now - at) / 43200);
    CHECK(feed.hidden("interest_only") - own == Approx(moved * left).epsilon(1e-3));
  }
}

TEST_CASE("Adverts: none before their day, and from then on they cut readings and take time",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 4;
  const auto stream = mixed_stream(20);
  HandFeed without(config, stream);
  config.person.adverts.rate = 2;
  config.person.adverts.minutes = 0.25;
  config.person.adverts.from = 2;
  HandFeed with(config, stream);
  int before = 0;
  for (std::uint32_t decision = 0; with.state().now < 420 + 2 * kMinutesPerDay; ++decision) {
    REQUIRE(with.state().now == without.state().now);
    with.show(dice_slate(with, decision));
    without.show(dice_slate(without, decision));
    before += with.feedback(0)[1] > 0;
    for (int slot = 0; slot < 3; ++slot)
      REQUIRE(with.feedback(slot)[2] == without.feedback(slot)[2]);
  }
  CHECK(before > 3);
  REQUIRE(with.hidden("knowledge_gap") == without.hidden("knowledge_gap"));

  // one who would always read 4 min: 2 adverts a minute, of which he sits through nine in ten
  config = one_reading(200);
  config.push_interval = 60;
  config.person.attention.kappa = kInfinity;
  config.person.adverts.rate = 2;
  config.person.adverts.minutes = 0.25;
  HandFeed feed(config, shared_stream(plain_stream(300, 240, kInfinity, 4, 0.8f)));
  double read = 0;
  int readings = 0;
  while (readings < 3000) {
    const double start = feed.state().now;
    feed.show_first(1);
    const double minutes = feed.feedback(0)[2];
    CHECK(minutes <= 4);
    CHECK(feed.state().read_at - start == Approx(1.5 * minutes).epsilon(1e-4));
    read += minutes;
    ++readings;
  }
  // min(4, T) with T ~ Exp(0.2): mean (1 - e^-0.8) / 0.2 = 2.753, sd 1.39
  CHECK(std::abs(read / readings - (1 - std::exp(-0.8)) / 0.2) < 3 * 1.39 / std::sqrt(readings));
}

TEST_CASE("Adverts: a reading cut short counts by what was read of it, its cost by all its time",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.attention.kappa = kInfinity;
  config.person.adverts.rate = 2;
  config.person.adverts.minutes = 0.25;
  config.person.adverts.stay = 0.5;  // he reads for 1 min on average
  config.person.drift.rate = 0.2f;
  config.person.outside_option = 0.25f;
  HandFeed feed(config, steady_stream(20));
  int cut = 0;
  for (std::uint32_t env = 0; env < 10; ++env) {
    feed.begin({14, env, 0});
    const double worth = feed.hidden("worth_only");
    const double own = feed.hidden("interest_only");
    feed.show_first(1);
    const double minutes = feed.feedback(0)[2];
    cut += minutes < 4;
    REQUIRE(feed.state().now == Approx(420 + 1.5 * minutes));
    const double value = 20 * worth * (1 - std::exp(-0.8 * minutes / 20));
    const double outside = 0.25 * 1.5 * minutes;
    CHECK(feed.reward(kValue) == Approx(value).epsilon(1e-5));
    CHECK(feed.reward(kRegret) == Approx(std::max(0.0, outside - value)).margin(1e-5));
    CHECK(feed.hidden("goodwill") == Approx((value - outside) / 60).epsilon(1e-4));
    CHECK(feed.hidden("habit") ==
          Approx(20 * std::exp(-1.5 * minutes / (18 * 1440)) + minutes / 18).epsilon(1e-5));
    const double moved = 0.2 * minutes / 4 * std::clamp(value / outside - 1, -1.0, 1.0);
    CHECK(feed.hidden("interest_only") - own == Approx(moved).epsilon(1e-3).margin(1e-5));
  }
  CHECK(cut >= 5);
}

// --- silence and noise

TEST_CASE("Annoyance: each unwanted push adds 7 d / tau, an empty one nothing", "[env][feed]") {
  FeedConfig config = uninterested(2);
  config.person.annoyance.tolerance = 1e30;  // an opt-out hazard, however small, to look at
  config.person.annoyance.tau = 3.5;
  config.person.annoyance.spread = 0;
  HandFeed feed(config, steady_stream(20));
  double n = 0;
  for (int push = 0; push < 40; ++push) {
    REQUIRE(feed.state().is_push == 1);
    const bool empty = push % 3 == 1;
    feed.show_first(empty ? 0 : 2);
    if (!empty) n += 2;
    n *= std::exp(-15 / (3.5 * 1440));
    CHECK(feed.hidden("annoyance") == Approx(n).epsilon(2e-5));
  }
  CHECK(feed.metric("unwanted_pushes") == 27);
}

TEST_CASE("Annoyance: far beyond his tolerance a person opts out after `patience` on average",
          "[env][feed]") {
  // pushes that end where the cells of the clock do, and pushes that cut them
  const double interval = GENERATE(60, 4);
  FeedConfig config = uninterested(60);
  config.person.annoyance.tolerance = 0.01;
  config.person.annoyance.spread = 0;
  config.push_interval = interval;
  HandFeed feed(config, steady_stream(100));
  const int people = 250;
  double sum = 0;
  for (std::uint32_t env = 0; env < people; ++env) {
    feed.begin({21, env, 0});
    double last = 0;
    while (feed.state().opted_out == 0) {
      last = feed.state().now;
      REQUIRE_FALSE(feed.over());
      feed.show_first(1);
    }
    const double at = feed.metric("opted_out_at");
    CHECK(at * 1440 + 420 > last);
    CHECK(at * 1440 + 420 <= feed.state().now);
    sum += awake_minutes(at);
    CHECK(feed.terminated() == false);
    CHECK(feed.metric("opted_out_share") == 1);
    CHECK(std::isnan(feed.metric("churned_at")));
  }
  // exponential, with mean and deviation 3 d of 1440 min awake and away
  CHECK(std::abs(sum / people - 4320) < 3 * 4320 / std::sqrt(people));
}

TEST_CASE("Churn: it ends the episode for good, after 1 / hazard waking days on average",
          "[env][feed]") {
  // one who is left alone, and one whose day is cut into pieces by pushes that he does not want
  const int shown = GENERATE(0, 1);
  FeedConfig config = uninterested(200);
  config.push_interval = shown > 0 ? 4 : 15;
  config.person.churn.hazard = 0.2;
  HandFeed feed(config, steady_stream(240));
  const int people = 250;
  double sum = 0;
  for (std::uint32_t env = 0; env < people; ++env) {
    feed.begin({22, env, 0});
    while (!feed.over()) feed.show_first(shown);
    CHECK(feed.terminated());
    CHECK_FALSE(feed.truncated());
    CHECK(feed.metric("churned_share") == 1);
    const double at = feed.metric("churned_at");
    CHECK(at * 1440 + 420 == Approx(feed.state().now));
    sum += awake_minutes(at);
    // nothing happens any more
    const double now = feed.state().now;
    feed.show_first(0);
    CHECK(feed.state().now == now);
    CHECK(feed.terminated());
  }
  CHECK(std::abs(sum / people - 4800) < 3 * 4800 / std::sqrt(people));
}

TEST_CASE("Churn: who would leave after the episode's length has not left", "[env][feed]") {
  FeedConfig config = uninterested(2);
  config.push_interval = 1440;  // at midnight: nothing wakes him, so time runs on to the third day
  config.person.churn.hazard = 0.3;
  HandFeed feed(config, steady_stream(20));
  const int people = 2000;
  int churned = 0;
  for (std::uint32_t env = 0; env < people; ++env) {
    feed.begin({23, env, 0});
    while (!feed.over()) feed.show_first(0);
    CHECK(feed.terminated() != feed.truncated());
    churned += feed.terminated();
    if (feed.terminated())
      CHECK(feed.metric("churned_at") < 2);
    else
      CHECK(std::isnan(feed.metric("churned_at")));
  }
  const double expected = 1 - std::exp(-0.6);
  CHECK(std::abs(churned / double(people) - expected) <
        3 * std::sqrt(expected * (1 - expected) / people));
}

TEST_CASE("Churn: it and opting out are dice of their own", "[env][feed]") {
  FeedConfig config = uninterested(60);
  config.person.annoyance.tolerance = 0.01;
  config.person.annoyance.spread = 0;
  config.person.churn.hazard = 960.0 / 4320;  // both once in 3 d of 1440 min
  HandFeed feed(config, steady_stream(100));
  const int people = 400;
  int opted_out = 0;
  for (std::uint32_t env = 0; env < people; ++env) {
    feed.begin({24, env, 0});
    while (!feed.over() && feed.state().opted_out == 0) feed.show_first(1);
    opted_out += feed.state().opted_out;
  }
  CHECK(std::abs(opted_out - people / 2.0) < 3 * std::sqrt(people / 4.0));
}

TEST_CASE("Churn: goodwill keeps him, by its hazard", "[env][feed]") {
  FeedConfig config = one_reading(2);
  config.person.churn.hazard = 1e-6;
  config.person.goodwill.tau = 0.5;  // so that one reading counts, and fades in 11 min
  HandFeed feed(config, steady_stream(20));
  feed.show_first(1);
  REQUIRE(feed.state().now == 435);
  const double goodwill = feed.hidden("goodwill");
  REQUIRE(std::abs(goodwill) > 0.5);
  REQUIRE(std::abs(goodwill) < 10);
  CHECK(feed.state().gone.rate == Approx(1e-6 * std::exp(-goodwill) / 960).epsilon(1e-4));
}

TEST_CASE("Fatigue: a break mends one part, and only the night clears strain", "[env][feed]") {
  FeedConfig config = one_reading(3);
  config.person.fatigue = {};
  HandFeed feed(config, steady_stream(20));
  feed.show_first(1);
  REQUIRE(feed.state().now == 435);
  const double strain = 1 - std::exp(-4.0 / 2000);
  const double fatigue = 1 - std::exp(-4.0 / 90);
  CHECK(feed.hidden("strain") == Approx(strain).epsilon(1e-4));
  CHECK(feed.hidden("fatigue") == Approx(fatigue * std::exp(-11.0 / 30)).epsilon(1e-4));
  while (feed.state().now < 1379 - 15) feed.show_first(0);
  CHECK(feed.hidden("strain") == Approx(strain).epsilon(1e-4));
  while (feed.state().now < 1440) feed.show_first(0);
  REQUIRE(feed.state().now == 1440 + 420);
  CHECK(feed.hidden("strain") == Approx(strain * std::exp(-480.0 / 300)).epsilon(1e-4));
}

TEST_CASE("Fatigue: attention refills slower by its share of what is left of him", "[env][feed]") {
  FeedConfig config = one_reading(3);
  config.person.fatigue.rise = 2;
  config.person.fatigue.strain = 4;
  config.person.fatigue.recovery = 1e7;
  HandFeed feed(config, steady_stream(20));
  feed.show_first(1);
  REQUIRE(feed.state().now == 435);
  const double phi = 1 - std::exp(-4.0 / 2) * std::exp(-4.0 / 4);
  const double read = -0.32 - 4.0 / 60 - 4 * (1 - 5.0 / 60);  // rested when he began to read
  CHECK(feed.hidden("attention_balance") ==
        Approx(read + 11 * 5.0 / 60 * (1 - 0.5 * phi)).epsilon(1e-4));
}

// --- each item by itself

TEST_CASE("Choice: items answered each by itself are all read, in order, with their own feedback",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.choice.rule = "each";
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, steady_stream(20));
  const double worth = feed.hidden("worth_only");
  const int slate[] = {5, 2, 7};
  std::vector<std::uint32_t> ids;
  for (const int place : slate)
    ids.push_back(static_cast<std::uint32_t>(feed.feed().candidates[place]));
  feed.show(slate);
  CHECK(feed.minutes() == 12);
  CHECK(feed.reward(kEngagement) == 3);
  CHECK(feed.metric("sessions") == 1);
  for (int slot = 0; slot < 3; ++slot) {
    CHECK(feed.feedback(slot)[0] == 1);
    CHECK(feed.feedback(slot)[1] == 1);
    CHECK(feed.feedback(slot)[2] == 4);
    CHECK(feed.feed().reads[slot] == ids[slot]);
    CHECK(feed.feed().events[slot].item == ids[slot]);
    CHECK(feed.feed().events[slot].clicked == 1);
    CHECK(feed.feed().events[slot].time == 420);
  }
  // the second teaches what the first left, which has aged by its 4 min
  double known = 0, value = 0;
  for (int reading = 0; reading < 3; ++reading) {
    known *= std::exp2(-4.0 / 1440);
    value += 20 * worth * (1 - known) * (1 - std::exp(-0.16));
    known += (1 - known) * (1 - std::exp(-0.16));
  }
  CHECK(feed.reward(kValue) == Approx(value).epsilon(1e-5));
}

TEST_CASE("Choice: answered each by itself, items respond with sigma(U), whatever else is there",
          "[env][feed]") {
  FeedConfig config = one_reading(400);
  config.push_interval = 60;
  config.slots = 6;  // more than one block of dice
  config.candidates = 16;
  config.repeats = true;
  config.person.choice.rule = "each";
  config.person.choice.base = 1;
  config.person.choice.interest = config.person.choice.worth = 0;
  config.person.choice.position = 1;
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, shared_stream(plain_stream(300, 450, kInfinity, 0.01f, 0)));
  const int decisions = 6000;
  double clicks[6] = {};
  const int pairs[][2] = {{1, 2}, {0, 4}, {0, 5}};
  double both[3] = {};
  for (int i = 0; i < decisions; ++i) {
    REQUIRE_FALSE(feed.over());
    feed.show_first(6);
    for (int slot = 0; slot < 6; ++slot) clicks[slot] += feed.feedback(slot)[1] > 0;
    for (int pair = 0; pair < 3; ++pair)
      both[pair] += feed.feedback(pairs[pair][0])[1] > 0 && feed.feedback(pairs[pair][1])[1] > 0;
  }
  const auto chance = [](int rank) { return 1 / (1 + std::exp(-1.0) * (1 + rank)); };
  for (int slot = 0; slot < 6; ++slot) {
    const double p = chance(slot);
    INFO("slot " << slot);
    CHECK(std::abs(clicks[slot] / decisions - p) < 3 * std::sqrt(p * (1 - p) / decisions));
  }
  for (int pair = 0; pair < 3; ++pair) {
    const double p = chance(pairs[pair][0]) * chance(pairs[pair][1]);
    INFO("slots " << pairs[pair][0] << " and " << pairs[pair][1]);
    CHECK(std::abs(both[pair] / decisions - p) < 3 * std::sqrt(p * (1 - p) / decisions));
  }
}

// --- kinds of people

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
  for (const Leaf& leaf : leaves_of(Person{})) {
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
