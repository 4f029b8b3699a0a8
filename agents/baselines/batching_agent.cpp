#include <cmath>

#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// Shows at fixed hours of the day, best first, and is silent between them.
///
/// `batches` windows of `window` minutes open evenly from `first_hour` to `last_hour`. While one is
/// open the feed is served and at most one push goes out; so a batch with pushes comes punctually,
/// and one without when the person looks. A world without hours is always open.
/// Source: three batches a day served people best, Fitz, Kushlev, Jagannathan, Lewis, Paliwal &
/// Ariely 2019, "Batching smartphone notifications can improve well-being",
/// doi:10.1016/j.chb.2019.07.016.
class BatchingAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    int batches = 3;
    float first_hour = 9;
    float last_hour = 20;
    float window = 60;
    Serving serving;
    Estimates::Settings estimates;

    Config() {
      serving.push = true;  // as often as a window opens
      serving.push_slots = 3;
      serving.push_gap = 0;
      serving.pushes_per_day = 96;
    }
    void fields(Fields& f) override {
      f({.name = "batches",
         .unit = "-",
         .help = "How many windows a day has.",
         .low = 1,
         .high = 96,
         .search = Search::linear(1, 8)},
        batches);
      f({.name = "first_hour",
         .unit = "h",
         .help = "When the first window opens.",
         .low = 0,
         .high = 24,
         .search = Search::linear(7, 12)},
        first_hour);
      f({.name = "last_hour",
         .unit = "h",
         .help = "When the last window opens, if there is more than one.",
         .low = 0,
         .high = 24,
         .search = Search::linear(13, 22)},
        last_hour);
      f({.name = "window",
         .unit = "min",
         .help = "How long a window stays open.",
         .low = 1,
         .high = 1440,
         .search = Search::log(15, 240)},
        window);
      serving.fields(f);
      estimates.fields(f);
    }
    void check(const Complain& complain) const override {
      if (last_hour < first_hour)
        complain("last_hour", "comes before first_hour (allowed: from first_hour to 24)");
    }
    std::string variant() const override { return serving.variant(); }
  };

  BatchingAgent(const Config& config, const Spec& spec)
      : config_(config), estimates_(config.estimates), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) {
      const float open_for = minutes_open(now);
      const bool pushed = now.is_push() && now.since_push() <= open_for;
      return open_for < 0 || pushed ? now.allowed(0) : config_.serving.room(now);
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
  /// Since the window opened that is open now, or -1. It may have opened the day before.
  float minutes_open(const Decision& now) const {
    if (now.hour() < 0) return 0;
    const float steps = static_cast<float>(config_.batches - 1);
    const float step = steps > 0 ? (config_.last_hour - config_.first_hour) / steps : 0.0f;
    float least = -1;
    for (int i = 0; i < config_.batches; ++i) {
      const float opened = config_.first_hour + static_cast<float>(i) * step;
      float ago = std::round((now.hour() - opened) * 60 * 1024) / 1024;  // hours are not exact
      if (ago < 0) ago += 1440;
      if (ago < config_.window && (least < 0 || ago < least)) least = ago;
    }
    return least;
  }

  Config config_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, BatchingAgent> kBatching(
    "batching", "Shows at a few fixed hours of the day, best first; silent between them.");

}  // namespace
}  // namespace infodiet
