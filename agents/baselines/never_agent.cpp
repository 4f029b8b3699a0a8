#include <algorithm>

#include "agents/agent.hpp"
#include "agents/slate.hpp"

namespace infodiet {
namespace {

/// Shows nothing, ever; where a world demands a slate, the first candidates. The zero of every
/// normalised score.
class NeverAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    void fields(Fields&) override {}
  };

  NeverAgent(const Config&, const Spec& spec) : spec_(spec) {}

  bool reads_tensors() const override { return false; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    std::fill(slates.begin(), slates.end(), kNothing);
    for (int env = 0; env < seen.size; ++env) {
      for (int i = 0; i < spec_.slate_min; ++i) slates[env * spec_.slots + i] = i;
    }
  }

 private:
  const Spec& spec_;
};

const Registered<AgentRegistry, NeverAgent> kNever("never", "Shows nothing: silence as a policy.");

}  // namespace
}  // namespace infodiet
