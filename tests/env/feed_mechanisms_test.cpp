#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"

// What each mechanism does inside the world.

namespace infodiet::test {

namespace {

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
    double minutes = 0;
    while (!feed.over()) {
      feed.show_first(0);
      minutes += static_cast<double>(feed.minutes());
    }
    CHECK(feed.terminated() != feed.truncated());
    churned += feed.terminated();
    if (feed.terminated()) {
      CHECK(feed.metric("churned_at") < 2);
      CHECK(minutes == Approx(2 * 1440));  // the days he is not there count
    } else
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

}  // namespace infodiet::test
