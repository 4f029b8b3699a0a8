#include <algorithm>

#include "agents/agent.hpp"
#include "agents/slate.hpp"

namespace infodiet {
namespace {

/// Fills every slot with random candidates at every decision: the open tap.
class FillAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    bool push = true;

    void fields(Fields& f) override {
      f({"push", "", "Whether pushes are sent, or only the feed is filled."}, push);
    }
  };

  FillAgent(const Config& config, const Spec& spec)
      : config_(config), spec_(spec), columns_(spec) {}

  bool reads_tensors() const override { return !config_.push; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      std::int32_t* slate = &slates[env * spec_.slots];
      const bool push = columns_.push >= 0 && !config_.push &&
                        seen.context[env * columns_.context_width + columns_.push] > 0;
      if (push) {
        show_nothing(slate, spec_.slots);
        continue;
      }
      const int valid = available(&seen.mask[env * spec_.candidates], spec_.candidates);
      show_random(seen.key[env], 0, valid, std::min(spec_.slate_max, valid), slate, spec_.slots);
    }
  }

 private:
  Config config_;
  const Spec& spec_;
  Columns columns_;
};

const Registered<AgentRegistry, FillAgent> kFill(
    "fill", "Fills every slot at every decision, at random: the open tap.");

}  // namespace
}  // namespace infodiet
