#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/learning/advantages.hpp"
#include "agents/learning/critic.hpp"
#include "agents/learning/gradient.hpp"
#include "agents/learning/learner.hpp"
#include "agents/learning/objective.hpp"
#include "agents/learning/policy_gradient_config.hpp"
#include "agents/nn/adam.hpp"
#include "agents/policy/encoder.hpp"
#include "agents/policy/network.hpp"
#include "agents/policy/normaliser.hpp"

namespace infodiet {

/// Rows of a decision that attention is not given: places among candidates and among events.
struct Unseen {
  std::span<const int> candidates = {}, events = {};
};

/// A policy network that climbs the gradient of what it earns: PPO, A2C and REINFORCE are this with
/// other settings.
///
/// The first rollout is only looked at: it fixes the reward scale and the first normaliser. The
/// normaliser takes in rollouts 1, 2 and 4, after learning from them, and then stays.
///
/// What plays is not the last step of the optimiser but a mean over the latest tenth of all steps
/// so far: single steps jump about with the dice of their rollout, and whom one of them happens to
/// overload, the next one spares. Explored is with the last step. Source: Shamir & Zhang 2013,
/// "Stochastic gradient descent for non-smooth optimization", section 4 (polynomial-decay
/// averaging).
class PolicyGradient : public Learner {
 public:
  PolicyGradient(const PolicyGradientConfig& config, bool clips, const Spec& spec);

  bool reads_tensors() const override { return true; }
  std::size_t memory_bytes() const override { return encoder_.memory_bytes(); }
  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override;
  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte> memory) const override;
  /// The same, had some rows not been there to be looked at. Nothing else is touched: estimates and
  /// memory are made of all. What is left is counted anew, from 0.
  Explanation explain_without(const Observations& seen, int env, std::span<const std::byte> memory,
                              const Unseen& unseen) const;

  void begin(std::uint64_t seed) override;
  Experience make_experience(int envs) const override;
  void explore(const Observations& seen, int first_env, int step, std::span<std::byte> memory,
               Experience& into, Slates slates) const override;
  float value(const Observations& seen, int env, std::span<const std::byte> memory,
              std::span<const float> hidden) const override;
  std::vector<LearningFigure> learn(const Experience& all, double done, Workers& workers) override;

  std::size_t parameter_count() const override;
  int num_rules() const override;
  void set_rule(int rule) override { rule_ = rule; }
  void save_policy(Tensors& into) const override;
  void save_training(Tensors& into) const override;
  void load_policy(const Tensors& from) override;
  void load_training(const Tensors& from) override;

  /// The parameters of the network that plays, for tests.
  std::span<const float> parameters() const { return average_; }
  const PolicyNetwork<float>& network() const { return *network_; }

 private:
  bool conditioned() const { return condition_part_ >= 0; }
  float usual_weight() const;
  float weight_of(const EpisodeKey& key) const;
  float weight_of_part(int part, float told) const;
  float owed(std::span<const float> hidden, float told) const;
  InputRows encode(const Observations& seen, int env, std::span<std::byte> memory, float weight,
                   float* record) const;
  PolicyOutput<float> answer(const std::vector<float>& parameters, const float* record,
                             InputRows rows, DecisionScratch<float>& scratch) const;
  std::size_t network_size() const { return network_->table().size(); }
  void check(const Experience& all) const;
  void look(const Experience& all);
  void set_reward_scale(const Experience& all);
  void attribute_outcomes(const Experience& all);
  float debt_made(const Experience& all, std::size_t row) const;
  /// Learning rates of this moment.
  struct Rates {
    double policy, critic, forecast;
  };
  void shuffle(std::vector<std::uint32_t>& rows, std::uint32_t round) const;
  template <class Step>
  void in_minibatches(std::vector<std::uint32_t>& rows, std::uint32_t first_round,
                      const Step& step) const;
  GradientFigures gradient(const ShardedGradient::Batch& batch, Workers& workers);
  GradientFigures improve(const Experience& all, const Rates& rates, Workers& workers);
  double foretell(const Experience& all, const Rates& rates, Workers& workers);
  void average();

  /// What log odds of gates are multiplied by, rule by rule.
  static constexpr std::array<float, 3> kFirmness = {1, 4, 16};

  const Spec& spec_;
  std::unique_ptr<Config> config_owner_;
  const PolicyGradientConfig& config_;
  int condition_part_;  // of the reward; -1: not conditioned
  Encoder encoder_;
  std::unique_ptr<PolicyNetwork<float>> network_;
  std::unique_ptr<HiddenCritic> critic_;  // null: the network judges for itself
  Objective objective_;
  nn::Adam adam_;

  // what is saved
  std::vector<float> parameters_;  // of the network, and then of the critic
  std::vector<float> average_;     // of the network alone: what plays
  Normaliser normaliser_;
  double reward_scale_;
  double worth_scale_ = 0;                              // 0: nothing was chosen yet
  std::vector<float> mean_, square_;                    // of Adam
  std::vector<float> forecast_mean_, forecast_square_;  // of Adam where forecasts learn
  double advantage_variance_ = 0;  // of the rollouts so far, fading; 0: there was none
  int rule_ = 0;
  std::uint64_t seed_ = 0, updates_ = 0, forecast_updates_ = 0, rollouts_ = 0;

  // room for learning
  ShardedGradient gradient_;
  std::vector<float> advantages_, returns_;
  std::vector<Outcome<float>> outcomes_;  // (B T, K)
  std::vector<std::uint32_t> order_, shown_;
};

}  // namespace infodiet
