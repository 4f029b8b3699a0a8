// Laws of runs: the same bits, whoever computes them and however they are interrupted.
#include <fmt/format.h>

#include <set>
#include <vector>

#include "env/env_batch.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/world_laws.hpp"

namespace infodiet::test {
namespace {

constexpr int kEnvs = 70;  // no multiple of any block size: the last block is ragged
constexpr int kSteps = rounds(50, 12);
constexpr std::uint64_t kSeed = 7;

/// Like `run`, block by block, the last block first.
std::uint64_t run_backwards(EnvBatch& batch, int steps) {
  std::vector<std::uint64_t> hashes;
  for (int t = 0; t < steps; ++t) {
    hashes.push_back(hash_of(batch.observations()));
    for (int block = batch.blocks() - 1; block >= 0; --block) {
      random_slates(batch.spec(), batch.observations(block), batch.slates(block));
      batch.step_block(block);
    }
    hashes.push_back(hash_of(batch.transitions()));
  }
  hashes.push_back(hash_of(batch.observations()));
  Hash all;
  all.add(std::span<const std::uint64_t>(hashes));
  return all.value();
}

/// One valid decision of one environment: what was seen before, what came, what was seen after.
struct Scene {
  DecisionKey key;
  std::uint64_t before = 0, came = 0, after = 0;
  bool last = false;

  bool operator==(const Scene& other) const {
    return key.episode.episode == other.key.episode.episode && key.decision == other.key.decision &&
           before == other.before && came == other.came && after == other.after &&
           last == other.last;
  }
};

/// @returns the first `wanted` scenes of each environment, fewer if `max_steps` do not suffice
std::vector<std::vector<Scene>> story(const WorldPtr& world, Autoreset autoreset, int num_envs,
                                      int max_steps) {
  EnvBatch batch(world, num_envs, kSeed,
                 {.autoreset = autoreset, .tensors = true, .block_size = 3});
  Workers one(1);
  std::vector<std::vector<Scene>> scenes(static_cast<std::size_t>(num_envs));
  for (int t = 0; t < max_steps; ++t) {
    std::vector<Scene> now(static_cast<std::size_t>(num_envs));
    for (int env = 0; env < num_envs; ++env) {
      now[env].key = batch.observations().key[env];
      now[env].before = hash_of(batch.observations(), env);
    }
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one);
    const Transitions came = batch.transitions();
    for (int env = 0; env < num_envs; ++env) {
      if (came.valid[env] == 0) continue;
      now[env].came = hash_of(came, env);
      now[env].last = came.terminated[env] != 0 || came.truncated[env] != 0;
      const bool moved_on = now[env].last && autoreset == Autoreset::kSameStep;
      now[env].after = hash_of(moved_on ? batch.final_observations() : batch.observations(), env);
      scenes[env].push_back(now[env]);
      if (now[env].last && autoreset == Autoreset::kDisabled && t % 2 == 0) batch.reset_env(env);
    }
    // the others are reset one step late, so that a waiting row is seen too
    if (autoreset == Autoreset::kDisabled && t % 2 == 0) batch.reset(batch.ended());
  }
  return scenes;
}

}  // namespace

std::string depends_on_threads_or_blocks(const WorldPtr& world) {
  Workers one(1);
  EnvBatch reference(world, kEnvs, kSeed, {.tensors = true, .block_size = kEnvs});
  const std::uint64_t expected = run(reference, one, kSteps);
  for (const int block_size : {1, 7, 32, 64}) {
    for (const int threads : {1, 2, 3, 8}) {
      Workers workers(threads);
      EnvBatch batch(world, kEnvs, kSeed, {.tensors = true, .block_size = block_size});
      if (run(batch, workers, kSteps) != expected)
        return fmt::format("{} threads and blocks of {} give other bits than one thread and block",
                           threads, block_size);
    }
    EnvBatch batch(world, kEnvs, kSeed, {.tensors = true, .block_size = block_size});
    if (run_backwards(batch, kSteps) != expected)
      return fmt::format("blocks of {}, the last stepped first, give other bits", block_size);
  }
  // an environment's number in the whole, not its place in a batch, makes its life
  EnvBatch tail(world, kEnvs / 2, kSeed, {.tensors = true}, kEnvs / 2);
  EnvBatch whole(world, kEnvs, kSeed, {.tensors = true});
  run(tail, one, kSteps);
  run(whole, one, kSteps);
  for (int env = 0; env < tail.size(); ++env) {
    if (hash_of(tail.observations(), env) != hash_of(whole.observations(), env + kEnvs / 2))
      return fmt::format("environment {} lives another life in a batch that begins at {}",
                         env + kEnvs / 2, kEnvs / 2);
  }
  return "";
}

std::string ignores_seed_or_environment(const WorldPtr& world) {
  std::set<std::uint64_t> lives;
  Workers one(1);
  for (const std::uint64_t seed : {kSeed, kSeed + 1, kSeed + (std::uint64_t{1} << 32)}) {
    EnvBatch batch(world, kEnvs, seed, {.tensors = true});
    std::vector<Hash> life(kEnvs);
    for (int t = 0; t < kSteps; ++t) {
      // a policy that knows neither seed nor environment: else its slates would differ, and so
      // lives
      Observations seen = batch.observations();
      const std::vector<DecisionKey> same(kEnvs, {EpisodeKey{}, static_cast<std::uint32_t>(t)});
      seen.key = same;
      random_slates(batch.spec(), seen, batch.slates());
      batch.step(one);
      for (int env = 0; env < kEnvs; ++env) {
        const std::uint64_t both[] = {hash_of(batch.observations(), env),
                                      hash_of(batch.transitions(), env)};
        life[env].add(std::span<const std::uint64_t>(both));
      }
    }
    for (int env = 0; env < kEnvs; ++env) {
      if (!lives.insert(life[env].value()).second)
        return fmt::format("environment {} of seed {} lives a life that was lived before", env,
                           seed);
    }
  }
  return "";
}

std::string copy_has_another_future(const WorldPtr& world) {
  Workers one(1);
  EnvBatch batch(world, kEnvs, kSeed, {.tensors = true});
  run(batch, one, kSteps);
  EnvBatch copy = batch;
  const std::uint64_t expected = run(batch, one, kSteps);
  const EnvBatch rest = copy;
  if (run(copy, one, kSteps) != expected) return "a copy goes on otherwise than the original";
  copy = rest;
  if (run(copy, one, kSteps) != expected) return "a batch put back goes on otherwise than before";
  return "";
}

std::string saved_has_another_future(const WorldPtr& world) {
  Workers one(1);
  EnvBatch batch(world, kEnvs, kSeed, {.tensors = true});
  run(batch, one, kSteps);
  // other seed, numbers and blocks: all of it must come from what was saved
  EnvBatch other(world, kEnvs, kSeed + 1, {.tensors = true, .block_size = 7}, 1000);
  for (int env = 0; env < kEnvs; ++env) other.restore(env, batch.save(env));
  if (hash_of(other.observations()) != hash_of(batch.observations()))
    return "a restored environment is seen otherwise";
  if (run(other, one, kSteps) != run(batch, one, kSteps))
    return "a restored environment goes on otherwise than the saved one";
  return "";
}

std::string autoreset_changes_the_story(const WorldPtr& world) {
  constexpr int kFew = rounds(8, 2), kLong = 3000;
  const auto next = story(world, Autoreset::kNextStep, kFew, kLong);
  const auto same = story(world, Autoreset::kSameStep, kFew, kLong);
  const auto none = story(world, Autoreset::kDisabled, kFew, kLong);
  int ends = 0;
  for (int env = 0; env < kFew; ++env) {
    const std::size_t length =
        std::min(next[env].size(), std::min(same[env].size(), none[env].size()));
    for (std::size_t i = 0; i < length; ++i) {
      const Scene& scene = next[env][i];
      if (!(scene == same[env][i]) || !(scene == none[env][i]))
        return fmt::format("decision {} of episode {} of environment {} differs",
                           scene.key.decision, scene.key.episode.episode, env);
      ends += scene.last;
    }
  }
  if (ends < kFew) return fmt::format("only {} episodes ended in {} steps", ends, kFew * kLong);
  return "";
}

}  // namespace infodiet::test
