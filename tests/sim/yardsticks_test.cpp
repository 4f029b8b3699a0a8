#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/evaluation.hpp"
#include "sim/experiment.hpp"
#include "sim/yardsticks/index_rule.hpp"
#include "sim/yardsticks/score_bound.hpp"
#include "sim/yardsticks/yardstick.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sanitized.hpp"

namespace infodiet::test {
namespace {

std::string task(const std::string& name) {
  return std::string(INFODIET_SOURCE_DIR) + "/configs/tasks/" + name + "-v1.yaml";
}

/// A world of nothing but offers, for the rule alone.
Spec bare_spec(int candidates, int slots) {
  Spec spec;
  spec.candidates = candidates;
  spec.slots = spec.slate_max = slots;
  spec.context_features = {{"push", "-", 0, 1, Role::kPush},
                           {"since_show", "min", 0, 1e4f, Role::kSince}};
  spec.hidden_features = {{"attention_balance", "am", -15, 30, Role::kHidden},
                          {"overload_share", "-", 0, 1, Role::kHidden}};
  return spec;
}

struct Offer {
  std::vector<ExpectedOutcome> outcomes;
  std::array<float, 2> hidden = {0, 0};
  std::array<float, 2> context = {0, 1000};

  IndexPolicy::Situation situation() const {
    return {outcomes, hidden, nullptr, context.data(), static_cast<int>(outcomes.size())};
  }
};

/// What a slate earns under the conditional logit with places.
double earned(const std::vector<int>& slate, const Offer& offer, double position) {
  double sum = 0, total = 1;
  for (std::size_t rank = 0; rank < slate.size(); ++rank) {
    const ExpectedOutcome& o = offer.outcomes[static_cast<std::size_t>(slate[rank])];
    const double weight =
        o.probability / (1 - o.probability) * std::pow(1.0 + static_cast<double>(rank), -position);
    sum += weight * o.net / o.probability;
    total += weight;
  }
  return sum / total;
}

/// The best of all ordered slates.
double best_earned(const Offer& offer, int slots, double position) {
  double best = 0;
  std::vector<int> slate;
  const std::function<void()> extend = [&] {
    best = std::max(best, earned(slate, offer, position));
    if (static_cast<int>(slate.size()) == slots) return;
    for (int i = 0; i < static_cast<int>(offer.outcomes.size()); ++i) {
      if (std::find(slate.begin(), slate.end(), i) != slate.end()) continue;
      slate.push_back(i);
      extend();
      slate.pop_back();
    }
  };
  extend();
  return best;
}

std::vector<int> shown(const std::vector<std::int32_t>& slate) {
  std::vector<int> out;
  for (const std::int32_t place : slate) {
    if (place >= 0) out.push_back(place);
  }
  return out;
}

Evaluation scores(const std::string& file, const std::vector<std::string>& overrides, int seeds,
                  int episodes) {
  const ExperimentConfig experiment = load_experiment(file, overrides);
  const auto world = make_world(experiment.world);
  EvalPlan plan;
  plan.seeds = seeds;
  plan.envs = episodes;
  Workers workers(2);
  return evaluate(world, make_contestants(experiment.eval.contestants(), *world), plan, workers);
}

}  // namespace

TEST_CASE("IndexPolicy: slates put together greedily are nearly the best of all", "[sim]") {
  std::mt19937 dice(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  IndexRule rule;
  const IndexPolicy policy(rule, bare_spec(6, 3));
  double greedy = 0, best = 0;
  for (int trial = 0; trial < 200; ++trial) {
    Offer offer;
    for (int i = 0; i < 6; ++i) {
      ExpectedOutcome outcome;
      outcome.probability = 0.02 + 0.6 * uniform(dice);
      outcome.net = outcome.probability * (uniform(dice) - 0.3);
      offer.outcomes.push_back(outcome);
    }
    std::vector<std::int32_t> slate(3);
    policy.choose(offer.situation(), slate.data());
    const double here = earned(shown(slate), offer, rule.position);
    const double most = best_earned(offer, 3, rule.position);
    CHECK(here <= most + 1e-12);
    CHECK(shown(slate).empty() == (most <= 0));
    greedy += here;
    best += most;
  }
  CHECK(greedy > 0.98 * best);
}

TEST_CASE("IndexPolicy: gates keep it silent", "[sim]") {
  Offer offer;
  offer.outcomes.resize(2);
  offer.outcomes[0].probability = offer.outcomes[1].probability = 0.5;
  offer.outcomes[0].net = 0.2;
  offer.outcomes[1].net = 0.1;
  offer.outcomes[0].attention = 1;
  const auto slate_of = [&offer](const IndexRule& rule) {
    std::vector<std::int32_t> slate(2);
    IndexPolicy(rule, bare_spec(2, 2)).choose(offer.situation(), slate.data());
    return shown(slate);
  };
  IndexRule rule;
  rule.feed_slots = 1;
  CHECK(slate_of(rule) == std::vector<int>{0});
  SECTION("a price of attention turns to what takes none") {
    rule.price = 0.15;
    CHECK(slate_of(rule) == std::vector<int>{1});
  }
  SECTION("the price falls with the balance") {
    rule.price = 0.15;
    rule.relax = 1;
    offer.hidden[0] = 20;  // two references: a quarter of the price
    CHECK(slate_of(rule) == std::vector<int>{0});
  }
  SECTION("a floor") {
    rule.floor_feed = 0.3;
    CHECK(slate_of(rule).empty());
  }
  SECTION("a least balance") {
    rule.least_feed = 0.5;
    CHECK(slate_of(rule).empty());
    offer.hidden[0] = 6;
    CHECK(slate_of(rule).size() == 1);
  }
  SECTION("a distance between pushes, which is none of the feed's business") {
    rule.gap = 30;
    offer.context[1] = 10;
    CHECK(slate_of(rule).size() == 1);
    offer.context[0] = 1;
    CHECK(slate_of(rule).empty());
    offer.context[1] = 31;
    CHECK_FALSE(slate_of(rule).empty());
  }
  SECTION("what may be read later need not be pushed") {
    offer.context[0] = 1;
    offer.outcomes[0].value = 0.3;
    rule.push_slots = 1;
    rule.later = 1;
    CHECK(slate_of(rule) == std::vector<int>{1});
  }
}

TEST_CASE("Sip: full_state earns what is best at every decision, and nobody earns more",
          "[sim][yardsticks]") {
  const ExperimentConfig experiment =
      load_experiment(task("sip"), {"eval.yardsticks=[{name: full_state, price: -0.2}, matched]",
                                    "eval.agents=[never, random, newest, threshold]"});
  const auto world = make_world(experiment.world);
  const Spec& spec = world->spec();
  const double outside =
      0.2;  // person.outside_option: net charges attention with it, the score not
  for (const Contestant& who : make_contestants(experiment.eval.contestants(), *world)) {
    INFO(who.label);
    const int envs = rounds(256, 48);
    BatchOptions options;
    options.autoreset = Autoreset::kDisabled;
    options.block_size = envs;
    options.tensors = true;
    EnvBatch batch(world, envs, 21, options);
    const std::size_t bytes =
        who.yardstick ? who.yardstick->memory_bytes() : who.agent->memory_bytes();
    std::vector<std::byte> memory(bytes * envs);
    std::vector<double> missed(envs);
    std::vector<ExpectedOutcome> outcomes(static_cast<std::size_t>(spec.candidates));
    for (int running = envs; running > 0;) {
      for (std::size_t env = 0; env < envs; ++env) {
        if (!batch.expected_outcomes(static_cast<int>(env), outcomes)) continue;
        double best = 0;
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
          if (batch.observations().mask[env * outcomes.size() + i] == 0) continue;
          best = std::max(best, outcomes[i].net + outside * outcomes[i].attention);
        }
        missed[env] -= best;
      }
      if (who.yardstick)
        who.yardstick->act(batch, memory, batch.slates());
      else
        who.agent->act(batch.observations(), memory, batch.slates());
      batch.step_block(0);
      for (std::size_t env = 0; env < envs; ++env) {
        if (batch.transitions().valid[env] != 0)
          missed[env] += static_cast<double>(batch.transitions().score[env]);
      }
      running -= static_cast<int>(batch.finished(0).size());
    }
    const Interval mean = mean_interval(missed, 0.999);
    CHECK(mean.low <= 0);
    if (who.label == "full_state") CHECK(mean.high >= 0);
    if (who.label == "never" || who.label == "random" || who.label == "newest")
      CHECK(mean.high < 0);
  }
}

TEST_CASE(
    "Yardsticks: what is hidden is worth knowing, and what can be believed is worth believing",
    "[sim][yardsticks]") {
  const Evaluation played =
      scores(task("the_tap"),
             {"eval.agents=[never, random, newest]",
              "eval.yardsticks=[{name: full_state, price: -0.2}, {name: matched, price: -0.2}]"},
             4, rounds(24, 8));
  const auto ahead = [&played](int agent, int of) { return played.difference(agent, of, 0); };
  CHECK(ahead(4, 1).low > 0);  // matched beats random
  CHECK(ahead(4, 2).low > 0);  // and newest
  CHECK(ahead(3, 4).low > 0);  // full_state beats matched
  CHECK(played.normalised(0).estimate == Approx(0).margin(1e-12));
  CHECK(played.normalised(3).estimate == Approx(1));
  CHECK(played.normalised(4).estimate > 0.5);
}

TEST_CASE("Nothing scores above a claimed bound", "[sim][yardsticks]") {
  int finite = 0;
  for (const char* name : {"the_tap", "quiet_hours", "breaking", "old_news", "full_diet"}) {
    INFO(name);
    const std::vector<std::string> overrides = {
        "eval.agents=[never, random, fill, newest, threshold]",
        "eval.yardsticks=[{name: full_state, price: -0.2}, {name: matched, price: -0.2}]"};
    const ExperimentConfig experiment = load_experiment(task(name), overrides);
    const auto world = make_world(experiment.world);
    EvalPlan plan;
    plan.seeds = 2;
    plan.envs = rounds(16, 3);
    Workers workers(2);
    const double bound = mean_score_bound(*world, plan);
    if (std::isinf(bound)) continue;
    ++finite;
    const Evaluation played =
        evaluate(world, make_contestants(experiment.eval.contestants(), *world), plan, workers);
    for (int agent = 0; agent < static_cast<int>(played.agents.size()); ++agent) {
      INFO(played.agents[static_cast<std::size_t>(agent)]);
      CHECK(mean(played.over_seeds(agent, 0)) <= bound);
    }
  }
  CHECK(finite >= 4);
}

TEST_CASE("score_bound: poured by hand", "[sim][yardsticks]") {
  // no attention limit: time awake bounds; two items, both whole
  const ExperimentConfig experiment =
      load_experiment(task("the_tap"), {"world.person.attention.kappa=.inf"});
  const auto unlimited = make_world(experiment.world);
  const auto limited = make_world(load_experiment(task("the_tap")).world);
  const auto tighter =
      make_world(load_experiment(task("the_tap"), {"world.person.attention.kappa=1"}).world);
  const auto clicks =
      make_world(load_experiment(task("the_tap"), {"world.reward.engagement=1"}).world);
  EvalPlan plan;
  plan.envs = 8;
  CHECK(mean_score_bound(*unlimited, plan) > mean_score_bound(*limited, plan));
  CHECK(mean_score_bound(*limited, plan) > mean_score_bound(*tighter, plan));
  CHECK(std::isinf(mean_score_bound(*clicks, plan)));
  // 5 am/h for 16 h a day, four days, and 15 am of debt once: at most 1 wsm/min
  CHECK(mean_score_bound(*limited, plan) <= (4 * (80 + 2.5 * 5 / 60 * 30) + 15) / 4.0);
}

TEST_CASE("Yardsticks: a world that cannot judge is refused", "[sim][yardsticks]") {
  const auto lts = make_world(Choice(WorldRegistry::instance(), "long_term_satisfaction"));
  for (const char* name : {"full_state", "matched"})
    CHECK_THROWS_AS(make_contestants({Choice(YardstickRegistry::instance(), name)}, *lts), Error);
}

}  // namespace infodiet::test
