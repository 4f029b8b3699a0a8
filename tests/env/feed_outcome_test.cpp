// What showing an item is expected to come to, against what it does come to: the same moment, as a
// copy of the record's bytes, is lived through again and again with other dice.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

#include "env/worlds/feed/expected_reading.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"
#include "tests/support/sanitized.hpp"

namespace infodiet::test {

namespace {

/// Short and long items, of one topic to three, good and bad, attractive and not.
std::shared_ptr<const Stream> mixed_stream() {
  Stream stream = plain_stream(45, 40, 900, 3, 0.6f);
  stream.topics = {"red", "green", "blue"};
  const float lengths[] = {0.4f, 3, 12, 40};
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    Item& item = stream.items[i];
    item.length = lengths[i % 4];
    item.quality = 0.3f + 0.13f * static_cast<float>(i % 5);
    item.appeal = 0.4f * static_cast<float>(i % 3) - 0.3f;
    item.num_topics = static_cast<std::uint8_t>(1 + i % 3);
    for (int j = 0; j < item.num_topics; ++j) {
      item.topic[j] = static_cast<std::uint8_t>((i + j) % 3);
      item.weight[j] = 1.0f / static_cast<float>(item.num_topics);
    }
  }
  return std::make_shared<const Stream>(std::move(stream));
}

/// Every part of the default person, but readily choosing, and with a refill that fatigue leaves
/// alone: what it would do to overload later is not expected (feed_outcome.cpp).
FeedConfig lively_feed() {
  FeedConfig config;
  config.days = 6;
  config.push_interval = 50;  // so that pushes fall inside the cells of the clock too
  config.candidates = 8;
  config.slots = 8;
  config.person.choice.base = 0.5f;
  config.person.fatigue.refill = 0;
  return config;
}

std::vector<ExpectedOutcome> outcomes_of(const HandFeed& feed) {
  std::vector<ExpectedOutcome> outcomes(feed.feed().s.num_candidates);
  REQUIRE(
      feed.world().expected_outcomes(reinterpret_cast<const std::byte*>(&feed.state()), outcomes));
  return outcomes;
}

/// A copy of one moment, which goes its own way.
class Replay {
 public:
  explicit Replay(const HandFeed& feed)
      : world_(feed.world()), lines_(world_.state_bytes() / sizeof(Line)), slate_(16, -1) {
    reward_.resize(world_.spec().rewards.size());
    feedback_.resize(world_.spec().slots * 4);
  }

  /// Comes back to the moment. @param dice  another number throws other dice from here on
  void begin(const HandFeed& feed, std::uint64_t dice) {
    std::memcpy(lines_.data(), &feed.state(), world_.state_bytes());
    state().key.seed = 1000 + dice;
  }
  /// @param position  of a candidate; -1 shows nothing
  void show(int position) {
    slate_[0] = position;
    const int row = 0;
    world_.step({.rows = {&row, 1},
                 .states = reinterpret_cast<std::byte*>(lines_.data()),
                 .slates = slate_.data(),
                 .items = nullptr,
                 .reward = reward_.data(),
                 .minutes = &minutes_,
                 .feedback = feedback_.data(),
                 .terminated = &terminated_,
                 .truncated = &truncated_});
  }
  /// Shows nothing until attention has recovered. @returns the overload-minutes of it
  double recover() {
    double overload = 0;
    while (state().balance < 0 && !state().over) {
      show(-1);
      overload += static_cast<double>(reward_[kOverload]);
    }
    return overload;
  }
  FeedState& state() { return *reinterpret_cast<FeedState*>(lines_.data()); }
  double reward(int part) const { return static_cast<double>(reward_[part]); }
  double clicked() const { return static_cast<double>(feedback_[1]); }
  double minutes_read() const { return static_cast<double>(feedback_[2]); }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  const FeedWorld& world_;
  std::vector<Line> lines_;
  std::vector<std::int32_t> slate_;
  std::vector<float> reward_, feedback_;
  float minutes_ = 0;
  std::uint8_t terminated_ = 0, truncated_ = 0;
};

/// Mean and standard error of what was seen.
struct Seen {
  double sum = 0, squares = 0;
  int count = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++count;
  }
  double mean() const { return sum / count; }
  double error() const {
    return std::sqrt(std::max(0.0, squares / count - mean() * mean()) / (count - 1));
  }
};

/// The pending decision of `feed`, for candidates of each length.
void check_by_dice(const FeedConfig& config, const HandFeed& feed, int lives) {
  const auto expected = outcomes_of(feed);
  const Person& person = config.person;
  const double now = feed.state().now;
  const auto balance = static_cast<double>(feed.hidden("attention_balance"));
  INFO("now " << now << " min, push " << int{feed.state().is_push} << ", A " << balance);
  REQUIRE(!expected.empty());
  Replay replay(feed);
  replay.begin(feed, 0);
  replay.show(-1);
  const double without = replay.reward(kOverload) + replay.recover();
  std::vector<float> done;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const float length =
        feed.world().stream().items[static_cast<std::size_t>(feed.feed().candidates[i])].length;
    if (std::find(done.begin(), done.end(), length) != done.end()) continue;
    done.push_back(length);
    Seen clicks, minutes, value, attention, overload, net;
    bool free = true;  // the balance met neither of its bounds
    for (int life = 0; life < lives; ++life) {
      replay.begin(feed, static_cast<std::uint64_t>(life));
      replay.show(static_cast<int>(i));
      clicks.add(replay.clicked());
      minutes.add(replay.minutes_read());
      value.add(replay.reward(kValue));
      const FeedState& s = replay.state();
      free = free && s.balance > person.attention.least() && s.balance < person.attention.most;
      const double debits =
          balance + person.attention.rate(false, 0) * (s.settled - now) - s.balance;
      attention.add(debits);
      double score =
          -static_cast<double>(person.outside_option) * config.reward.value * (free ? debits : 0);
      const auto parts = config.reward.parts();
      for (int part = 0; part < kNumRewards; ++part) {
        if (part != kOverload)
          score += parts[static_cast<std::size_t>(part)].weight * replay.reward(part);
      }
      const double more = replay.reward(kOverload) + replay.recover() - without;
      overload.add(more);
      net.add(score - config.reward.overload * more);
    }
    INFO("candidate " << i << " of " << length << " min");
    // four standard errors; a little for sums of floats where chance has no part
    const auto agree = [](const char* what, const Seen& seen, double claim) {
      INFO(what << ": expected " << claim << ", seen " << seen.mean() << " +- " << seen.error());
      CHECK(std::abs(seen.mean() - claim) <= 4 * seen.error() + 1e-4 * std::abs(claim) + 1e-4);
    };
    agree("clicks", clicks, expected[i].probability);
    agree("minutes", minutes, expected[i].minutes);
    agree("value", value, expected[i].value);
    agree("overload", overload, expected[i].overload);
    if (!free) continue;
    agree("attention", attention, expected[i].attention);
    agree("net", net, expected[i].net);
  }
  CHECK(done.size() > 1);
}

/// Shows everything on offer until `enough`, then goes on to a decision of the kind wanted.
void live(HandFeed& feed, bool push, const std::function<bool(const HandFeed&)>& enough) {
  for (int step = 0; step < 500 && !enough(feed); ++step)
    feed.show_first(static_cast<int>(std::min<std::uint32_t>(4, feed.state().num_candidates)));
  REQUIRE(enough(feed));
  for (int step = 0; step < 500 && (feed.state().is_push != 0) != push; ++step) feed.show_first(0);
  REQUIRE((feed.state().is_push != 0) == push);
  REQUIRE(!feed.truncated());
}

bool at_once(const HandFeed&) { return true; }
bool in_debt(const HandFeed& feed) { return feed.hidden("overload_share") > 0.3f; }
bool sated(const HandFeed& feed) {
  return feed.state().counts.clicks >= 6 && feed.state().fatigue.recoverable > 0.1f;
}

void soon_forgotten(FeedConfig& config) {
  config.person.choice.base = 3;
  config.person.fatigue.rise = 15;
  config.person.knowledge.minutes_per_topic = 1.5;
  config.person.forgetting.half_life = 20;
}

}  // namespace

TEST_CASE("ExpectedReading: expectations over dwell are those of the Weibull law, cut",
          "[env][feed]") {
  for (const float shape : {0.05f, 0.2f, 0.5f, 0.8f, 1.0f, 1.5f, 2.0f, 5.0f, 20.0f}) {
    for (const float glance_share : {0.05f, 0.125f, 0.25f, 1.0f, 8.0f}) {
      for (const double rate : {0.0, 0.5}) {
        Dwell dwell;
        dwell.shape = shape;
        dwell.glance_share = glance_share;
        Adverts adverts;
        adverts.rate = rate;
        adverts.stay = 0.6;
        ExpectedReading reading(dwell, adverts, rate > 0);
        const float length = 7;
        reading.take(length, 0.3f, 0.4f);
        const double total = reading.mean(ExpectedReading::Each::Ones());
        const double minutes = reading.mean(reading.minutes());
        const double curved = reading.mean(-(-reading.minutes() / 5).expm1());
        // E[f(m)] = integral of f'(x) P(m > x), the slow way; x = length u^9 for the cusp at 0
        const double scale = length * glance_share * std::pow(8.0, 0.3) * 0.8;
        double exact = 0, exactly_curved = 0;
        const int parts = 20000;
        for (int i = 0; i < parts; ++i) {
          const double u = (i + 0.5) / parts;
          const double x = length * std::pow(u, 9);
          const double longer = std::exp(-std::pow(x / scale, shape) - rate * 0.4 * x);
          const double width = 9 * length * std::pow(u, 8) / parts;
          exact += width * longer;
          exactly_curved += width * longer * std::exp(-x / 5) / 5;
        }
        const double c = std::pow(length / scale, shape);
        const bool usual = shape >= 0.2f && shape <= 2 && c < 6;
        const double tolerance = rate > 0 ? (usual ? 1e-5 : 5e-3) : (usual ? 3e-6 : 1e-3);
        INFO("shape " << shape << ", scale " << scale << " of " << length << " min, c " << c
                      << ", adverts " << rate);
        CHECK(total == Approx(1).epsilon(1e-6));
        CHECK(minutes == Approx(exact).epsilon(tolerance));
        CHECK(curved == Approx(exactly_curved).epsilon(tolerance));
      }
    }
  }
}

TEST_CASE("Expected outcome: one push that is surely read through is worth the hand-worked numbers",
          "[env][feed]") {
  FeedConfig config;
  config.days = 2;
  config.candidates = 8;
  config.person = eager_person();
  config.reward.value = 2;
  config.reward.engagement = 0.3;
  config.reward.interruption = 0.7;
  config.reward.regret = 5;
  const auto stream = std::make_shared<const Stream>(plain_stream(30, 20, 240, 4, 0.2f));
  HandFeed feed(config, stream);
  REQUIRE(feed.state().now == 420);
  REQUIRE(feed.state().is_push == 1);
  const ExpectedOutcome newest = outcomes_of(feed)[7];
  CHECK(newest.probability == Approx(1));
  CHECK(newest.minutes == Approx(4).epsilon(1e-6));
  // 20 w (1 - exp(-0.2 * 4 / 20))
  const double value = 20 * static_cast<double>(feed.hidden("worth_only")) * (1 - std::exp(-0.04));
  CHECK(newest.value == Approx(value).epsilon(1e-5));
  // 64 s, disturbed by 0.3 at 7 h; a glance of 4 s; 4 min
  CHECK(newest.attention == Approx(0.32 + 4.0 / 60 + 4).epsilon(1e-6));
  // Down from -before to -after in 4 min, then up to 0 at 5 am/h.
  const double before = 0.32 + 4.0 / 60;
  const double after = before + 4 * (1 - 5.0 / 60);
  const double overload = 4 * (before + after) / 2 / 10 + after * after / 2 / 10 / (5.0 / 60);
  CHECK(newest.overload == Approx(overload).epsilon(1e-6));
  const double elsewhere = 0.2;  // wsm a minute
  const double regret = elsewhere * 4 - value;
  REQUIRE(regret > 0);
  CHECK(newest.net ==
        Approx(2 * (value - elsewhere * newest.attention) - overload + 0.3 - 0.7 - 5 * regret)
            .epsilon(1e-5));
}

TEST_CASE("Expected outcome: it is the mean of what the dice can bring", "[env][feed]") {
  struct Setting {
    const char* name;
    bool push;
    bool (*enough)(const HandFeed&);
    std::function<void(FeedConfig&)> change = [](FeedConfig&) {};
  };
  const Setting settings[] = {
      {"a fresh person, by push", true, at_once},
      {"a fresh person, by feed", false, at_once},
      {"in debt, by push", true, in_debt},
      {"in debt, by feed", false, in_debt},
      {"sated and tired, by push", true, sated,
       [](FeedConfig& c) {
         c.person.fatigue.rise = 15;
         c.person.fatigue.recovery = 60;
         c.person.fatigue.pull = 20;
       }},
      {"sated and tired, by feed", false, sated, [](FeedConfig& c) { c.person.fatigue.rise = 15; }},
      {"knowledge without end", true, at_once,
       [](FeedConfig& c) { c.person.knowledge.minutes_per_topic = kInfinity; }},
      {"knowledge that is soon full and soon forgotten, by feed", false, sated, soon_forgotten},
      {"knowledge that is soon full and soon forgotten, by push", true, sated, soon_forgotten},
      {"adverts", false, at_once,
       [](FeedConfig& c) {
         c.person.attention.reference = 60;
         c.person.adverts.rate = 0.3;
         c.person.adverts.minutes = 0.7;
         c.person.adverts.stay = 0.5;
       }},
      {"each answered by itself, lost items at a cost", true, in_debt,
       [](FeedConfig& c) {
         c.person.choice.rule = "each";
         c.person.attention.lost_cost = 0.4;
       }},
      {"a balance that meets its floor", false, in_debt,
       [](FeedConfig& c) { c.person.attention.reference = 2; }},
      {"a refill faster than reading", true, at_once,
       [](FeedConfig& c) {
         c.person.attention.kappa = 90;
         c.person.interruptions.cost = 3000;
       }},
      {"dwell that ages", false, at_once, [](FeedConfig& c) { c.person.dwell.shape = 2.5f; }},
      {"everything has a price", true, at_once,
       [](FeedConfig& c) {
         c.person.attention.reference = 60;
         c.person.knowledge.minutes_per_topic = 3;  // the end of a long reading is regretted
         c.reward = {};
         c.reward.value = 1.5;
         c.reward.overload = 0.6;
         c.reward.engagement = 0.4;
         c.reward.interruption = 0.3;
         c.reward.regret = 5;
       }},
  };
  static const auto stream = mixed_stream();
  for (const Setting& setting : settings) {
    FeedConfig config = lively_feed();
    setting.change(config);
    HandFeed feed(config, stream, {5, 2, 0});
    INFO(setting.name);
    live(feed, setting.push, setting.enough);
    check_by_dice(config, feed, rounds(20000, 5000));
  }
}

TEST_CASE("Expected outcome: whoever is wholly overloaded chooses nothing", "[env][feed]") {
  FeedConfig config = lively_feed();
  config.person.attention.reference = 0.5;
  HandFeed feed(config, mixed_stream());
  live(feed, false, [](const HandFeed& f) { return f.hidden("overload_share") == 1; });
  for (const ExpectedOutcome& outcome : outcomes_of(feed)) {
    CHECK(outcome.probability == 0);
    CHECK(outcome.value == 0);
    CHECK(outcome.minutes == 0);
    CHECK(outcome.attention == 0);  // what is lost costs nothing
    CHECK(outcome.net == 0);
  }
}

TEST_CASE("Expected outcome: attention without end knows no overload, but a minute has its price",
          "[env][feed]") {
  FeedConfig config = lively_feed();
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, mixed_stream());
  live(feed, false, sated);
  for (const ExpectedOutcome& outcome : outcomes_of(feed)) {
    CHECK(outcome.overload == 0);
    CHECK(outcome.attention > outcome.minutes);
    CHECK(outcome.net == Approx(outcome.value - static_cast<double>(config.person.outside_option) *
                                                    outcome.attention));
  }
}

TEST_CASE("Expected outcome: overload that never passes is counted to the end of the last day",
          "[env][feed]") {
  FeedConfig config = lively_feed();
  config.days = 2.5;  // from 7 h, so to 19 h of the third day: 16 h + 16 h + 12 h awake
  config.push_interval = 60;
  config.person = eager_person();
  config.person.attention.kappa = 0;
  config.person.attention.reference = 1;
  HandFeed feed(config, std::make_shared<const Stream>(plain_stream(30, 20, 240, 4, 0.8f)));
  REQUIRE(feed.state().now == 420);
  // in debt of 0.32 + 1/15 from the push on, and wholly overloaded after another 1 - 0.3867 min
  const double before = 0.32 + 4.0 / 60;
  const double minutes = 44 * 60;
  const double overload = minutes - (1 - before) * (1 - (before + 1) / 2);
  CHECK(outcomes_of(feed)[7].overload == Approx(overload).epsilon(1e-6));
}

TEST_CASE("Expected outcome: every number stays finite at the edges of what a config allows",
          "[env][feed]") {
  const std::vector<std::function<void(Person&)>> extremes = {
      [](Person& p) { p.attention.kappa = 0; },
      [](Person& p) { p.attention.kappa = 1e-300; },
      [](Person& p) { p.attention.kappa = 60; },  // reading then moves nothing
      [](Person& p) { p.attention.kappa = 1e300; },
      [](Person& p) { p.attention.reference = 0.01; },
      [](Person& p) { p.attention.most = 0; },
      [](Person& p) { p.attention.glance = 3600; },
      [](Person& p) { p.fatigue.refill = 1, p.fatigue.rise = p.fatigue.strain = 0.01; },
      [](Person& p) { p.choice.base = 50, p.choice.interest = 50; },
      [](Person& p) { p.choice.base = -50, p.choice.interest = -50; },
      [](Person& p) { p.dwell = {}, p.dwell.shape = 0.05f, p.dwell.glance_share = 0.001f; },
      [](Person& p) { p.dwell = {}, p.dwell.shape = 20, p.dwell.glance_share = 0.001f; },
      [](Person& p) { p.dwell = {}, p.dwell.shape = 20, p.dwell.glance_share = 100; },
      [](Person& p) { p.dwell.depth = 1000; },
      [](Person& p) { p.dwell.depth = 0.01f; },
      [](Person& p) { p.knowledge.minutes_per_topic = 0.01; },
      [](Person& p) { p.forgetting.half_life = 0.01; },
      [](Person& p) { p.forgetting.half_life = kInfinity; },
      [](Person& p) { p.adverts.rate = 1e4, p.adverts.stay = 0, p.adverts.minutes = 60; },
      [](Person& p) { p.adverts.rate = 1e4, p.adverts.stay = 1; },
      [](Person& p) { p.interruptions.cost = 36000; },
      [](Person& p) { p.day.sleep = p.day.wake + 24; },
      [](Person& p) { p.outside_option = 1; },
  };
  const auto stream = mixed_stream();
  for (std::size_t i = 0; i < extremes.size(); ++i) {
    FeedConfig config = lively_feed();
    extremes[i](config.person);
    HandFeed feed(config, stream);
    INFO("extreme " << i);
    bool fine = true;
    for (int step = 0; step < 60 && !feed.truncated(); ++step) {
      for (const ExpectedOutcome& o : outcomes_of(feed)) {
        for (const double x : {o.probability, o.value, o.minutes, o.attention, o.overload, o.net})
          fine = fine && std::isfinite(x);
        fine = fine && o.probability >= 0 && o.probability <= 1 && o.value >= 0 && o.minutes >= 0 &&
               o.attention >= 0 && o.overload >= 0;
      }
      feed.show_first(step % 3);
    }
    CHECK(fine);
  }
}

}  // namespace infodiet::test
