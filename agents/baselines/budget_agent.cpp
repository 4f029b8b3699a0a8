#include <array>
#include <cmath>
#include <cstdint>

#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/memory.hpp"
#include "agents/serving.hpp"
#include "env/core/math.hpp"

namespace infodiet {
namespace {

/// A fixed number of items a day, and a price that spreads them over it.
///
///   serve i if value_i >= bar,   bar = strictness typical 2^(pace (spent / budget - passed))
///
/// `typical` is the mean best value among the candidates of late, `spent` what was shown today,
/// `passed` the share of the serving hours that is over. Whoever is ahead of plan grows choosy, who
/// is behind takes what there is; the budget itself is never overdrawn, but where a world demands a
/// slate. Days are calendar days; a world without hours has one, its episode, of which nothing is
/// known to be over, so that it is choosy from the start.
/// Source: the price of a budget that follows the plan, Balseiro & Gur 2019, "Learning in repeated
/// auctions with budgets: regret minimization and equilibrium", doi:10.1287/mnsc.2018.3174; that
/// it is proportional to the deviation is ours.
class BudgetAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    int budget = 40;
    float strictness = 0.8f;
    float pace = 4;
    float first_hour = 7;
    float last_hour = 23;
    Serving serving;
    Estimates::Settings estimates;

    void fields(Fields& f) override {
      f({.name = "budget",
         .unit = "1/day",
         .help = "Items shown in a day, at most.",
         .low = 1,
         .high = 100000,
         .search = Search::log(5, 200)},
        budget);
      f({.name = "strictness",
         .unit = "-",
         .help = "The bar while on plan, as a share of the typical best value.",
         .low = 0,
         .high = 100,
         .search = Search::linear(0.2, 1.5)},
        strictness);
      f({.name = "pace",
         .unit = "-",
         .help = "How many times the bar doubles if the whole budget were spent at the start.",
         .low = 0,
         .high = 100,
         .search = Search::log(0.5, 20)},
        pace);
      f({"first_hour", "h", "When the plan of a day begins.", 0, 24}, first_hour);
      f({"last_hour", "h", "When it ends.", 0, 24}, last_hour);
      serving.fields(f);
      estimates.fields(f);
    }
    void check(const Complain& complain) const override {
      if (last_hour <= first_hour)
        complain("last_hour", "does not come after first_hour (allowed: above first_hour, to 24)");
    }
    std::string variant() const override { return serving.variant(); }
  };

  BudgetAgent(const Config& config, const Spec& spec)
      : config_(config), estimates_(config.estimates), columns_(spec) {}

  bool reads_tensors() const override { return true; }
  std::size_t memory_bytes() const override { return sizeof(Memory); }

  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      const Decision now(seen, columns_, env);
      auto& kept = memory_row<Memory>(memory, env);
      std::int32_t* const slate = &slates[env * columns_.slots];
      show_nothing(slate, columns_.slots);
      begin_day(now, kept);
      const int room = config_.serving.room(now);
      if (room == 0) continue;

      std::array<float, kMaxCandidates> value;  // the first `valid` are set
      estimates_.values(now, value.data());
      const float bar =
          bar_after(*std::max_element(value.begin(), value.begin() + now.valid()), now, kept);
      const int left = config_.budget - kept.spent;
      const int wanted = std::min({room, left, count_above(value.data(), now.valid(), bar)});
      const int count = now.allowed(wanted);
      show_best(value.data(), now.valid(), count, slate, columns_.slots);
      kept.spent += count;
    }
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "worth",
                        [this](const Decision& now, float* out) { estimates_.values(now, out); });
  }

 private:
  struct Memory {
    float weekday, hour;  // of the last decision
    std::int32_t spent;   // today
    std::int32_t looks;   // that `typical` rests on
    float typical;
  };

  void begin_day(const Decision& now, Memory& kept) const {
    const float hour = std::max(0.0f, now.hour());
    const float weekday = now.context(columns_.context.weekday, 0);
    if (weekday != kept.weekday || hour < kept.hour) kept.spent = 0;
    kept.weekday = weekday;
    kept.hour = hour;
  }

  float bar_after(float best, const Decision& now, Memory& kept) const {
    kept.looks = std::min(kept.looks + 1, kTypicalOver);
    kept.typical += (best - kept.typical) / static_cast<float>(kept.looks);
    const float day = config_.last_hour - config_.first_hour;
    const float passed = std::clamp((now.hour() - config_.first_hour) / day, 0.0f, 1.0f);
    const float spent = static_cast<float>(kept.spent) / static_cast<float>(config_.budget);
    return config_.strictness * kept.typical * exp2_fast(config_.pace * (spent - passed));
  }

  static constexpr int kTypicalOver = 50;  // looks

  Config config_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, BudgetAgent> kBudget(
    "budget", "So many items a day, best first, behind a bar that spreads them over the day.");

}  // namespace
}  // namespace infodiet
