// How fast policies decide and learn: one sample, one thread, 4 heads, feed_forward 2.
//
//   inference  forward, and a slate is drawn
//   gradient   add_sample_gradient: forward, loss, backward
//   encode     from the arrays of an observation to the record a network reads
//
// at two shapes: `tokens48` has 32 candidates, 15 events and the context, all 16 numbers wide, all
// there; `quickstart` is configs/quickstart.yaml, with decisions as they come where slates are
// random, standardised as in training.
//
//   flop                   rate of the products alone, a multiply and an add being two
//   parameters             numbers that are learnt
//   allocations            per sample, once memory has grown: none is promised
//   share_of_demonstrated  at `tokens48`: the rate over the best that a prototype of nothing but
//                          Eigen products reached on one core of a Zen 3 at 3 GHz; 0.5 is promised
//   share_of_model         the same over 50 GFLOP/s by a count of the products alone, which nobody
//                          has reached
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agents/learning/sample_gradient.hpp"
#include "agents/policy/encoder.hpp"
#include "agents/policy/network_config.hpp"
#include "agents/policy/normaliser.hpp"
#include "env/core/error.hpp"
#include "env/core/philox.hpp"
#include "env/env_batch.hpp"
#include "sim/experiment.hpp"
#include "tests/support/count_allocations.hpp"

namespace infodiet {
namespace {

struct Policy {
  const char* network;
  int dim, layers;
  double inference, gradient;  // samples/s at `tokens48` to compare with
  bool demonstrated;
};
constexpr std::array<Policy, 4> kPolicies = {{{"pooled", 32, 1, 250e3, 84e3, false},
                                              {"cross", 32, 1, 86e3, 28.6e3, false},
                                              {"transformer", 32, 1, 40e3, 13e3, true},
                                              {"transformer", 64, 2, 7.4e3, 2.35e3, true}}};

std::unique_ptr<PolicyNetwork<float>> make_network(const Policy& policy, const InputShape& shape) {
  Choice choice(NetworkRegistry<float>::instance(), policy.network);
  auto& config = static_cast<NetworkConfig&>(choice.config());
  config.dim = policy.dim;
  config.layers = policy.layers;
  config.heads = 4;
  config.feed_forward = 2;
  return NetworkRegistry<float>::instance().make(choice, shape);
}

/// Multiplications in the products of one sample.
struct Products {
  double forward, backward;

  static Products of(const Policy& policy, const InputShape& shape, double m, double h) {
    const double d = policy.dim;
    const bool self = std::string(policy.network) == "transformer";
    const bool pooled = std::string(policy.network) == "pooled";
    // a gradient takes two products for one forward, or one where nobody asks for that of the data
    const double embedding =
        d * (m * shape.candidate_width + h * shape.event_width + shape.context_width);
    double rest = 2 * m * d + m * d + 2 * d * d + d * shape.slots + d;  // the head
    if (pooled) rest += 2 * m * d * d + d * d;                          // its candidates meet it
    for (int i = 0; i < policy.layers; ++i) {
      const double keys = self ? m + 1 + h : 1 + h;
      const double all = self && i + 1 < policy.layers ? m + 1 + h : m + 1;
      const double queries = pooled ? 1 : all;
      rest += 2 * queries * d * d + 2 * keys * d * d;  // query and output, keys and values
      rest += 2 * queries * keys * d;                  // scores, and what they weigh
      rest += 2 * queries * d * 2 * d;                 // up and down
    }
    return {embedding + rest, embedding + 2 * rest};
  }
};

/// Decisions to go through in turn, standardised.
struct Decisions {
  InputShape shape;
  int slate_min = 0, slate_max = 0;
  std::vector<float> records{};
  std::vector<InputRows> rows{};
  std::vector<DecisionKey> keys{};

  std::size_t count() const { return rows.size(); }
  float* record(std::size_t i) { return records.data() + i * shape.size(); }
  PolicyInput<float> input(std::size_t i) {
    return PolicyInput<float>::of(record(i), shape, rows[i].candidates, rows[i].events);
  }
};

Decisions tokens48() {
  constexpr std::size_t kCount = 64;
  Decisions all{.shape = {.candidates = 32,
                          .candidate_width = 16,
                          .history = 15,
                          .event_width = 16,
                          .context_width = 16,
                          .slots = 5},
                .slate_max = 5};
  all.records.resize(kCount * all.shape.size());
  for (std::size_t i = 0; i < all.records.size(); ++i) {
    const auto words = random_words({1, 1, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i / 4));
    all.records[i] = 2 * uniform_open(words[i % 4]) - 1;
  }
  for (std::uint32_t i = 0; i < kCount; ++i) {
    all.rows.push_back({32, 15});
    all.keys.push_back({{1, 0, 0}, i});
  }
  return all;
}

/// A world in mid-life, under slates of random length.
struct Quickstart {
  std::shared_ptr<const World> world;
  EnvBatch batch;
  Encoder encoder;

  static constexpr int kEnvs = 256;

  Quickstart()
      : world(make_world(load_experiment(INFODIET_SOURCE_DIR "/configs/quickstart.yaml").world)),
        batch(world, kEnvs, 1, {.autoreset = Autoreset::kSameStep, .tensors = true}),
        encoder(world->spec()) {
    const auto random =
        infodiet::make_agent(Choice(AgentRegistry::instance(), "random"), world->spec());
    std::vector<std::byte> memory(random->memory_bytes() * kEnvs);
    Workers one(1);
    for (int step = 0; step < 100; ++step) {
      random->act(batch.observations(), memory, batch.slates());
      batch.step(one);
    }
  }

  InputRows encode(int env, float* record) const {
    std::array<std::byte, sizeof(Encoder::Memory)> unmet{};
    return encoder.encode(batch.observations(), env, unmet, {}, record);
  }

  Decisions decisions() const {
    Decisions all{.shape = encoder.shape(),
                  .slate_min = world->spec().slate_min,
                  .slate_max = world->spec().slate_max};
    all.records.resize(kEnvs * all.shape.size());
    Normaliser normaliser(all.shape, encoder.unbounded());
    for (int env = 0; env < kEnvs; ++env) {
      all.rows.push_back(encode(env, all.record(env)));
      all.keys.push_back(batch.observations().key[env]);
      normaliser.observe(all.record(env), all.rows.back());
    }
    normaliser.fix();
    for (int env = 0; env < kEnvs; ++env)
      normaliser.apply(all.record(env), all.rows[env], all.record(env));
    return all;
  }
};

constexpr std::array<Outcome<float>, 1> kChosen = {{{true, 1.0f, true}}};

/// A network, and what it answered to each of its decisions.
struct Case {
  Policy policy;
  Decisions decisions;
  std::unique_ptr<PolicyNetwork<float>> network;
  std::vector<float> parameters, gradients;
  DecisionScratch<float> scratch;
  std::vector<std::int32_t> slates;
  std::vector<Sample<float>> samples;
  Objective objective;

  Case(const Policy& of, Decisions all)
      : policy(of),
        decisions(std::move(all)),
        network(make_network(of, decisions.shape)),
        parameters(network->table().size()),
        gradients(parameters.size()) {
    network->table().initialize(parameters.data(), 1);
    scratch.fit(*network);
    slates.resize(decisions.count() * static_cast<std::size_t>(decisions.shape.slots));
    for (std::size_t i = 0; i < decisions.count(); ++i) {
      const float value = decide(i);
      PlackettLuce<float> drawn(answer(i).scores, answer(i).gates, decisions.slate_min,
                                decisions.slate_max);
      const float log_chance = drawn.of(slate(i)).log_probability;
      const float advantage = i % 2 == 0 ? 1.0f : -1.0f;
      // as if the first item had been chosen in every decision
      samples.push_back({advantage, value + advantage, log_chance + 0.05f * advantage, value,
                         std::span<const Outcome<float>>(kChosen).first(slate(i)[0] >= 0 ? 1 : 0)});
    }
  }

  std::span<std::int32_t> slate(std::size_t i) {
    const auto slots = static_cast<std::size_t>(decisions.shape.slots);
    return std::span(slates).subspan(i * slots, slots);
  }

  /// Where the last answer stands, if it was that of decision i.
  PolicyOutput<float> answer(std::size_t i) {
    return scratch.output(decisions.rows[i].candidates, decisions.shape.slots);
  }

  /// @returns the value
  float decide(std::size_t i) {
    PolicyOutput<float> out = answer(i);
    network->forward(parameters.data(), decisions.input(i), scratch.forward.data(), out);
    PlackettLuce<float> policy_now(out.scores, out.gates, decisions.slate_min, decisions.slate_max);
    policy_now.draw(decisions.keys[i], slate(i));
    return out.value;
  }

  void learn(std::size_t i) {
    const auto judged = add_sample_gradient(
        *network, parameters.data(), objective, decisions.input(i), decisions.slate_min,
        decisions.slate_max, slate(i), samples[i], 1.0f, scratch, gradients.data());
    benchmark::DoNotOptimize(judged);
  }

  /// Over all decisions.
  Products mean_products() const {
    Products sum{0, 0};
    const auto count = static_cast<double>(decisions.count());
    for (const InputRows& rows : decisions.rows) {
      const auto one = Products::of(policy, decisions.shape, rows.candidates, rows.events);
      sum.forward += one.forward / count;
      sum.backward += one.backward / count;
    }
    return sum;
  }

  /// Numbers that are learnt: without the gaps between them.
  std::size_t learnt() const {
    std::size_t sum = 0;
    for (const nn::Parameter& parameter : network->table().parameters())
      sum += static_cast<std::size_t>(parameter.rows) * static_cast<std::size_t>(parameter.cols);
    return sum;
  }
};

/// Calls `sample(i)` for i = 0 .. count - 1 in turn, and says how often and at what cost.
template <class Each>
void go_round(benchmark::State& state, std::size_t count, const Each& sample) {
  for (std::size_t i = 0; i < count; ++i) sample(i);
  const test::CountAllocations allocated;
  for (std::size_t i = 0; i < count; ++i) sample(i);
  state.counters["allocations"] =
      static_cast<double>(allocated.count()) / static_cast<double>(count);
  std::size_t i = 0;
  for (auto _ : state) {
    sample(i);
    i = i + 1 < count ? i + 1 : 0;
  }
  state.SetItemsProcessed(state.iterations());
}

/// @param usual  samples/s to compare with, or 0
void report(benchmark::State& state, const Case& c, double multiplications, double usual) {
  const auto samples = static_cast<double>(state.iterations());
  const auto rate = benchmark::Counter::kIsRate;
  state.counters["flop"] = benchmark::Counter(2 * multiplications * samples, rate);
  state.counters["parameters"] = static_cast<double>(c.learnt());
  if (usual > 0) {
    state.counters[c.policy.demonstrated ? "share_of_demonstrated" : "share_of_model"] =
        benchmark::Counter(samples / usual, rate);
  }
}

void add_policy(const Policy& policy, const std::string& shape, const Decisions& decisions) {
  const auto c = std::make_shared<Case>(policy, decisions);
  const std::string name =
      fmt::format("{}/d{}/layers{}/{}", policy.network, policy.dim, policy.layers, shape);
  const bool compare = shape == "tokens48";
  const Products products = c->mean_products();
  benchmark::RegisterBenchmark(
      (name + "/inference").c_str(), [c, products, compare](benchmark::State& state) {
        go_round(state, c->decisions.count(), [&c](std::size_t i) { c->decide(i); });
        report(state, *c, products.forward, compare ? c->policy.inference : 0);
      });
  benchmark::RegisterBenchmark(
      (name + "/gradient").c_str(), [c, products, compare](benchmark::State& state) {
        go_round(state, c->decisions.count(), [&c](std::size_t i) { c->learn(i); });
        report(state, *c, products.forward + products.backward, compare ? c->policy.gradient : 0);
      });
}

void register_all() {
  for (const Policy& policy : kPolicies) add_policy(policy, "tokens48", tokens48());
  const auto quickstart = std::make_shared<const Quickstart>();
  for (const Policy& policy : kPolicies) add_policy(policy, "quickstart", quickstart->decisions());
  benchmark::RegisterBenchmark("encode/quickstart", [quickstart](benchmark::State& state) {
    std::vector<float> record(quickstart->encoder.shape().size());
    go_round(state, Quickstart::kEnvs, [&](std::size_t env) {
      benchmark::DoNotOptimize(quickstart->encode(static_cast<int>(env), record.data()));
    });
  });
}

}  // namespace
}  // namespace infodiet

int main(int argc, char** argv) {
#if !defined(NDEBUG) || defined(INFODIET_SANITIZED) || defined(_GLIBCXX_ASSERTIONS)
  std::fputs(
      "policy_bench: this build has its asserts on; its speed means nothing. Build the preset "
      "`release`.\n",
      stderr);
  return 2;
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    infodiet::register_all();
  } catch (const infodiet::Error& error) {
    std::fprintf(stderr, "policy_bench: %s\n", error.what());
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
