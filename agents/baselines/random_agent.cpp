#include <algorithm>

#include "agents/agent.hpp"
#include "agents/slate.hpp"

namespace infodiet {
namespace {

/// Draws the length of the slate uniformly from those allowed, then different candidates uniformly.
class RandomAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    void fields(Fields&) override {}
  };

  RandomAgent(const Config&, const Spec& spec) : spec_(spec) {}

  bool reads_tensors() const override { return false; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      const DecisionKey& key = seen.key[env];
      const int valid = available(&seen.mask[env * spec_.candidates], spec_.candidates);
      const auto lengths = static_cast<std::uint32_t>(spec_.slate_max - spec_.slate_min + 1);
      const auto word = random_words(key.episode, Purpose::kAgent, key.decision)[0];
      const int length = spec_.slate_min + static_cast<int>(uniform_below(word, lengths));
      show_random(key, 1, valid, std::min(length, valid), &slates[env * spec_.slots], spec_.slots);
    }
  }

 private:
  const Spec& spec_;
};

const Registered<AgentRegistry, RandomAgent> kRandom(
    "random", "Any slate of any length, nothing included: the floor.");

}  // namespace
}  // namespace infodiet
