#include "agents/agent.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// The newest candidates first: the chronological feed. In a world without ages, the last ones.
class NewestAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    Serving serving;

    void fields(Fields& f) override { serving.fields(f); }
    std::string variant() const override { return serving.variant(); }
  };

  NewestAgent(const Config& config, const Spec& spec) : config_(config), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) { return config_.serving.room(now); };
    serve_best(seen, columns_, slates, room,
               [this](const Decision& now, float* out) { newness(now, out); });
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "minus age [min]",
                        [this](const Decision& now, float* out) { newness(now, out); });
  }

 private:
  void newness(const Decision& now, float* out) const {
    for (int i = 0; i < now.valid(); ++i)
      out[i] = -number(now.candidate(i), columns_.candidate.age, static_cast<float>(-i));
  }

  Config config_;
  Columns columns_;
};

const Registered<AgentRegistry, NewestAgent> kNewest(
    "newest", "The newest items whenever the person looks: the chronological feed.");

}  // namespace
}  // namespace infodiet
