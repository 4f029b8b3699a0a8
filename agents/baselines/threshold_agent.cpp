#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// Best first while the person has attention to spare, silence when not.
///
/// The feed is served while the platform's load estimate is below `feed_load`; a push goes out only
/// below `push_load`, which leaves room for the interruption. A world without an estimate has no
/// load. Ours.
class ThresholdAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    float feed_load = 0.0f;
    float push_load = -2.0f;
    Serving serving;
    Estimates::Settings estimates;

    Config() { serving.slots = 3; }
    void fields(Fields& f) override {
      f({.name = "feed_load",
         .unit = "-",
         .help = "The feed is served while the load estimate is below this.",
         .low = -100,
         .high = 100,
         .search = Search::linear(-3, 1)},
        feed_load);
      f({.name = "push_load",
         .unit = "-",
         .help = "A push is sent only while it is below this.",
         .low = -100,
         .high = 100,
         .search = Search::linear(-4, 1)},
        push_load);
      serving.fields(f);
      estimates.fields(f);
    }
    std::string variant() const override { return serving.variant(); }
  };

  ThresholdAgent(const Config& config, const Spec& spec)
      : config_(config), estimates_(config.estimates), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) {
      const float limit = now.is_push() ? config_.push_load : config_.feed_load;
      const int load = columns_.context.load;
      const bool spare = load < 0 || now.context()[load] < limit;
      return spare ? config_.serving.room(now) : now.allowed(0);
    };
    const auto values = [this](const Decision& now, float* out) { estimates_.values(now, out); };
    serve_best(seen, columns_, slates, room, values);
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "worth",
                        [this](const Decision& now, float* out) { estimates_.values(now, out); });
  }

 private:
  Config config_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, ThresholdAgent> kThreshold(
    "threshold", "Best first while the estimated load is low, silence when it is high.");

}  // namespace
}  // namespace infodiet
