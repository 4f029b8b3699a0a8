#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// What will most likely be worth most to the person, first, without a thought for his attention.
class GreedyValueAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    Serving serving;
    Estimates::Settings estimates;

    void fields(Fields& f) override {
      serving.fields(f);
      estimates.fields(f);
    }
    std::string variant() const override { return serving.variant(); }
  };

  GreedyValueAgent(const Config& config, const Spec& spec)
      : serving_(config.serving), estimates_(config.estimates), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) { return serving_.room(now); };
    const auto values = [this](const Decision& now, float* out) { estimates_.values(now, out); };
    serve_best(seen, columns_, slates, room, values);
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "worth",
                        [this](const Decision& now, float* out) { estimates_.values(now, out); });
  }

 private:
  Serving serving_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, GreedyValueAgent> kGreedyValue(
    "greedy_value", "What will most likely be worth most to the person, first.");

}  // namespace
}  // namespace infodiet
