#include "agents/learning/policy_gradient.hpp"

namespace infodiet {
namespace {

/// REINFORCE with a learned baseline: one step on each long rollout, by what really came
/// afterwards. Where a rollout ends within an episode, the baseline stands for the rest, which
/// Williams (objective.hpp), who waits for the end of the episode, does not need.
class Reinforce final : public PolicyGradient {
 public:
  struct Config : PolicyGradientConfig {
    Config() : PolicyGradientConfig(false) {
      steps = 256;
      lambda = 1;
      lr = critic_lr = 2e-3;
    }
    std::unique_ptr<infodiet::Config> clone() const override {
      return std::make_unique<Config>(*this);
    }
  };

  Reinforce(const Config& config, const Spec& spec) : PolicyGradient(config, false, spec) {}
};

const Registered<AgentRegistry, Reinforce> kReinforce(
    "reinforce", "Learns (infodiet train): the same network, by what came of each decision.");

}  // namespace
}  // namespace infodiet
