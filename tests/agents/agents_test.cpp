#include <algorithm>
#include <cmath>
#include <set>

#include "agents/agent.hpp"
#include "env/core/config/config_file.hpp"
#include "env/env_batch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"

namespace infodiet::test {

namespace {

std::unique_ptr<Agent> agent_named(const std::string& name, const Spec& spec) {
  return AgentRegistry::instance().make(Choice(AgentRegistry::instance(), name), spec);
}

std::shared_ptr<const World> world_named(const std::string& name) {
  return WorldRegistry::instance().make(Choice(WorldRegistry::instance(), name));
}

/// An agent with knobs, as a user writes it.
std::unique_ptr<Agent> agent_from(const std::string& yaml, const Spec& spec) {
  struct Holder : ConfigOf<Holder> {
    Choice agent{AgentRegistry::instance(), "never"};
    void fields(Fields& f) override { f({"agent", "", "Who decides."}, agent); }
  } holder;
  ConfigFile::from_text(yaml, "test").read_into(holder);
  return AgentRegistry::instance().make(holder.agent, spec);
}

/// A spec of four candidates with an age each, two slots, and a context of push and load.
Spec small_spec() {
  Spec spec;
  spec.candidates = 4;
  spec.slots = 2;
  spec.slate_max = 2;
  spec.candidate_features = {{"age", "min", 0, 1e6, Role::kAge},
                             {"half_life", "min", 0, 1e6, Role::kHalfLife},
                             {"length", "min", 0, 100, Role::kLength}};
  spec.context_features = {{"push", "-", 0, 1, Role::kPush},
                           {"load", "-", -3, 1.5, Role::kLoadEstimate}};
  return spec;
}

/// One decision, spelt out.
struct Decision {
  DecisionKey key;
  std::vector<std::int32_t> item{10, 11, 12, -1};
  std::vector<std::uint8_t> mask{1, 1, 1, 0};
  std::vector<float> candidates{300, 100, 2, /**/ 100, 100, 1, /**/ 200, 100, 3, /**/ 0, 0, 0};
  std::vector<float> context{0, -1};

  Observations seen() const {
    Observations seen;
    seen.size = 1;
    seen.key = {&key, 1};
    seen.item = item;
    seen.mask = mask;
    seen.candidates = candidates;
    seen.context = context;
    return seen;
  }
  std::vector<std::int32_t> answer(const Agent& agent, int slots) const {
    std::vector<std::int32_t> slate(slots, 77);
    agent.act(seen(), {}, slate);
    return slate;
  }
};

using Slate = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("Every agent answers every world with slates that it accepts", "[agents][laws]") {
  for (const auto& [world_name, world_entry] : WorldRegistry::instance().entries()) {
    const auto world = world_named(world_name);
    for (const auto& [name, entry] : AgentRegistry::instance().entries()) {
      INFO(name << " in " << world_name);
      const auto agent = agent_named(name, world->spec());
      EnvBatch batch(world, 5, 3, {.tensors = agent->reads_tensors(), .block_size = 3});
      std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
      Workers one(1);
      for (int step = 0; step < 300; ++step) {
        agent->act(batch.observations(), memory, batch.slates());
        REQUIRE_NOTHROW(batch.step(one));  // it refuses a slate that is not allowed
      }
    }
  }
}

TEST_CASE("Every agent is a pure function of what it sees, and allocates nothing",
          "[agents][laws]") {
  for (const auto& [world_name, world_entry] : WorldRegistry::instance().entries()) {
    const auto world = world_named(world_name);
    for (const auto& [name, entry] : AgentRegistry::instance().entries()) {
      INFO(name << " in " << world_name);
      const auto agent = agent_named(name, world->spec());
      const auto twin = agent_named(name, world->spec());
      EnvBatch batch(world, 6, 4, {.tensors = true, .block_size = 2});
      std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
      std::vector<std::byte> twin_memory = memory;
      Workers one(1);
      for (int step = 0; step < 100; ++step) {
        const CountAllocations allocations;
        agent->act(batch.observations(), memory, batch.slates());
        REQUIRE(allocations.count() == 0);
        const Slate whole(batch.slates().begin(), batch.slates().end());
        // the same decisions, block by block and by another instance
        for (int block = 0; block < batch.blocks(); ++block) {
          const std::size_t begin = batch.block_begin(block) * agent->memory_bytes();
          const std::size_t size =
              (batch.block_end(block) - batch.block_begin(block)) * agent->memory_bytes();
          twin->act(batch.observations(block), std::span(twin_memory).subspan(begin, size),
                    batch.slates(block));
        }
        REQUIRE(whole == Slate(batch.slates().begin(), batch.slates().end()));
        batch.step(one);
      }
    }
  }
}

TEST_CASE("never: shows nothing, or as little as a world allows", "[agents]") {
  Spec spec = small_spec();
  CHECK(Decision{}.answer(*agent_named("never", spec), 2) == Slate{-1, -1});
  spec.slate_min = 1;
  CHECK(Decision{}.answer(*agent_named("never", spec), 2) == Slate{0, -1});
}

TEST_CASE("random: every length and every candidate is as likely", "[agents]") {
  const Spec spec = small_spec();
  const auto agent = agent_named("random", spec);
  const int draws = 9000;
  int lengths[3] = {};
  int first[3] = {};
  int pairs = 0;
  Decision decision;
  for (int i = 0; i < draws; ++i) {
    decision.key.decision = static_cast<std::uint32_t>(i);
    const Slate slate = decision.answer(*agent, 2);
    const int length = (slate[0] >= 0) + (slate[1] >= 0);
    ++lengths[length];
    if (length > 0) ++first[slate[0]];
    if (length == 2) {
      REQUIRE(slate[0] != slate[1]);
      pairs += slate[0] == 0 && slate[1] == 2;
    }
  }
  // binomial, p = 1/3: standard error sqrt(9000 * 2/9) = 44.7
  for (const int count : lengths) CHECK(std::abs(count - draws / 3.0) < 3 * 44.7);
  // of two thirds of the draws each candidate comes first in a third: sqrt(9000 * 2/9 * 7/9) = 39.4
  for (const int count : first) CHECK(std::abs(count - draws * 2 / 9.0) < 3 * 39.4);
  // one ordered pair of six, in a third of the draws: sqrt(9000 / 18 * 17/18) = 21.7
  CHECK(std::abs(pairs - draws / 18.0) < 3 * 21.7);
}

TEST_CASE("fill: uses every slot, unless it is told not to push", "[agents]") {
  const Spec spec = small_spec();
  const Slate slate = Decision{}.answer(*agent_named("fill", spec), 2);
  CHECK(std::set(slate.begin(), slate.end()).size() == 2);
  CHECK(*std::min_element(slate.begin(), slate.end()) >= 0);

  const auto agent = agent_from("agent: {name: fill, push: false}", spec);
  Decision push;
  push.context[0] = 1;
  CHECK(push.answer(*agent, 2) == Slate{-1, -1});
  CHECK(Decision{}.answer(*agent, 2)[1] >= 0);
}

TEST_CASE("newest: the youngest first, and no pushes by default", "[agents]") {
  const Spec spec = small_spec();
  const auto agent = agent_named("newest", spec);
  CHECK(Decision{}.answer(*agent, 2) == Slate{1, 2});
  Decision push;
  push.context[0] = 1;
  CHECK(push.answer(*agent, 2) == Slate{-1, -1});
}

TEST_CASE("threshold: best first below its limit of load, silent above it", "[agents]") {
  const Spec spec = small_spec();
  const auto agent = agent_named("threshold", spec);
  // 2^-((age / half-life)^0.4) * length: 2 * 0.341, 1 * 0.5, 3 * 0.401
  CHECK(Decision{}.answer(*agent, 2) == Slate{2, 0});
  Decision loaded;
  loaded.context[1] = 0.1f;
  CHECK(loaded.answer(*agent, 2) == Slate{-1, -1});
  // a push wants more room: below -2 by default, and brings one item
  Decision push;
  push.context = {1, -1.9f};
  CHECK(push.answer(*agent, 2) == Slate{-1, -1});
  push.context = {1, -2.1f};
  CHECK(push.answer(*agent, 2) == Slate{2, -1});
}

TEST_CASE("threshold: without an estimate of load it takes none for granted", "[agents]") {
  Spec spec = small_spec();
  spec.context_features.resize(1);
  Decision decision;
  decision.context = {0};
  CHECK(decision.answer(*agent_named("threshold", spec), 2) == Slate{2, 0});
}

TEST_CASE("threshold: learns the taste of a person from clicks and shows", "[agents]") {
  Spec spec = small_spec();
  spec.topics = 2;
  spec.candidate_features = {{"topic_a", "-", 0, 1, Role::kTopic, 0},
                             {"topic_b", "-", 0, 1, Role::kTopic, 1}};
  for (const Role role : {Role::kTopicClicks, Role::kTopicShows}) {
    for (int topic = 0; topic < 2; ++topic)
      spec.context_features.push_back({"", "-", 0, 100, role, topic});
  }
  Decision decision;
  decision.candidates = {1, 0, /**/ 0, 1, /**/ 0.5f, 0.5f, /**/ 0, 0};
  decision.context = {0, -1, /*clicks*/ 1, 9, /*shows*/ 20, 20};
  CHECK(decision.answer(*agent_named("threshold", spec), 2) == Slate{1, 2});
  decision.context = {0, -1, /*clicks*/ 9, 1, /*shows*/ 20, 20};
  CHECK(decision.answer(*agent_named("threshold", spec), 2) == Slate{0, 2});
}

}  // namespace infodiet::test
