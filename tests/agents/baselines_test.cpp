#include <algorithm>
#include <cmath>
#include <set>

#include "agents/estimates.hpp"
#include "env/core/philox.hpp"
#include "env/env_batch.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"

// What each baseline claims of itself. What all share (serving, estimates) comes first.

namespace infodiet::test {

namespace {

/// The clicks of a person by topic, of 20 shows each.
void set_clicks(Scene& scene, float a, float b, float c) {
  scene.context("clicks_a") = a;
  scene.context("clicks_b") = b;
  scene.context("clicks_c") = c;
  for (const char* shows : {"shows_a", "shows_b", "shows_c"}) scene.context(shows) = 20;
}

/// An item of one topic was read, for a share of its ten minutes, and liked or not.
void add_reading(Scene& scene, const char* topic, float share, bool liked = false) {
  scene.add_event();
  scene.event(0, topic) = 1;
  scene.event(0, "length") = 10;
  scene.event(0, "dwell") = 10 * share;
  scene.event(0, "clicked") = 1;
  scene.event(0, "liked") = liked ? 1.0f : 0.0f;
  scene.event(0, "story") = 0.9f;
}

/// Candidates of random lengths and topics.
void shuffle(Scene& scene, std::uint32_t draw) {
  for (int i = 0; i < scene.spec().candidates; ++i) {
    const auto words = random_words({5, draw, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i));
    scene.set_topic(i, static_cast<int>(words[0] % 3));
    scene.candidate(i, "length") = 1 + 4 * uniform_open(words[1]);
  }
}

float value_of(const Scene& scene, int candidate, const Estimates::Settings& settings = {}) {
  const Columns columns(scene.spec());
  const Decision now(scene.seen(), columns, 0);
  return Estimates(settings).reader(now).value(now.candidate(candidate));
}

float click_of(const Scene& scene, int candidate, const Estimates::Settings& settings = {}) {
  const Columns columns(scene.spec());
  const Decision now(scene.seen(), columns, 0);
  return Estimates(settings).reader(now).click(now.candidate(candidate));
}

}  // namespace

TEST_CASE("Serving: no more slots than asked for, in the feed and in a push", "[agents]") {
  const Spec spec = full_spec();
  const auto agent = agent_from("{name: newest, slots: 2, push: true, push_slots: 1}", spec);
  Scene scene(spec);
  CHECK(shown(scene.answer(*agent)) == 2);
  scene.context("push") = 1;
  CHECK(shown(scene.answer(*agent)) == 1);
  scene.limit(0);
  CHECK(shown(scene.answer(*agent)) == 0);
}

TEST_CASE("Serving: pushes are as rare as asked for", "[agents]") {
  const Spec spec = full_spec(6, 3, 2);
  const auto agent =
      agent_from("{name: newest, push: true, push_gap: 60, pushes_per_day: 3}", spec);
  Scene scene(spec);
  scene.context("push") = 1;
  CHECK(shown(scene.answer(*agent)) == 1);
  scene.context("pushes_today") = 2;
  CHECK(shown(scene.answer(*agent)) == 1);
  scene.context("pushes_today") = 3;
  CHECK(shown(scene.answer(*agent)) == 0);

  scene.context("pushes_today") = 1;
  scene.add_event();
  scene.event(0, "push") = 1;
  scene.pass(59);
  CHECK(shown(scene.answer(*agent)) == 0);
  scene.pass(1);
  CHECK(shown(scene.answer(*agent)) == 1);

  SECTION("also where the history no longer holds the last one") {
    scene.add_event();
    scene.add_event();
    CHECK(shown(scene.answer(*agent)) == 0);
    scene.pass(59);
    CHECK(shown(scene.answer(*agent)) == 0);
    scene.pass(1);
    CHECK(shown(scene.answer(*agent)) == 1);
  }
  SECTION("items shown in the feed since then do not count") {
    scene.add_event();
    CHECK(shown(scene.answer(*agent)) == 1);
  }
}

TEST_CASE("Estimates: a predicted click is the shrunk rate of the topic", "[agents]") {
  Scene scene(full_spec());
  CHECK(click_of(scene, 0) == Approx(0.1));  // nothing known: the prior
  set_clicks(scene, 8, 2, 0);
  const double rate = (10 + 10 * 0.1) / (60 + 10);
  CHECK(click_of(scene, 0) == Approx((8 + 10 * rate) / 30));
  scene.set_topic(0, 2);
  CHECK(click_of(scene, 0) == Approx(10 * rate / 30));
  scene.candidate(0, "topic_a") = 1;  // half a, half c
  CHECK(click_of(scene, 0) == Approx((4 + 10 * rate) / 30));

  // appeal, popularity and having been shown multiply the odds
  Estimates::Settings settings;
  settings.appeal_weight = 2;
  settings.popularity_weight = 0.5f;
  settings.shown_again = 0.25f;
  const double taste = (4 + 10 * rate) / 30;
  scene.candidate(0, "appeal") = 0.5f;
  scene.candidate(0, "popularity") = std::log(9.0f);
  scene.candidate(0, "shown_before") = 1;
  const double odds = taste / (1 - taste) * std::exp(1.0) * 3 * 0.25;
  CHECK(click_of(scene, 0, settings) == Approx(odds / (1 + odds)));
}

TEST_CASE("Estimates: predicted value is click x minutes x worth x freshness", "[agents]") {
  Scene scene(full_spec());
  scene.candidate(0, "length") = 4;
  CHECK(value_of(scene, 0) == Approx(0.1 * 4 * 0.5 * 0.5));  // nothing known: the priors

  add_reading(scene, "topic_a", 0.2f);
  add_reading(scene, "topic_b", 0.8f, true);
  add_reading(scene, "topic_b", 1.0f);
  const double share = (0.2 + 0.8 + 1 + 5 * 0.5) / 8;
  const double worth = (0.2 + 1 + 1 + 5 * 0.5) / 8;  // a like counts as a whole reading
  const double of_a = (0.2 + 5 * share) / 6 * (0.2 + 5 * worth) / 6;
  const double of_b = (1.8 + 5 * share) / 7 * (2 + 5 * worth) / 7;
  CHECK(value_of(scene, 0) == Approx(0.1 * 4 * of_a));
  scene.set_topic(0, 1);
  CHECK(value_of(scene, 0) == Approx(0.1 * 4 * of_b));

  scene.candidate(0, "age") = 300;  // three half-lives
  const double left = std::pow(2, -std::pow(3, 0.4));
  CHECK(value_of(scene, 0) == Approx(0.1 * 4 * of_b * left));
  scene.candidate(0, "read_before") = 1;
  CHECK(value_of(scene, 0) == Approx(0.1 * 4 * of_b * left * 0.5));
}

TEST_CASE("Estimates: a story already told is worth less than another", "[agents]") {
  Scene scene(full_spec());
  const float fresh = value_of(scene, 0);
  scene.add_event();
  scene.event(0, "story") = scene.candidate(0, "story");
  const float shown_story = value_of(scene, 0);
  CHECK(shown_story < fresh);
  CHECK(value_of(scene, 1) > shown_story);
  scene.event(0, "clicked") = 1;
  scene.event(0, "length") = 1;
  scene.event(0, "dwell") = 0.5f;  // as was assumed
  CHECK(value_of(scene, 0) == Approx(shown_story * 0.5));
}

TEST_CASE("newest: the youngest first", "[agents]") {
  const Spec spec = full_spec(4, 2);
  Scene scene(spec);
  const float ages[] = {300, 100, 200, 400};
  for (int i = 0; i < 4; ++i) scene.candidate(i, "age") = ages[i];
  CHECK(scene.answer(*agent_named("newest", spec)) == Slate{1, 2});
}

TEST_CASE("popular: what most have read first", "[agents]") {
  const Spec spec = full_spec(4, 3);
  Scene scene(spec);
  const float popularity[] = {2, 0, 5, 3};
  for (int i = 0; i < 4; ++i) scene.candidate(i, "popularity") = popularity[i];
  CHECK(scene.answer(*agent_named("popular", spec)) == Slate{2, 3, 0});
}

TEST_CASE("greedy_click: the topic that is clicked, and what attracts, first", "[agents]") {
  const Spec spec = full_spec(3, 3);
  const auto agent = agent_named("greedy_click", spec);
  Scene scene(spec);
  for (int i = 0; i < 3; ++i) scene.set_topic(i, i);
  set_clicks(scene, 1, 9, 4);
  CHECK(scene.answer(*agent) == Slate{1, 2, 0});
  scene.candidate(2, "length") = 50;  // it does not ask what an item is worth
  add_reading(scene, "topic_c", 1);
  CHECK(scene.answer(*agent) == Slate{1, 2, 0});
  scene.candidate(0, "appeal") = 4;
  CHECK(scene.answer(*agent) == Slate{0, 1, 2});
}

TEST_CASE("greedy_value: what holds people and what they like first", "[agents]") {
  const Spec spec = full_spec(3, 3);
  const auto agent = agent_named("greedy_value", spec);
  Scene scene(spec);
  for (int i = 0; i < 3; ++i) scene.set_topic(i, i);
  set_clicks(scene, 5, 5, 5);
  add_reading(scene, "topic_a", 0.5f);
  add_reading(scene, "topic_b", 0.1f);
  add_reading(scene, "topic_c", 0.5f, true);
  CHECK(scene.answer(*agent) == Slate{2, 0, 1});
  scene.candidate(1, "length") = 10;
  CHECK(scene.answer(*agent) == Slate{1, 2, 0});
}

TEST_CASE("mmr: with lambda 1 it is greedy_value, with less it mixes topics", "[agents]") {
  const Spec spec = full_spec(12, 4);
  const auto greedy = agent_named("greedy_value", spec);
  const auto same = agent_from("{name: mmr, lambda: 1}", spec);
  const auto mixed = agent_from("{name: mmr, lambda: 0.6}", spec);
  Scene scene(spec);
  set_clicks(scene, 8, 5, 2);
  double topics[2] = {};
  for (std::uint32_t draw = 0; draw < 100; ++draw) {
    shuffle(scene, draw);
    const Slate slates[] = {scene.answer(*greedy), scene.answer(*mixed)};
    REQUIRE(scene.answer(*same) == slates[0]);
    REQUIRE(slates[1][0] == slates[0][0]);  // the best always leads
    for (int k = 0; k < 2; ++k) {
      std::set<int> seen;
      for (const int i : slates[k])
        seen.insert(scene.candidate(i, "topic_a") > 0   ? 0
                    : scene.candidate(i, "topic_b") > 0 ? 1
                                                        : 2);
      topics[k] += static_cast<double>(seen.size()) / 100;
    }
  }
  CHECK(topics[1] > topics[0] + 0.5);
}

TEST_CASE("mmr: two items of one story are alike whatever their topics", "[agents]") {
  const Spec spec = full_spec(3, 2);
  const auto agent = agent_from("{name: mmr, lambda: 0.6}", spec);
  Scene scene(spec);
  const float lengths[] = {4, 3.9f, 3};
  for (int i = 0; i < 3; ++i) {
    scene.set_topic(i, i);
    scene.candidate(i, "length") = lengths[i];
  }
  CHECK(scene.answer(*agent) == Slate{0, 1});
  scene.candidate(1, "story") = scene.candidate(0, "story");
  CHECK(scene.answer(*agent) == Slate{0, 2});
}

TEST_CASE("budget: spends the day's items, evenly, and never more", "[agents]") {
  const int budget = GENERATE(6, 40, 90);
  const Spec spec = full_spec(8, 3);
  const auto agent = agent_from("{name: budget, budget: " + std::to_string(budget) + "}", spec);
  std::vector<std::byte> memory;
  Scene scene(spec);
  std::uint32_t draw = 0;
  for (int day = 0; day < 9; ++day) {
    scene.context("weekday") = static_cast<float>(day % 7);
    int spent = 0, by_three = 0;
    for (int minute = 7 * 60; minute < 23 * 60; minute += 5) {
      scene.context("hour") = static_cast<float>(minute) / 60;
      shuffle(scene, draw++);
      spent += shown(scene.answer(*agent, memory));
      if (minute < 15 * 60) by_three = spent;
    }
    CHECK(spent <= budget);
    CHECK(spent >= 0.85 * budget);
    if (day > 0) CHECK(std::abs(by_three - 0.5 * budget) <= std::max(2.0, 0.2 * budget));
  }
}

TEST_CASE("budget: shows the better items, not the first", "[agents]") {
  const Spec spec = full_spec(8, 1);
  const auto agent = agent_from("{name: budget, budget: 30}", spec);
  std::vector<std::byte> memory;
  Scene scene(spec);
  double offered = 0, taken = 0;
  int looks = 0, shows = 0;
  std::uint32_t draw = 1000;
  for (int day = 0; day < 5; ++day) {
    scene.context("weekday") = static_cast<float>(day);
    for (int minute = 7 * 60; minute < 23 * 60; minute += 5) {
      scene.context("hour") = static_cast<float>(minute) / 60;
      shuffle(scene, draw++);
      for (int i = 0; i < 8; ++i)  // good times and bad ones
        scene.candidate(i, "length") *= draw % 3 == 0 ? 2.0f : 0.5f;
      float best = 0;
      for (int i = 0; i < 8; ++i) best = std::max(best, value_of(scene, i));
      const Slate slate = scene.answer(*agent, memory);
      ++looks;
      offered += double{best};
      if (slate[0] < 0) continue;
      ++shows;
      taken += double{value_of(scene, slate[0])};
    }
  }
  CHECK(shows > 100);
  CHECK(taken / shows > 1.2 * offered / looks);
}

TEST_CASE("budget: holds in the feed for whole episodes, by the calendar", "[agents]") {
  const std::shared_ptr<const World> world =
      WorldRegistry::instance().make(Choice(WorldRegistry::instance(), "feed"));
  const Spec& spec = world->spec();
  const auto agent = agent_from("{name: budget, budget: 7, push: true, push_gap: 0}", spec);
  const int weekday = Spec::find(spec.context_features, Role::kWeekday);
  EnvBatch batch(world, 8, 2, {.tensors = true});
  std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
  std::vector<int> spent(batch.size()), day(batch.size(), -1);
  Workers one(1);
  int most = 0;
  for (int step = 0; step < 250; ++step) {
    agent->act(batch.observations(), memory, batch.slates());
    for (int env = 0; env < batch.size(); ++env) {
      const float* context = &batch.observations().context[env * spec.context_features.size()];
      const int today = static_cast<int>(context[weekday]);
      if (today != day[env]) spent[env] = 0;
      day[env] = today;
      for (int slot = 0; slot < spec.slots; ++slot)
        spent[env] += batch.slates()[env * spec.slots + slot] >= 0;
      most = std::max(most, spent[env]);
    }
    batch.step(one);
  }
  CHECK(most == 7);
}

TEST_CASE("batching: pushes once at each of its hours, and is silent between", "[agents]") {
  const Spec spec = full_spec();
  const auto agent = agent_from(
      "{name: batching, batches: 3, first_hour: 8, last_hour: 20, window: 30, push_gap: 0}", spec);
  Scene scene(spec);
  std::vector<int> pushed, served;
  for (int minute = 0; minute < 24 * 60; minute += 5) {
    scene.pass(5);
    scene.context("hour") = static_cast<float>(minute) / 60;
    scene.context("push") = 0;
    if (shown(scene.answer(*agent)) > 0) served.push_back(minute);
    scene.context("push") = 1;
    if (shown(scene.answer(*agent)) == 0) continue;
    pushed.push_back(minute);
    scene.add_event();
    scene.event(0, "push") = 1;
    scene.context("pushes_today") += 1;
  }
  CHECK(pushed == std::vector<int>{8 * 60, 14 * 60, 20 * 60});
  std::vector<int> open;
  for (const int hour : {8, 14, 20}) {
    for (int minute = 0; minute < 30; minute += 5) open.push_back(hour * 60 + minute);
  }
  CHECK(served == open);
}

TEST_CASE("batching: a window may reach past midnight, and one batch needs one hour", "[agents]") {
  const Spec spec = full_spec();
  const auto agent =
      agent_from("{name: batching, batches: 1, first_hour: 23.5, last_hour: 24, window: 60}", spec);
  Scene scene(spec);
  const auto open_at = [&](float hour) {
    scene.context("hour") = hour;
    return shown(scene.answer(*agent)) > 0;
  };
  CHECK(open_at(23.75f));
  CHECK(open_at(0.25f));
  CHECK_FALSE(open_at(0.75f));
  CHECK_FALSE(open_at(23.25f));
}

TEST_CASE("threshold: best first below its limit of load, silent above it", "[agents]") {
  const Spec spec = full_spec(3, 2);
  Scene scene(spec);
  const float lengths[] = {2, 1, 3}, ages[] = {300, 100, 200};
  for (int i = 0; i < 3; ++i) {
    scene.candidate(i, "length") = lengths[i];
    scene.candidate(i, "age") = ages[i];
  }
  // 2^-((age / half-life)^0.4) * length: 2 * 0.341, 1 * 0.5, 3 * 0.401
  const auto agent = agent_from("{name: threshold, push: true}", spec);
  CHECK(scene.answer(*agent) == Slate{2, 0});
  scene.context("load") = 0.1f;
  CHECK(scene.answer(*agent) == Slate{-1, -1});
  // a push wants more room: below -2 by default, and brings one item
  scene.context("push") = 1;
  scene.context("load") = -1.9f;
  CHECK(scene.answer(*agent) == Slate{-1, -1});
  scene.context("load") = -2.1f;
  CHECK(scene.answer(*agent) == Slate{2, -1});
}

TEST_CASE("threshold: without an estimate of load it takes none for granted", "[agents]") {
  Spec spec = full_spec(3, 2);
  spec.context_features[Spec::find(spec.context_features, "load")].role = Role::kOther;
  Scene scene(spec);
  scene.context("load") = 1;
  CHECK(shown(scene.answer(*agent_named("threshold", spec))) == 2);
}

}  // namespace infodiet::test
