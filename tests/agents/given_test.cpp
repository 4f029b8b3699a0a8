#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/policy/encoder.hpp"
#include "agents/policy/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/learning_fixtures.hpp"

// What a policy is given, and what it is not (agent.history, agent.memory), in every network.

namespace infodiet::test {
namespace {

constexpr int kEvents = 3;

std::unique_ptr<PolicyGradient> learner_with(const std::string& network,
                                             const std::string& settings) {
  auto agent = agent_from(
      "{name: ppo, policy: {name: " + network + ", dim: 8, heads: 2}" + settings + "}", kSpec);
  return std::unique_ptr<PolicyGradient>(dynamic_cast<PolicyGradient*>(agent.release()));
}

/// Calls `law(network)` for the name of every network there is.
template <class Law>
void for_all_networks(const Law& law) {
  for (const auto& [name, entry] : NetworkRegistry<float>::instance().entries()) {
    INFO(name);
    law(name);
  }
}

/// A decision with all its candidates and all its events, of which some may be other ones.
Scene scene_with(std::vector<int> other_events = {}) {
  Scene scene(kSpec);
  Numbers numbers(11), others(12);
  for (const Feature& feature : kSpec.context_features)
    scene.context(feature.name) = numbers.next();
  scene.context("hour") = 12;
  for (const Feature& feature : kSpec.candidate_features) {
    for (int i = 0; i < kSpec.candidates; ++i)
      scene.candidate(i, feature.name) = 0.1f + numbers.next();
  }
  for (int i = 0; i < kEvents; ++i) scene.add_event();
  for (const Feature& feature : kSpec.history_features) {
    for (int i = 0; i < kEvents; ++i) {
      const float usual = numbers.next(), other = others.next();
      const bool is_other =
          std::find(other_events.begin(), other_events.end(), i) != other_events.end();
      scene.event(i, feature.name) = is_other ? other : usual;
    }
  }
  return scene;
}

/// All numbers of an answer.
std::vector<float> flat(const Explanation& why) {
  std::vector<float> all;
  for (const auto* numbers :
       {&why.scores, &why.gates, &why.click_chances, &why.worths, &why.lefts, &why.values})
    all.insert(all.end(), numbers->begin(), numbers->end());
  return all;
}

std::vector<float> answer(const PolicyGradient& learner, const Scene& scene) {
  return flat(learner.explain(scene.seen(), 0, unmet(learner)));
}

/// Books of somebody who was met two hours ago: his attention, how gladly he chose so far, and when
/// he rises, in hours since 4 h.
std::vector<std::byte> books(float balance, float interest = 0, float rose = 3) {
  Encoder::Memory memory{};
  memory.day.days = 1;
  memory.day.last = 360;
  memory.day.rose = memory.day.usual_rose = rose;
  memory.attention.minute = 600;
  memory.attention.begun = 1;
  memory.attention.balance.fill(balance);
  memory.taste.interest.mean.fill(interest);
  const auto bytes = std::as_bytes(std::span(&memory, 1));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("events beyond those that a policy is given change nothing of its answer, the others do",
          "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    for (int history = -1; history <= kEvents; ++history) {
      const auto learner =
          learner_with(network, ", memory: false, history: " + std::to_string(history));
      for (int event = 0; event < kEvents; ++event) {
        CAPTURE(history, event);
        const bool is_given = history < 0 || event < history;
        CHECK((answer(*learner, scene_with({event})) == answer(*learner, scene_with())) ==
              !is_given);
      }
    }
  });
}

TEST_CASE("a policy that is given no history has none to look at", "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    const auto learner = learner_with(network, ", history: 0");
    const Explanation why = learner->explain(scene_with().seen(), 0, unmet(*learner));
    REQUIRE(why.attention.size() == 1);
    const auto& keys = why.attention[0].keys;
    CHECK(std::count(keys.begin(), keys.end(), "context") == 1);
    CHECK(std::none_of(keys.begin(), keys.end(),
                       [](const std::string& key) { return key.starts_with("event"); }));
    CHECK(why.scores.size() == static_cast<std::size_t>(kSpec.candidates));
  });
}

TEST_CASE("a policy is given its books of attention, days and taste, or has none",
          "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    const Scene scene = scene_with();
    const auto with = learner_with(network, ""), without = learner_with(network, ", memory: false");
    REQUIRE(with->memory_bytes() == sizeof(Encoder::Memory));
    CHECK(without->memory_bytes() == 0);
    CHECK(without->network().shape().context_width + AttentionLedger::kWidth + DayLedger::kWidth +
              TasteLedger::kPersonWidth ==
          with->network().shape().context_width);
    CHECK(without->network().shape().candidate_width + TasteLedger::kWidth +
              AttentionLedger::kCosts ==

          with->network().shape().candidate_width);
    CHECK(flat(with->explain(scene.seen(), 0, books(5))) !=
          flat(with->explain(scene.seen(), 0, books(-5))));
    CHECK(flat(with->explain(scene.seen(), 0, books(5, 1))) !=
          flat(with->explain(scene.seen(), 0, books(5, -1))));
    CHECK(flat(with->explain(scene.seen(), 0, books(5, 1, 2))) !=
          flat(with->explain(scene.seen(), 0, books(5, 1, 3))));
    // and if it were handed some, it would not look at them
    CHECK(flat(without->explain(scene.seen(), 0, books(5, 1))) ==
          flat(without->explain(scene.seen(), 0, books(-5, -1))));
  });
}

TEST_CASE("books are kept from all events, however few a policy is given", "[agents][policy]") {
  const Encoder all(kSpec), none(kSpec, {.history = 0});
  REQUIRE(none.shape().context_width == all.shape().context_width);
  for (const Scene& scene : {scene_with(), scene_with({0, 1, 2})}) {
    std::vector<std::byte> of_all = books(0), of_none = of_all;
    std::vector<float> record(all.shape().size());
    all.encode(scene.seen(), 0, of_all, {}, record.data());
    none.encode(scene.seen(), 0, of_none, {}, record.data());
    CHECK(of_none == of_all);
    CHECK(of_none != books(0));
  }
}

TEST_CASE("the defaults give a policy all there is", "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    const auto usual = learner_with(network, "");
    const auto told = learner_with(network, ", history: -1, memory: true");
    const auto more = learner_with(network, ", history: 1000");
    const Scene scene = scene_with();
    CHECK(answer(*told, scene) == answer(*usual, scene));
    CHECK(answer(*more, scene) == answer(*usual, scene));
  });
}

TEST_CASE("what is not to be looked at is as if it were not there", "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    // nothing but attention looks at them then
    const auto learner = learner_with(network, ", memory: false, estimates: false");
    const Scene scene = scene_with();
    const auto without = [&](const Unseen& unseen) {
      return learner->explain_without(scene.seen(), 0, {}, unseen);
    };
    CHECK(flat(without({})) == answer(*learner, scene));

    const std::vector<int> last = {kSpec.candidates - 1}, oldest = {1, 2}, first = {0};
    Scene fewer = scene;
    fewer.limit(last[0]);
    CHECK(flat(without({.candidates = last})) == answer(*learner, fewer));
    const auto newest_alone =
        learner_with(network, ", memory: false, estimates: false, history: 1");
    CHECK(flat(without({.events = oldest})) == answer(*newest_alone, scene));

    // the others close up, in their order
    const Explanation whole = without({}), closed = without({.candidates = first});
    REQUIRE(closed.scores.size() == whole.scores.size() - 1);
    Scene moved = scene;
    for (const Feature& feature : kSpec.candidate_features) {
      for (int i = 0; i + 1 < kSpec.candidates; ++i)
        moved.candidate(i, feature.name) = Scene(scene).candidate(i + 1, feature.name);
    }
    moved.limit(last[0]);
    CHECK(flat(closed) == answer(*learner, moved));
    CHECK(flat(without({.events = first})) != answer(*learner, scene));
  });
}

TEST_CASE("who does not look at an event still has his estimates and books of it",
          "[agents][policy]") {
  for_all_networks([](const std::string& network) {
    const auto learner = learner_with(network, "");
    const std::vector<int> all = {0, 1, 2};
    const auto unseen = [&](const Scene& scene, float balance) {
      return flat(learner->explain_without(scene.seen(), 0, books(balance), {.events = all}));
    };
    Scene scene = scene_with();
    scene.event(0, "clicked") = 0;
    const auto usual = unseen(scene, 0);
    CHECK(unseen(scene, 5) != usual);
    Scene read = scene;  // what only estimates go by
    read.event(0, "clicked") = 1;
    CHECK(unseen(read, 0) != usual);
    Scene held = scene;  // what only books go by, of who did not click
    held.event(0, "dwell") += 3;
    CHECK(unseen(held, 0) != usual);
  });
}

}  // namespace infodiet::test
