#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "agents/agent.hpp"
#include "agents/learning/learner.hpp"
#include "agents/learning/policy_gradient_config.hpp"
#include "env/env_batch.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/sanitized.hpp"

// What every agent must obey, on every world.

namespace infodiet::test {

namespace {

std::shared_ptr<const World> world_named(const std::string& name) {
  return WorldRegistry::instance().make(Choice(WorldRegistry::instance(), name));
}

/// An agent with its defaults; one that has learned nothing yet starts by showing, not by silence.
std::unique_ptr<Agent> eager_agent(const std::string& name, const Spec& spec) {
  if (name == "trained") return agent_named(name, spec);
  Choice choice(AgentRegistry::instance(), name);
  if (auto* const config = dynamic_cast<PolicyGradientConfig*>(&choice.config()))
    config->first_show = 0.8;
  return AgentRegistry::instance().make(choice, spec);
}

/// Calls `law(agent, world)` for all of both.
template <class Law>
void for_all_agents(const Law& law) {
  for (const auto& [world_name, world_entry] : WorldRegistry::instance().entries()) {
    const auto world = world_named(world_name);
    for (const auto& [name, entry] : AgentRegistry::instance().entries()) {
      INFO(name << " in " << world_name);
      law(*eager_agent(name, world->spec()), name, world);
    }
  }
}

/// Observations of one environment, made up: every feature within its range, no two alike.
class MadeUp {
 public:
  MadeUp(const Spec& spec, std::uint32_t decision) : spec_(spec) {
    key_.decision = decision;
    const int valid = spec.candidates / 2 + static_cast<int>(decision) % 3;
    item.assign(spec.candidates, -1);
    std::iota(item.begin(), item.begin() + valid, 100);
    mask.assign(spec.candidates, 0);
    std::fill_n(mask.begin(), valid, std::uint8_t{1});
    history_mask.assign(spec.history, 0);
    std::fill_n(history_mask.begin(), spec.history / 2, std::uint8_t{1});
    for (int i = 0; i < valid; ++i) append(candidates, spec.candidate_features);
    for (int i = 0; i < spec.history / 2; ++i) append(history, spec.history_features);
    append(context, spec.context_features);
    candidates.resize(spec.candidates * spec.candidate_features.size());
    history.resize(spec.history * spec.history_features.size());
  }

  /// Writes into what must not be read.
  void spoil_masked_rows() {
    const float nonsense = std::numeric_limits<float>::quiet_NaN();
    const auto spoil = [nonsense](std::vector<float>& rows,
                                  const std::vector<std::uint8_t>& there) {
      const std::size_t width = rows.size() / there.size();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (there[i / width] == 0) rows[i] = nonsense;
      }
    };
    spoil(candidates, mask);
    spoil(history, history_mask);
  }

  /// Candidate i becomes candidate order[i].
  void permute(const std::vector<int>& order) {
    const MadeUp old = *this;
    const std::size_t width = spec_.candidate_features.size();
    for (std::size_t i = 0; i < order.size(); ++i) {
      item[order[i]] = old.item[i];
      for (std::size_t f = 0; f < width; ++f)
        candidates[order[i] * width + f] = old.candidates[i * width + f];
    }
  }

  int valid() const { return available_; }
  Slate answer(const Agent& agent, std::vector<std::byte>& memory) const {
    memory.resize(agent.memory_bytes());
    Slate slate(spec_.slots, 77);
    agent.act({.size = 1,
               .key = {&key_, 1},
               .item = item,
               .mask = mask,
               .candidates = candidates,
               .history = history,
               .history_mask = history_mask,
               .context = context},
              memory, slate);
    return slate;
  }

  std::vector<std::int32_t> item;
  std::vector<std::uint8_t> mask, history_mask;
  std::vector<float> candidates, history, context;

 private:
  void append(std::vector<float>& row, const std::vector<Feature>& features) {
    for (const Feature& feature : features) {
      const auto words = random_words({7, key_.decision, 0}, Purpose::kAgent, draws_++);
      const float u = uniform_open(words[0]);
      const bool coin = feature.role == Role::kPush || feature.role == Role::kClicked;
      row.push_back(coin ? (u < 0.5f ? 0.0f : 1.0f)
                         : feature.low + u * std::min(feature.high - feature.low, 24.0f));
    }
    if (&features == &spec_.candidate_features) ++available_;
  }

  const Spec& spec_;
  DecisionKey key_;
  std::uint32_t draws_ = 0;
  int available_ = 0;
};

}  // namespace

TEST_CASE("Every agent answers every world with slates that it accepts", "[agents][laws]") {
  for_all_agents([](const Agent& agent, const std::string&, const auto& world) {
    EnvBatch batch(world, 5, 3, {.tensors = agent.reads_tensors(), .block_size = 3});
    std::vector<std::byte> memory(batch.size() * agent.memory_bytes());
    Workers one(1);
    for (int step = 0; step < rounds(300, 60); ++step) {
      agent.act(batch.observations(), memory, batch.slates());
      REQUIRE_NOTHROW(batch.step(one));  // it refuses a slate that is not allowed
    }
  });
}

TEST_CASE("Every agent is a pure function of what it sees, and allocates nothing",
          "[agents][laws]") {
  for_all_agents([](const Agent& agent, const std::string& name, const auto& world) {
    const auto twin = eager_agent(name, world->spec());
    EnvBatch batch(world, 6, 4, {.tensors = true, .block_size = 2});
    std::vector<std::byte> memory(batch.size() * agent.memory_bytes());
    std::vector<std::byte> twin_memory = memory;
    Workers one(1);
    std::vector<std::byte> unused = memory;
    agent.act(batch.observations(), unused, batch.slates());  // a thread's first may take memory
    for (int step = 0; step < rounds(100, 30); ++step) {
      const CountAllocations allocations;
      agent.act(batch.observations(), memory, batch.slates());
      REQUIRE(allocations.count() == 0);
      const Slate whole(batch.slates().begin(), batch.slates().end());
      // the same decisions, block by block and by another instance
      for (int block = 0; block < batch.blocks(); ++block) {
        const std::size_t begin = batch.block_begin(block) * agent.memory_bytes();
        const std::size_t size =
            (batch.block_end(block) - batch.block_begin(block)) * agent.memory_bytes();
        twin->act(batch.observations(block), std::span(twin_memory).subspan(begin, size),
                  batch.slates(block));
      }
      REQUIRE(whole == Slate(batch.slates().begin(), batch.slates().end()));
      REQUIRE(memory == twin_memory);
      batch.step(one);
    }
  });
}

TEST_CASE("No agent looks at rows that are masked", "[agents][laws]") {
  for_all_agents([](const Agent& agent, const std::string&, const auto& world) {
    std::vector<std::byte> memory, spoiled_memory;
    for (std::uint32_t decision = 0; decision < 60; ++decision) {
      MadeUp seen(world->spec(), decision);
      const Slate slate = seen.answer(agent, memory);
      seen.spoil_masked_rows();
      REQUIRE(seen.answer(agent, spoiled_memory) == slate);
    }
  });
}

TEST_CASE("Candidates in another order get the same answer", "[agents][laws]") {
  const std::set<std::string> by_place = {"never", "random", "fill",
                                          "aiming"};  // they take any candidates
  for_all_agents([&](const Agent& agent, const std::string& name, const auto& world) {
    if (by_place.contains(name)) return;
    std::vector<std::byte> memory, permuted_memory;
    // in a world that tells next to nothing of its candidates, place decides between equals
    if (Spec::find(world->spec().candidate_features, Role::kAge) < 0) return;
    int items = 0;
    for (std::uint32_t decision = 0; decision < 60; ++decision) {
      MadeUp seen(world->spec(), decision);
      const Slate slate = seen.answer(agent, memory);
      std::vector<int> order(seen.valid());
      std::iota(order.begin(), order.end(), 0);
      std::rotate(order.begin(), order.begin() + 3, order.end());
      std::swap(order[0], order[1]);
      seen.permute(order);
      const Slate permuted = seen.answer(agent, permuted_memory);
      for (std::size_t slot = 0; slot < slate.size(); ++slot) {
        const std::int32_t expected = slate[slot] < 0 ? slate[slot] : order[slate[slot]];
        REQUIRE(permuted[slot] == expected);
      }
      items += shown(slate);
    }
    CHECK(items > 0);
  });
}

TEST_CASE("Who is not told to push answers pushes with nothing", "[agents][laws]") {
  const auto world = world_named("feed");
  const int push = Spec::find(world->spec().context_features, Role::kPush);
  for (const auto& [name, entry] : AgentRegistry::instance().entries()) {
    if (!entry.make_config()->variant().empty() || name == "random" || name == "aiming" ||
        name == "trained")
      continue;
    INFO(name);
    const auto agent = agent_named(name, world->spec());
    if (dynamic_cast<const Learner*>(agent.get()) != nullptr) continue;  // it finds out by itself
    EnvBatch batch(world, 4, 9, {.tensors = true});
    std::vector<std::byte> memory(batch.size() * agent->memory_bytes());
    Workers one(1);
    int pushes = 0;
    for (int step = 0; step < 100; ++step) {
      agent->act(batch.observations(), memory, batch.slates());
      for (int env = 0; env < batch.size(); ++env) {
        const Observations seen = batch.observations();
        if (seen.context[env * world->spec().context_features.size() + push] <= 0) continue;
        ++pushes;
        REQUIRE(batch.slates()[env * world->spec().slots] == kNothing);
      }
      batch.step(one);
    }
    CHECK(pushes > 100);
  }
}

TEST_CASE("never: shows nothing, or as little as a world allows", "[agents]") {
  Spec spec = full_spec(4, 2);
  CHECK(Scene(spec).answer(*agent_named("never", spec)) == Slate{-1, -1});
  spec.slate_min = 1;
  CHECK(Scene(spec).answer(*agent_named("never", spec)) == Slate{0, -1});
}

TEST_CASE("random: every length and every candidate is as likely", "[agents]") {
  const Spec spec = full_spec(4, 2);
  const auto agent = agent_named("random", spec);
  const int draws = 9000;
  int lengths[3] = {};
  int first[3] = {};
  int pairs = 0;
  Scene scene(spec);
  scene.limit(3);
  for (int i = 0; i < draws; ++i) {
    scene.key().decision = static_cast<std::uint32_t>(i);
    const Slate slate = scene.answer(*agent);
    const int length = shown(slate);
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
  const Spec spec = full_spec(4, 2);
  const Slate slate = Scene(spec).answer(*agent_named("fill", spec));
  CHECK(std::set(slate.begin(), slate.end()).size() == 2);
  CHECK(shown(slate) == 2);

  const auto agent = agent_from("{name: fill, push: false}", spec);
  Scene scene(spec);
  CHECK(shown(scene.answer(*agent)) == 2);
  scene.context("push") = 1;
  CHECK(shown(scene.answer(*agent)) == 0);
}

}  // namespace infodiet::test
