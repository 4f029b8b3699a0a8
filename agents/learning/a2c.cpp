#include "agents/learning/policy_gradient.hpp"

namespace infodiet {
namespace {

/// Advantage actor-critic: one step on each short rollout, which is then thrown away.
/// Source: Mnih et al. 2016, "Asynchronous methods for deep reinforcement learning",
/// arXiv:1602.01783; here without the asynchrony, and with Adam.
class A2c final : public PolicyGradient {
 public:
  struct Config : PolicyGradientConfig {
    Config() : PolicyGradientConfig(false) {
      steps = 8;
      lambda = 1;
      lr = critic_lr = 2e-3;
    }
    std::unique_ptr<infodiet::Config> clone() const override {
      return std::make_unique<Config>(*this);
    }
  };

  A2c(const Config& config, const Spec& spec) : PolicyGradient(config, false, spec) {}
};

const Registered<AgentRegistry, A2c> kA2c(
    "a2c", "Learns (infodiet train): the same network, by one step on each short rollout.");

}  // namespace
}  // namespace infodiet
