#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// What the person will most likely click, first: engagement now, whatever it is worth. Untuned it
/// takes appeal for what it is, a pull.
class GreedyClickAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    Serving serving;
    Estimates::ClickSettings estimates;

    Config() { estimates.appeal_weight = 1; }
    void fields(Fields& f) override {
      serving.fields(f);
      estimates.fields(f);
    }
    std::string variant() const override { return serving.variant(); }
  };

  GreedyClickAgent(const Config& config, const Spec& spec)
      : serving_(config.serving), estimates_(config.estimates), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) { return serving_.room(now); };
    const auto odds = [this](const Decision& now, float* out) { estimates_.odds(now, out); };
    serve_best(seen, columns_, slates, room, odds);
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "odds of a click",
                        [this](const Decision& now, float* out) { estimates_.odds(now, out); });
  }

 private:
  Serving serving_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, GreedyClickAgent> kGreedyClick(
    "greedy_click", "What the person will most likely click, first, whatever it is worth.");

}  // namespace
}  // namespace infodiet
