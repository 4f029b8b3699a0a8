// How fast worlds step: decisions per second and simulated person-minutes per second, for every
// registered world with its default config.
//
//   random   the agent `random` answers, then the world steps: what an evaluation costs
//   step     the first candidates are shown, so nearly all time is the world's
//   tensors  like `step`, and the float arrays of the observations are written
//
// Each block plays a whole rollout of 128 decisions by itself, one join per rollout, as a trainer
// does it.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "env/core/error.hpp"
#include "env/env_batch.hpp"

namespace infodiet {
namespace {

constexpr int kEnvs = 256;
constexpr int kRollout = 128;  // T, decisions of one environment between two joins

enum class Variant { kRandom, kStep, kTensors };

/// Shows 0, 1, 2 ... of the first open candidates in turn: next to no work, yet people respond.
void show_first(const Spec& spec, const Observations& seen, Slates slates) {
  for (int row = 0; row < seen.size; ++row) {
    std::int32_t* const slate = slates.data() + std::size_t(row) * spec.slots;
    const std::uint8_t* const mask = seen.mask.data() + std::size_t(row) * spec.candidates;
    const int lengths = spec.slate_max - spec.slate_min + 1;
    const int wanted = spec.slate_min + static_cast<int>(seen.key[row].decision) % lengths;
    int count = 0;
    for (int m = 0; m < spec.candidates && count < wanted; ++m) {
      if (mask[m] != 0) slate[count++] = m;
    }
    std::fill(slate + count, slate + spec.slots, kNothing);
  }
}

/// What an agent remembers of each environment, forgotten when an episode begins.
void forget(const EnvBatch& batch, int block, std::span<std::byte> memory, std::size_t bytes) {
  if (bytes == 0) return;
  const Observations seen = batch.observations(block);
  for (int row = 0; row < seen.size; ++row) {
    if (seen.key[row].decision == 0) std::memset(memory.data() + row * bytes, 0, bytes);
  }
}

void rollout(benchmark::State& state, const std::shared_ptr<const World>& world, int threads,
             Variant variant) {
  const Spec& spec = world->spec();
  const auto agent =
      AgentRegistry::instance().make(Choice(AgentRegistry::instance(), "random"), spec);
  Workers workers(threads);
  EnvBatch batch(world, kEnvs, 1,
                 {.autoreset = Autoreset::kSameStep,
                  .tensors = variant == Variant::kTensors ||
                             (variant == Variant::kRandom && agent->reads_tensors())});
  const std::size_t bytes = agent->memory_bytes();
  std::vector<std::byte> memory(bytes * kEnvs);
  std::vector<double> minutes(static_cast<std::size_t>(batch.blocks()));

  const auto play = [&](int block) {
    const auto begin = static_cast<std::size_t>(batch.block_begin(block));
    const auto rows = static_cast<std::size_t>(batch.block_end(block)) - begin;
    const auto remembered = std::span(memory).subspan(begin * bytes, rows * bytes);
    double passed = 0;
    for (int t = 0; t < kRollout; ++t) {
      if (variant == Variant::kRandom) {
        forget(batch, block, remembered, bytes);
        agent->act(batch.observations(block), remembered, batch.slates(block));
      } else {
        show_first(spec, batch.observations(block), batch.slates(block));
      }
      batch.step_block(block);
      for (const float m : batch.transitions(block).minutes) passed += double{m};
    }
    minutes[block] += passed;
  };
  workers.for_each(batch.blocks(), play);  // warm caches, and people in mid-life
  std::fill(minutes.begin(), minutes.end(), 0.0);
  for (auto _ : state) workers.for_each(batch.blocks(), play);

  double total = 0;
  for (const double m : minutes) total += m;
  state.SetItemsProcessed(state.iterations() * kEnvs * kRollout);
  state.counters["person_minutes"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
}

void register_all() {
  for (const auto& [name, entry] : WorldRegistry::instance().entries()) {
    const std::shared_ptr<const World> world =
        WorldRegistry::instance().make(Choice(WorldRegistry::instance(), name));
    struct Row {
      const char* name;
      Variant variant;
    };
    for (const Row& row : {Row{"random", Variant::kRandom}, Row{"step", Variant::kStep},
                           Row{"tensors", Variant::kTensors}}) {
      for (const int threads : {1, 2}) {
        const Variant variant = row.variant;
        benchmark::RegisterBenchmark(
            fmt::format("{}/{}/threads:{}", name, row.name, threads).c_str(),
            [world, threads, variant](benchmark::State& state) {
              rollout(state, world, threads, variant);
            })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
}

/// Numbers from a build that checks itself would be quoted as if they meant something.
bool checks_are_on() {
#if defined(NDEBUG) && !defined(INFODIET_SANITIZED) && !defined(_GLIBCXX_ASSERTIONS)
  return false;
#else
  return true;
#endif
}

}  // namespace
}  // namespace infodiet

int main(int argc, char** argv) {
  if (infodiet::checks_are_on()) {
    std::fputs(
        "step_bench: this build has its asserts on; its speed means nothing. Build the "
        "preset `release`.\n",
        stderr);
    return 2;
  }
  try {
    infodiet::register_all();
  } catch (const infodiet::Error& error) {
    std::fprintf(stderr, "step_bench: %s\n", error.what());
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
