#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"

// What an episode reports, worked out again from outside.

namespace infodiet::test {

TEST_CASE("Metrics: informedness and novelty agree with a numerical integral", "[env][feed]") {
  FeedConfig config = small_feed();
  config.person = eager_person();
  config.person.sessions.leave_after_nothing = 1;  // readings end in a decision; silence ends it
  const auto stream = mixed_stream(20);
  HandFeed feed(config, stream);
  const auto topics = static_cast<int>(stream->topics.size());
  const auto known_of = [&](int t) {
    return static_cast<double>(feed.hidden("known_" + stream->topics[t]));
  };
  double integral = 0, minutes = 0, novelty = 0, readings = 0;
  for (std::uint32_t decision = 0; !feed.over(); ++decision) {
    double known = 0, worth = 0;
    std::vector<double> before;
    for (int t = 0; t < topics; ++t) {
      const double w = feed.hidden("worth_" + stream->topics[t]);
      before.push_back(known_of(t));
      known += w * before.back();
      worth += w;
    }
    const std::vector<int> slate = decision % 5 == 4 ? std::vector<int>{} : std::vector<int>{1};
    const auto id = feed.feed().candidates[1];
    feed.show(slate);
    const double passed = feed.minutes();
    const int parts = 200;
    for (int i = 0; i < parts; ++i)
      integral += known / worth * std::exp2(-passed * (i + 0.5) / parts / 1440) * passed / parts;
    minutes += passed;
    if (feed.feedback(0)[1] > 0) {
      const Item& item = stream->items[static_cast<std::size_t>(id)];
      for (int i = 0; i < item.num_topics; ++i) {
        const double kept = std::exp2(-static_cast<double>(feed.feedback(0)[2]) / 1440);
        novelty += item.weight[i] * (1 - before[item.topic[i]] * kept);
      }
      ++readings;
    }
  }
  REQUIRE(readings > 30);
  CHECK(feed.metric("mean_informedness") == Approx(integral / minutes).epsilon(1e-3));
  CHECK(feed.metric("mean_novelty") == Approx(novelty / readings).epsilon(1e-4));
  CHECK(feed.metric("clicks") == readings);
}

TEST_CASE("Metrics: lengths of sessions and absences are those seen from outside", "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 10;
  HandFeed feed(config, mixed_stream(30), {12, 3, 0});
  double session = 0, sessions = 0, away = 0, absences = 0;
  for (std::uint32_t decision = 0; !feed.over(); ++decision) {
    const FeedState before = feed.state();
    feed.show(dice_slate(feed, decision));
    const FeedState& after = feed.state();
    if (after.session_end != before.session_end) {  // one ended in this step
      session += after.session_end - (before.in_session ? before.session_start : before.now);
      ++sessions;
    }
    // he came by himself
    if (after.in_session && after.session_start == after.now &&
        after.session_start != before.session_start && after.session_end >= 0) {
      away += after.now - after.session_end;
      ++absences;
    }
  }
  REQUIRE(absences > 20);
  CHECK(feed.metric("mean_session_minutes") == Approx(session / sessions));
  CHECK(feed.metric("mean_away_minutes") == Approx(away / absences));
}

TEST_CASE("Metrics: diversity and calibration are those of what was shown and read",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.days = 4;
  const auto stream = mixed_stream(30, true);  // one topic an item
  HandFeed feed(config, stream, {13, 2, 0});
  std::vector<double> read(3), shown(3), worth;
  for (int t = 0; t < 3; ++t) worth.push_back(feed.hidden("worth_" + stream->topics[t]));
  for (std::uint32_t decision = 0; !feed.over(); ++decision) {
    std::vector<int> topics;
    const std::vector<int> slate = dice_slate(feed, decision);
    for (const int place : slate) {
      const auto id = static_cast<std::size_t>(feed.feed().candidates[place]);
      topics.push_back(stream->items[id].topic[0]);
    }
    feed.show(slate);
    for (std::size_t slot = 0; slot < slate.size(); ++slot) {
      shown[topics[slot]] += 1;
      if (feed.feedback(static_cast<int>(slot))[1] > 0) read[topics[slot]] += 1;
    }
  }
  const double n = read[0] + read[1] + read[2];
  REQUIRE(n > 10);
  double entropy = 0, pairs = 0, spread = 0;
  for (const double count : read) {
    if (count > 0) entropy -= count / n * std::log(count / n);
    pairs += count * (count - 1);
    for (const double other : read) spread += std::abs(count - other);
  }
  const auto divergence = [](std::vector<double> p, std::vector<double> q) {
    for (auto* shares : {&p, &q}) {
      const double sum = (*shares)[0] + (*shares)[1] + (*shares)[2];
      for (double& share : *shares) share /= sum;
    }
    double nats = 0;
    for (int t = 0; t < 3; ++t) {
      if (p[t] > 0) nats += p[t] * std::log(p[t] / (0.99 * q[t] + 0.01 * p[t]));
    }
    return nats;
  };
  CHECK(feed.metric("mean_effective_topics") == Approx(std::exp(entropy)).epsilon(1e-5));
  CHECK(feed.metric("mean_vendi") == Approx(std::exp(entropy)).epsilon(1e-5));
  CHECK(feed.metric("mean_intra_list_diversity") ==
        Approx(1 - pairs / (n * (n - 1))).epsilon(1e-5));
  CHECK(feed.metric("mean_topic_gini") == Approx(spread / (6 * n)).epsilon(1e-5));
  CHECK(feed.metric("mean_miscalibration") == Approx(divergence(worth, read)).epsilon(1e-4));
  CHECK(feed.metric("mean_miscalibration_shown") == Approx(divergence(worth, shown)).epsilon(1e-4));
  CHECK(feed.metric("mean_miscalibration_clicks") == Approx(divergence(read, shown)).epsilon(1e-4));
  CHECK(feed.metric("mean_goodwill") == feed.hidden("goodwill"));
  CHECK(feed.metric("mean_habit") == feed.hidden("habit"));
  CHECK(std::isnan(feed.metric("opted_out_at")));
}

TEST_CASE("Hidden state: every number has a name of its own and a unit, if it has one",
          "[env][feed]") {
  FeedConfig config = small_feed();
  config.observe = "full";
  HandFeed feed(config, mixed_stream(20));
  const Spec& spec = feed.world().spec();
  std::set<std::string> names;
  for (const Feature& feature : spec.hidden_features) {
    INFO(feature.name);
    CHECK(names.insert(feature.name).second);
    const bool bare = feature.name == "overload_share" || feature.name == "knowledge_gap" ||
                      feature.name == "fatigue" || feature.name == "strain" ||
                      feature.name == "person_type" || feature.name.compare(0, 6, "known_") == 0 ||
                      feature.name.compare(0, 6, "worth_") == 0;
    CHECK((feature.unit == "-") == bare);
    CHECK_FALSE(feature.unit.empty());
  }
  // one for each state in the reference of the person, topic by topic where it has topics
  for (const char* state : {"attention_balance", "fatigue", "strain", "impulse", "goodwill",
                            "habit", "annoyance", "log_tolerance", "person_type", "last_dwell"})
    CHECK(names.count(state) == 1);
  for (const std::string& topic : spec.topic_names) {
    for (const char* state : {"known_", "worth_", "satiation_", "interest_"})
      CHECK(names.count(state + topic) == 1);
  }
  // under `observe: full` they are the tail of the context, in the same order
  REQUIRE(spec.context_features.size() > spec.hidden_features.size());
  const std::size_t first = spec.context_features.size() - spec.hidden_features.size();
  for (std::size_t i = 0; i < spec.hidden_features.size(); ++i) {
    CHECK(spec.context_features[first + i].name == spec.hidden_features[i].name);
    CHECK(spec.context_features[first + i].unit == spec.hidden_features[i].unit);
    CHECK(spec.context_features[first + i].role == Role::kHidden);
  }
}

}  // namespace infodiet::test
