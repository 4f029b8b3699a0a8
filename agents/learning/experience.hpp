#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/policy/encoder.hpp"
#include "agents/policy/input.hpp"

namespace infodiet {

/// What a policy makes of the candidates of a decision, before any is drawn. A judge that is told
/// of it does not blame or praise a choice for what there was to choose from.
struct Offer {
  float gain = 0;  ///< forecast for the first slot, in units of the worth scale, compressed: the
                   ///< mean over whom the policy would choose
  float best = 0;  ///< and that of the best candidate
  float open = 0;  ///< the chance that the first slot is filled
};

/// What B environments lived through in T decisions each. Row b T + t is decision t of environment
/// b, so the decisions of one environment stand in their order, and a block of environments writes
/// rows of its own only.
struct Experience {
  int envs, steps;
  std::size_t record_size, hidden_size;
  int slots, rewards;

  // --- written by the learner, as it decides
  std::vector<float> record;        ///< (B T, record_size) as encoded, before standardising
  std::vector<InputRows> rows;      ///< (B T)
  std::vector<std::int32_t> slate;  ///< (B T, K)
  std::vector<float> weights;       ///< (B T, R) of the reward, at this decision
  std::vector<float> log_chance;    ///< (B T) of the slate, under the policy that chose it
  std::vector<float> value;         ///< (B T) the estimate then, in units of the reward scale
  std::vector<float> owed;          ///< (B T) the part of it that is known: `RewardPart::to_come`
  std::vector<Offer> offer;         ///< (B T)

  // --- written by the rollout, as it steps
  std::vector<float> hidden;          ///< (B T, H) what no agent sees, before the decision; H = 0
                                      ///< where the learner does not ask for it
  std::vector<float> reward;          ///< (B T, R)
  std::vector<float> minutes;         ///< (B T)
  std::vector<std::uint8_t> clicked;  ///< (B T, K) whether what a slot showed was chosen
  std::vector<std::uint8_t> terminated;  ///< (B T)
  std::vector<std::uint8_t> truncated;   ///< (B T)
  std::vector<std::uint8_t> valid;       ///< (B T)
  std::vector<float> value_after;        ///< (B T) of the observation an episode was truncated at;
                                         ///< and, at t = T - 1, of the one that came next

  Experience(int num_envs, int num_steps, const InputShape& shape, int num_rewards,
             std::size_t num_hidden = 0)
      : envs(num_envs),
        steps(num_steps),
        record_size(shape.size()),
        hidden_size(num_hidden),
        slots(shape.slots),
        rewards(num_rewards),
        record(count() * record_size),
        rows(count()),
        slate(count() * static_cast<std::size_t>(slots)),
        weights(count() * static_cast<std::size_t>(rewards)),
        log_chance(count()),
        value(count()),
        owed(count()),
        offer(count()),
        hidden(count() * hidden_size),
        reward(count() * static_cast<std::size_t>(rewards)),
        minutes(count()),
        clicked(count() * static_cast<std::size_t>(slots)),
        terminated(count()),
        truncated(count()),
        valid(count()),
        value_after(count()) {}

  std::size_t count() const {
    return static_cast<std::size_t>(envs) * static_cast<std::size_t>(steps);
  }
  std::size_t row(int env, int step) const {
    return static_cast<std::size_t>(env) * static_cast<std::size_t>(steps) +
           static_cast<std::size_t>(step);
  }
  const float* record_of(std::size_t row) const { return record.data() + row * record_size; }
  std::span<float> hidden_of(std::size_t row) {
    return std::span(hidden).subspan(row * hidden_size, hidden_size);
  }
  std::span<const float> hidden_of(std::size_t row) const {
    return std::span(hidden).subspan(row * hidden_size, hidden_size);
  }
  std::span<const std::int32_t> slate_of(std::size_t row) const {
    return std::span(slate).subspan(row * static_cast<std::size_t>(slots),
                                    static_cast<std::size_t>(slots));
  }
  /// The weighted sum of a decision's rewards.
  float score(std::size_t row) const {
    float sum = 0;
    for (int r = 0; r < rewards; ++r) sum += weights[row * rewards + r] * reward[row * rewards + r];
    return sum;
  }
};

}  // namespace infodiet
