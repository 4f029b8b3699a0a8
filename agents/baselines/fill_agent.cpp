#include "agents/agent.hpp"
#include "agents/decision.hpp"

namespace infodiet {
namespace {

/// Fills every slot with random candidates at every decision: the open tap.
class FillAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    bool push = true;

    void fields(Fields& f) override {
      f({.name = "push",
         .unit = "",
         .help = "Whether pushes are sent, or only the feed is filled.",
         .search = Search::any()},
        push);
    }
    std::string variant() const override { return push ? "push" : ""; }
  };

  FillAgent(const Config& config, const Spec& spec) : push_(config.push), columns_(spec) {}

  bool reads_tensors() const override { return !push_; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      const Decision now(seen, columns_, env);
      const bool silent = !push_ && now.is_push();
      const int count = now.allowed(silent ? 0 : columns_.slate_max);
      show_random(now.key(), 0, now.valid(), count, &slates[env * columns_.slots], columns_.slots);
    }
  }

 private:
  bool push_;
  Columns columns_;
};

const Registered<AgentRegistry, FillAgent> kFill(
    "fill", "Fills every slot at every decision, at random: the open tap.");

}  // namespace
}  // namespace infodiet
