#include "agents/learning/policy_gradient.hpp"

namespace infodiet {
namespace {

/// Proximal policy optimisation: several small steps on each rollout, as long as the policy stays
/// close to the one that made it (objective.hpp).
class Ppo final : public PolicyGradient {
 public:
  struct Config : PolicyGradientConfig {
    Config() : PolicyGradientConfig(true) {}
    std::unique_ptr<infodiet::Config> clone() const override {
      return std::make_unique<Config>(*this);
    }
  };

  Ppo(const Config& config, const Spec& spec) : PolicyGradient(config, true, spec) {}
};

const Registered<AgentRegistry, Ppo> kPpo(
    "ppo", "Learns (infodiet train): an attention network, by proximal policy optimisation.");

}  // namespace
}  // namespace infodiet
