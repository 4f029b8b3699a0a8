#include "sim/yardsticks/score_bound.hpp"

#include "env/env_batch.hpp"

namespace infodiet {

namespace {
/// Records begin on a cache line.
struct alignas(64) CacheLine {
  std::byte bytes[64];
};
}  // namespace

double mean_score_bound(const World& world, const EvalPlan& plan) {
  std::vector<CacheLine> record(world.state_bytes() / sizeof(CacheLine));
  auto* state = reinterpret_cast<std::byte*>(record.data());
  double sum = 0;
  for (int seed = 0; seed < plan.seeds; ++seed) {
    for (int env = 0; env < plan.envs; ++env) {
      world.begin({.seed = plan.first_seed + static_cast<std::uint64_t>(seed),
                   .env = static_cast<std::uint32_t>(env)},
                  state);
      sum += world.score_bound(state);
    }
  }
  const double days = world.spec().score_per == ScorePer::kDay ? world.spec().episode_days : 1;
  return sum / (static_cast<double>(plan.seeds) * plan.envs * days);
}

}  // namespace infodiet
