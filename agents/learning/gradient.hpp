#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/learning/critic.hpp"
#include "agents/learning/experience.hpp"
#include "agents/learning/sample_gradient.hpp"
#include "agents/policy/normaliser.hpp"
#include "env/core/parallel.hpp"

namespace infodiet {

/// What was seen of the decisions of one minibatch, added up.
struct GradientFigures {
  double loss = 0, policy_loss = 0, value_loss = 0, forecast_loss = 0, entropy = 0, kl = 0;
  double clipped = 0, count = 0;
  double gradient_norm = 0, minibatches = 0;  // of the steps taken

  void add(const GradientFigures& other) {
    loss += other.loss;
    policy_loss += other.policy_loss;
    value_loss += other.value_loss;
    forecast_loss += other.forecast_loss;
    entropy += other.entropy;
    kl += other.kl;
    clipped += other.clipped;
    count += other.count;
    gradient_norm += other.gradient_norm;
    minibatches += other.minibatches;
  }
};

/// The gradient of a minibatch, by any number of threads, to the same bits.
///
/// A minibatch is cut into kShards pieces, whatever the number of threads. Each piece is summed
/// decision by decision into a block of its own, and the blocks are added in one fixed tree. All
/// memory is taken once.
class ShardedGradient {
 public:
  static constexpr int kShards = 16;

  /// @param critic  null: the network judges for itself
  ShardedGradient(const PolicyNetwork<float>& network, const HiddenCritic* critic);

  /// What the pieces have in common.
  struct Batch {
    const Experience& all;
    const Normaliser& normaliser;
    const Objective& objective;
    const float* parameters;                     ///< of the network, and then of the critic
    std::span<const float> advantages, returns;  ///< (B T)
    std::span<const Outcome<float>> outcomes;    ///< (B T, K) of what was shown
    std::span<const std::uint32_t> rows;         ///< of the decisions to learn from
    float advantage_mean, advantage_scale;       ///< A' = (A - mean) scale
    int slate_min, slate_max;
  };

  /// The mean over the minibatch; `sum()` is valid until the next call.
  GradientFigures compute(const Batch& batch, Workers& workers);
  std::span<float> sum() { return std::span(blocks_).first(size_); }

 private:
  GradientFigures shard(const Batch& batch, int index);
  void add_up(Workers& workers);

  const PolicyNetwork<float>& network_;
  const HiddenCritic* critic_;
  std::size_t size_;                                   // of one block
  std::vector<float> blocks_;                          // (kShards, size)
  std::vector<DecisionScratch<float>> scratch_;        // (kShards)
  std::vector<HiddenCritic::Scratch> critic_scratch_;  // (kShards)
  std::array<GradientFigures, kShards> figures_{};
};

}  // namespace infodiet
