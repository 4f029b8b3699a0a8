#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/learning/policy_gradient.hpp"
#include "env/core/philox.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/batches.hpp"

// A small learner, and experience that is made up.

namespace infodiet::test {

/// Uniform in (0, 1), number after number.
class Numbers {
 public:
  explicit Numbers(std::uint32_t salt) : salt_(salt) {}
  float next() { return uniform_open(random_words({3, salt_, 0}, Purpose::kWorld, count_++)[0]); }
  bool coin(float chance) { return next() < chance; }

 private:
  std::uint32_t salt_, count_ = 0;
};

inline Spec small_spec() {
  Spec spec = full_spec(4, 2, 3);
  spec.rewards = {{"value", "min", 1}, {"overload", "min", -1}};
  return spec;
}

inline const std::string kSmall = "policy: {name: cross, dim: 8, heads: 2}, steps: 20";

/// A learner of the small spec, which outlives it.
inline std::unique_ptr<PolicyGradient> learner_of(const std::string& settings, const Spec& spec) {
  auto agent = agent_from("{name: ppo, " + kSmall + settings + "}", spec);
  return std::unique_ptr<PolicyGradient>(dynamic_cast<PolicyGradient*>(agent.release()));
}
inline const Spec kSpec = small_spec();

/// Some decision: random numbers in random many rows.
inline Scene random_scene(const Spec& spec, Numbers& numbers) {
  Scene scene(spec);
  for (int i = static_cast<int>(3.99f * numbers.next()); i > 0; --i) scene.add_event();
  for (const Feature& feature : spec.history_features) {
    for (int i = 0; i < spec.history; ++i) scene.event(i, feature.name) = numbers.next();
  }
  for (int i = 0; i < spec.candidates; ++i) {
    for (const Feature& feature : spec.candidate_features)
      scene.candidate(i, feature.name) = 0.1f + numbers.next();
  }
  for (const Feature& feature : spec.context_features) scene.context(feature.name) = numbers.next();
  scene.limit(static_cast<int>(4.99f * numbers.next()));
  return scene;
}

/// What became of the decisions of some environments: anything.
inline void invent(Experience& all, Numbers& numbers) {
  for (std::size_t row = 0; row < all.count(); ++row) {
    for (int r = 0; r < all.rewards; ++r)
      all.reward[row * static_cast<std::size_t>(all.rewards) + static_cast<std::size_t>(r)] =
          4 * numbers.next() - 2;
    all.minutes[row] = 600 * numbers.next();
    const std::size_t chosen = row * static_cast<std::size_t>(all.slots);
    all.clicked[chosen] = all.slate[chosen] >= 0 && numbers.coin(0.5f);
    all.terminated[row] = numbers.coin(0.1f);
    all.truncated[row] = numbers.coin(0.1f);
    all.valid[row] = !numbers.coin(0.1f);
    all.value_after[row] = numbers.next();
  }
}

/// What an agent remembers of somebody it has not met: zeros, good until the next call.
inline std::span<std::byte> unmet(const Agent& agent) {
  static std::vector<std::byte> memory;
  memory.assign(agent.memory_bytes(), std::byte{});
  return memory;
}

/// A rollout of a learner through random decisions.
inline Experience lived(const PolicyGradient& learner, const Spec& spec, std::uint32_t salt) {
  Numbers numbers(salt);
  Experience all = learner.make_experience(6);
  std::vector<std::int32_t> slate(static_cast<std::size_t>(spec.slots));
  for (int env = 0; env < all.envs; ++env) {
    for (int step = 0; step < all.steps; ++step) {
      Scene scene = random_scene(spec, numbers);
      scene.key() = {{salt, static_cast<std::uint32_t>(env), 0}, static_cast<std::uint32_t>(step)};
      learner.explore(scene.seen(), env, step, unmet(learner), all, slate);
    }
  }
  invent(all, numbers);
  return all;
}

/// All parameters, to the bit.
inline std::uint64_t bits_of(const PolicyGradient& learner) {
  Hash hash;
  hash.add(learner.parameters());
  return hash.value();
}

}  // namespace infodiet::test
