#include <cmath>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"

namespace infodiet::test {

namespace {
/// What must not change with how often the agent is asked.
struct Moment {
  double now, balance, back_left;
  float known, annoyance;
  std::uint32_t choices, dwells, leaves, reads;
  bool operator==(const Moment&) const = default;
};
Moment moment(const FeedState& s) {
  return {s.now,     s.balance, s.back.left, s.known, s.annoyance,
          s.choices, s.dwells,  s.leaves,    s.reads};
}

/// Feed decisions of an agent that never pushes and shows `shown` items when the person looks.
std::vector<Moment> feed_decisions(double push_interval, int shown, std::uint32_t env) {
  FeedConfig config;
  config.days = 4;
  config.push_interval = push_interval;
  static const auto stream = shared_stream(plain_stream(11, 40, 700, 3, 0.6f));
  HandFeed feed(config, stream, {7, env, 0});
  std::vector<Moment> moments;
  // up to a fixed time: where an episode ends may depend on when there is a decision
  while (feed.state().now < 3.5 * kMinutesPerDay) {
    if (feed.state().is_push) {
      feed.show_first(0);
    } else {
      moments.push_back(moment(feed.state()));
      feed.show_first(shown);
    }
  }
  return moments;
}
}  // namespace

TEST_CASE("FeedWorld: one push, chosen and read, equals the hand-worked numbers", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  HandFeed feed(config, shared_stream(plain_stream(30, 20, 240, 4, 0.8f)));

  // the day starts at 7 h with a push decision
  REQUIRE(feed.state().now == 420);
  REQUIRE(feed.state().is_push == 1);
  const double offered = feed.feed().candidates[7];  // the newest, which arrived at 7 h
  REQUIRE(feed.world().stream().items[static_cast<std::size_t>(offered)].arrival ==
          feed.stream_now());
  const double worth = feed.hidden("worth_only");

  const int newest[] = {7};
  feed.show(newest);

  // Attention: at 7 h the person is idle (0.3), so the push costs 64/60 * 0.3 = 0.32 am and the
  // glance 4/60 = 0.0667; reading for 4 min costs 4 and regains 4 * 5/60 = 1/3.
  const double before = -0.32 - 4.0 / 60;
  const double after = before - 4 * (1 - 5.0 / 60);
  CHECK(feed.state().balance == Approx(after).margin(1e-9));
  // Overload: the share rises linearly from -before/10 to -after/10 over 4 min.
  CHECK(feed.reward(kOverload) == Approx(4 * (-before - after) / 2 / 10).epsilon(1e-6));
  // Value: quality 0.8, fresh, 4 min on one topic: 20 w (1 - exp(-0.8 * 4 / 20)).
  CHECK(feed.reward(kValue) == Approx(20 * worth * (1 - std::exp(-0.16))).epsilon(1e-5));
  CHECK(feed.hidden("known_only") == Approx(1 - std::exp(-0.16)).epsilon(1e-5));
  CHECK(feed.hidden("knowledge_gap") == Approx(std::exp(-0.16)).epsilon(1e-5));
  CHECK(feed.reward(kRegret) ==
        Approx(std::max(0.0, 0.25 * 4 - 20 * worth * (1 - std::exp(-0.16)))).margin(1e-5));
  CHECK(feed.reward(kEngagement) == 1);
  CHECK(feed.reward(kInterruption) == 1);
  // He stays: a feed decision when the reading ends, and the item is not offered again.
  CHECK(feed.minutes() == 4);
  CHECK(feed.state().now == 424);
  CHECK(feed.state().is_push == 0);
  CHECK(feed.feedback(0)[0] == 1);
  CHECK(feed.feedback(0)[1] == 1);
  CHECK(feed.feedback(0)[2] == 4);
  for (int i = 0; i < 8; ++i) CHECK(feed.feed().candidates[i] != static_cast<int>(offered));
}

TEST_CASE("FeedWorld: a push that nobody wants annoys, and the person stays away", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.choice.base = -50;
  HandFeed feed(config, shared_stream(plain_stream(30, 20, 240, 4, 0.8f)));
  feed.show_first(2);
  // 7 d / tau = 1 per unwanted push, fading over 15 min
  CHECK(feed.hidden("annoyance") == Approx(std::exp(-15.0 / 10080)).epsilon(1e-5));
  CHECK(feed.metric("unwanted_pushes") == 1);
  CHECK(feed.metric("sessions") == 0);
  CHECK(feed.state().now == 435);
  CHECK(feed.state().is_push == 1);
  // 0.32 + 2 glances of 4 s, regained at 5/60 a minute
  CHECK(feed.state().balance == Approx(-0.32 - 8.0 / 60 + 15 * 5.0 / 60).margin(1e-9));
}

TEST_CASE("FeedWorld: items that do not register are lost with probability o", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 200;
  config.push_interval = 240;  // the balance recovers in between
  config.person = eager_person();
  config.person.choice.base = -50;
  config.person.day = {};
  config.person.interruptions.cost = 0;
  config.person.attention.kappa = 1;
  config.person.attention.glance = 300;  // 3 items: 15 am; 4 h give 4 am back
  HandFeed feed(config, shared_stream(plain_stream(60, 240, 1440, 4, 0.8f)));
  double expected = 0;
  double variance = 0;
  while (!feed.truncated()) {
    const double o = feed.hidden("overload_share");
    expected += 3 * o;
    variance += 3 * o * (1 - o);
    feed.show_first(3);
  }
  REQUIRE(variance > 100);
  CHECK(std::abs(feed.metric("items_lost") - expected) < 3 * std::sqrt(variance));
}

TEST_CASE("FeedWorld: what is read decays by the half-life of knowledge", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.sessions.leave_after_reading = 1;
  HandFeed feed(config, shared_stream(plain_stream(30, 20, 240, 4, 0.8f)));
  feed.show_first(1);
  const double known = static_cast<double>(feed.state().known);
  const double read_at = feed.state().read_at;
  while (feed.state().now < 420 + 1440) feed.show_first(0);
  const double hours = (feed.state().now - read_at) / 60;
  CHECK(feed.hidden("known_only") == Approx(known * std::exp2(-hours / 24)).epsilon(1e-5));
}

TEST_CASE("FeedWorld: with knowledge off, value is quality times minutes times worth",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.knowledge.minutes_per_topic = kInfinity;
  config.person.attention.kappa = kInfinity;
  config.person.sessions.pull = 1;
  HandFeed feed(config, shared_stream(plain_stream(30, 20, kInfinity, 4, 0.8f)));
  const double worth = feed.hidden("worth_only");
  for (int i = 0; i < 5; ++i) {
    feed.show_first(1);
    CHECK(feed.reward(kValue) == Approx(0.8 * 4 * worth).epsilon(1e-5));
    CHECK(feed.hidden("knowledge_gap") == 1);
  }
}

TEST_CASE("FeedWorld: with unlimited attention nothing is ever overload", "[env][feed]") {
  FeedConfig config = small_feed();
  config.push_interval = 1;
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, shared_stream(plain_stream(10, 20, 240, 4, 0.8f)));
  while (!feed.truncated()) {
    feed.show_first(3);
    REQUIRE(feed.reward(kOverload) == 0);
  }
  CHECK(feed.metric("items_lost") == 0);
  CHECK(feed.metric("items_shown") > 1000);
}

TEST_CASE("FeedWorld: how often the agent is asked changes nothing of the person", "[env][laws]") {
  const int shown = GENERATE(0, 3);
  for (std::uint32_t env = 0; env < 8; ++env) {
    const auto rarely = feed_decisions(240, shown, env);
    REQUIRE(rarely.size() > 5);
    CHECK(rarely == feed_decisions(15, shown, env));
    CHECK(rarely == feed_decisions(7, shown, env));
    CHECK(rarely == feed_decisions(1, shown, env));
  }
}

TEST_CASE("FeedWorld: who is shown nothing gets no value and no overload", "[env][laws]") {
  FeedConfig config = small_feed();
  const auto stream = shared_stream(plain_stream(11, 40, 700, 3, 0.6f));
  for (std::uint32_t env = 0; env < 20; ++env) {
    HandFeed feed(config, stream, {3, env, 0});
    while (!feed.truncated()) {
      feed.show_first(0);
      for (int part = 0; part < kNumRewards; ++part) REQUIRE(feed.reward(part) == 0);
    }
    CHECK(feed.metric("sessions") > 0);
  }
}

TEST_CASE("FeedWorld: an unanswered person returns at the rate of his knowledge gap",
          "[env][feed]") {
  // with nothing read G = 1, so the rate is (5 + 1) per 16 h; one visit ends at once; without
  // habit, which would fade in 100 days
  FeedConfig config = small_feed();
  config.days = 100;
  config.person.habit.strength = 0;
  config.person.sessions.leave_after_nothing = 1;
  const auto stream = shared_stream(plain_stream(60, 140, 700, 3, 0.6f));
  double sessions = 0;
  const int people = 20;
  for (std::uint32_t env = 0; env < people; ++env) {
    HandFeed feed(config, stream, {5, env, 0});
    while (!feed.truncated()) feed.show_first(0);
    sessions += feed.metric("sessions");
  }
  // one return in a cell of 15 min at most: 1 - exp(-r) instead of r = 6/64 a cell
  const double expected = people * 100 * 64 * (1 - std::exp(-6.0 / 64));
  CHECK(std::abs(sessions - expected) < 3 * std::sqrt(expected));
}

TEST_CASE("FeedWorld: nobody looks or is pushed while asleep, and sleep ends a session",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 20;
  config.person = eager_person();  // never leaves: only sleep ends his sessions
  const auto stream = shared_stream(plain_stream(5, 40, 240, 25, 0.8f));
  HandFeed feed(config, stream);
  int nights = 0;
  double last = feed.state().now;
  while (!feed.truncated()) {
    feed.show_first(1);
    const double now = feed.state().now;
    const double minute = now - 1440 * std::floor(now / 1440);
    REQUIRE(minute >= 420);
    REQUIRE(minute < 1380);
    if (std::floor(now / 1440) > std::floor(last / 1440)) {
      ++nights;
      CHECK(minute == 420);  // the first decision of the morning is a push
      CHECK(feed.state().is_push == 1);
    }
    last = now;
  }
  CHECK(nights == 20);
  CHECK(feed.state().now >= feed.state().end);
}

TEST_CASE("FeedWorld: every minute from the first waking on is told, also before a decision",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.push_interval = 1440;  // midnight: he is asleep, so only he himself brings decisions
  HandFeed feed(config, shared_stream(plain_stream(60, 30, 700, 3, 0.6f)), {4, 1, 0});
  REQUIRE(feed.state().now > 430);
  double minutes = 0;
  while (!feed.truncated()) {
    feed.show_first(0);
    minutes += static_cast<double>(feed.minutes());
  }
  CHECK(minutes == Approx(feed.state().now - 420).epsilon(1e-6));
}

TEST_CASE("FeedWorld: an episode over before its first decision asks for none", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 1;
  config.push_interval = 1440;
  config.person = eager_person();  // never comes by himself
  HandFeed feed(config, shared_stream(plain_stream(60, 30, 700, 3, 0.6f)));
  CHECK(feed.state().num_candidates == 0);
  feed.show_first(0);
  CHECK(feed.truncated());
  for (int part = 0; part < kNumRewards; ++part) CHECK(feed.reward(part) == 0);
  // the day, the one in which nothing came, and what was left of a cell of the clock
  CHECK(feed.minutes() >= 2880);
  CHECK(feed.minutes() <= 2895);
}

TEST_CASE("FeedWorld: who never sleeps is asked at every multiple, midnight too", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 3;
  config.person.day.wake = 0;
  config.person.day.sleep = 24;
  config.person.sessions.base = config.person.sessions.pull = 0;
  HandFeed feed(config, shared_stream(plain_stream(60, 30, 700, 3, 0.6f)));
  int pushes = 0;
  while (!feed.truncated()) {
    CHECK(feed.state().now == pushes * 15);
    pushes += feed.state().is_push;
    feed.show_first(0);
  }
  CHECK(pushes == 3 * 96);

  // and no night ends his session
  config.person = eager_person();
  config.person.day.wake = 0;
  config.person.day.sleep = 24;
  config.person.attention.kappa = kInfinity;
  HandFeed awake(config, shared_stream(plain_stream(3, 30, 700, 30, 0.6f)));
  while (!awake.truncated()) awake.show_first(1);
  CHECK(awake.metric("sessions") == 1);
}

TEST_CASE("FeedWorld: a reading that ends on a multiple leaves that push in place", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.sessions.leave_after_reading = 1;
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, shared_stream(plain_stream(10, 30, 700, 15, 0.6f)));
  feed.show_first(1);
  CHECK(feed.state().now == 435);
  CHECK(feed.state().is_push == 1);
}

TEST_CASE("FeedWorld: a history shorter than a slate keeps responses with their items",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.history = 1;
  config.person = eager_person();
  config.person.choice.position = 30;  // always the first slot
  HandFeed feed(config, shared_stream(plain_stream(10, 30, 700, 5, 0.6f)));
  feed.show_first(3);
  REQUIRE(feed.feedback(0)[1] == 1);
  CHECK(feed.feed().events[0].rank == 2);
  CHECK(feed.feed().events[0].clicked == 0);
}

TEST_CASE("FeedWorld: of items that all pull beyond measure, each is as likely", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 20;
  config.person = eager_person();
  config.person.choice.base = 50;
  config.person.temptation.appeal = 50;
  config.person.attention.kappa = kInfinity;
  Stream stream = plain_stream(10, 60, 700, 1, 0.6f);
  for (Item& item : stream.items) item.appeal = 2;
  HandFeed feed(config, shared_stream(std::move(stream)));
  int clicks[3] = {};
  for (int i = 0; i < 3000; ++i) {
    feed.show_first(3);
    for (int slot = 0; slot < 3; ++slot) clicks[slot] += feed.feedback(slot)[1] > 0;
  }
  // binomial, p = 1/3: standard error sqrt(3000 * 2/9) = 25.8
  for (const int count : clicks) CHECK(std::abs(count - 1000) < 3 * 25.8);
}

TEST_CASE("FeedWorld: who has opted out gets no more pushes, and the episode goes on",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 40;
  config.person.choice.base = -50;
  config.person.annoyance.spread = 0;
  HandFeed feed(config, shared_stream(plain_stream(30, 60, 240, 4, 0.8f)));
  int pushes_after = 0;
  while (!feed.truncated()) {
    const bool out = feed.state().opted_out != 0;
    if (out) CHECK(feed.state().is_push == 0);
    feed.show_first(1);
    if (out && feed.reward(kInterruption) > 0) ++pushes_after;
  }
  CHECK(feed.metric("opted_out_share") == 1);
  CHECK(pushes_after == 0);
  CHECK(feed.metric("silent_feed") == 0);
  CHECK(feed.state().now >= feed.state().end);
}

TEST_CASE("FeedWorld: an episode that nothing can wake ends a day late", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person.sessions.base = 0;
  config.person.sessions.pull = 0;
  config.person.choice.base = -50;
  config.person.annoyance.patience = 0.001;
  config.person.annoyance.tolerance = 0.01;
  HandFeed feed(config, shared_stream(plain_stream(30, 60, 240, 4, 0.8f)));
  int steps = 0;
  while (!feed.truncated() && ++steps < 1000) feed.show_first(1);
  CHECK(feed.truncated());
  CHECK(feed.state().opted_out == 1);
  CHECK(feed.state().now >= feed.state().end + 1440);
}

TEST_CASE("FeedWorld: a part of a stream too short for an episode is refused", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 19;
  CHECK_THROWS_AS(HandFeed(config, shared_stream(plain_stream(30, 20, 240, 4, 0.8f))), Error);
}

}  // namespace infodiet::test
