#include "agents/agent.hpp"
#include "agents/linear_bandit.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"

namespace infodiet {
namespace {

/// Believes, for one decision at a time, in one person who might be: weights drawn from what is
/// known of him. What is unknown is tried as often as it may be the best.
///
/// Source: linear Thompson sampling, Agrawal & Goyal 2013, "Thompson sampling for contextual
/// bandits with linear payoffs", arXiv:1209.3352.
class ThompsonAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    float spread = 1;
    LinearBandit::Settings bandit;

    void fields(Fields& f) override {
      f({.name = "spread",
         .unit = "-",
         .help = "Widens the distribution that is drawn from; 1: as it is, 0: no exploration.",
         .low = 0,
         .high = 100,
         .search = Search::log(0.05, 4)},
        spread);
      bandit.fields(f);
    }
    std::string variant() const override { return bandit.serving.variant(); }
  };

  ThompsonAgent(const Config& config, const Spec& spec)
      : score_{double{config.spread}}, bandit_(config.bandit, spec) {}

  bool reads_tensors() const override { return true; }
  std::size_t memory_bytes() const override { return sizeof(LinearBandit::Memory); }

  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override {
    bandit_.act(seen, memory, slates, score_);
  }
  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte> memory) const override {
    return bandit_.explain(seen, env, memory, "drawn worth", score_);
  }

 private:
  struct Drawn {
    double spread;
    void operator()(const Decision& now, const LinearModel& model, const LinearModel::Row* rows,
                    float* out) const {
      const LinearModel::Row weights = model.draw(dice(now, model.size()), spread);
      for (int i = 0; i < now.valid(); ++i) out[i] = dot(weights, rows[i], model.size());
    }
  };

  /// Standard normal numbers of this decision.
  static LinearModel::Row dice(const Decision& now, int count) {
    LinearModel::Row z;
    for (int i = 0; i < count; i += 4) {
      const auto words = random_words(now.key().episode, Purpose::kAgent, now.key().decision,
                                      static_cast<std::uint32_t>(i / 4));
      for (int j = i; j < std::min(i + 4, count); ++j)
        z[j] = normal_quantile(uniform_open(words[j - i]));
    }
    return z;
  }

  static float dot(const LinearModel::Row& a, const LinearModel::Row& b, int count) {
    float sum = 0;
    for (int i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
  }

  Drawn score_;
  LinearBandit bandit_;
};

const Registered<AgentRegistry, ThompsonAgent> kThompson(
    "thompson", "Learns a person's values as it goes and believes in a likely one: Thompson.");

}  // namespace
}  // namespace infodiet
