#include <algorithm>
#include <array>

#include "agents/agent.hpp"
#include "agents/slate.hpp"

namespace infodiet {
namespace {

/// The newest candidates first: the chronological feed. In a world without ages, the last ones.
class NewestAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    int slots = 16;
    bool push = false;

    void fields(Fields& f) override {
      f({"slots", "-", "Most items shown at once (the world's own limit holds too).", 1, kMaxSlots},
        slots);
      f({"push", "", "Whether pushes are sent, or only the feed is filled."}, push);
    }
  };

  NewestAgent(const Config& config, const Spec& spec)
      : config_(config), spec_(spec), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const int slots = spec_.slots;
    for (int env = 0; env < seen.size; ++env) {
      std::int32_t* slate = &slates[env * slots];
      const float* context = &seen.context[env * columns_.context_width];
      const int valid = available(&seen.mask[env * spec_.candidates], spec_.candidates);
      const bool silent = columns_.push >= 0 && context[columns_.push] > 0 && !config_.push;
      const int wanted =
          silent ? spec_.slate_min : std::clamp(config_.slots, spec_.slate_min, spec_.slate_max);
      std::array<float, kMaxCandidates> score;
      const float* row = &seen.candidates[env * spec_.candidates * columns_.candidate_width];
      for (int i = 0; i < valid; ++i, row += columns_.candidate_width)
        score[i] = columns_.age >= 0 ? -row[columns_.age] : static_cast<float>(i);
      show_best(score.data(), valid, std::min(wanted, valid), slate, slots);
    }
  }

 private:
  Config config_;
  const Spec& spec_;
  Columns columns_;
};

const Registered<AgentRegistry, NewestAgent> kNewest(
    "newest", "The newest items whenever the person looks: the chronological feed.");

}  // namespace
}  // namespace infodiet
