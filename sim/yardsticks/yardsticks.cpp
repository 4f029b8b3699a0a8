#include <array>
#include <memory>

#include "agents/slate.hpp"
#include "env/core/error.hpp"
#include "env/worlds/filter.hpp"
#include "sim/yardsticks/index_rule.hpp"
#include "sim/yardsticks/yardstick.hpp"

namespace infodiet {
namespace {

constexpr std::size_t kMaxHidden = 256;

/// What is known, or believed, at one decision.
struct Knowledge {
  std::array<ExpectedOutcome, kMaxCandidates> outcomes;
  std::array<float, kMaxHidden> hidden;
};

/// Plays the index rule on what `look` finds out.
class IndexYardstick : public Yardstick {
 public:
  using Config = IndexRule;

  IndexYardstick(const IndexRule& rule, const World& world) : policy_(rule, world.spec()) {
    if (Spec::find(world.spec().hidden_features, "attention_balance") < 0 ||
        world.spec().hidden_features.size() > kMaxHidden)
      throw Error(ErrorCode::kConfig, "yardstick",
                  "the world '" + world.spec().world +
                      "' says of no item what to expect of it (leave eval.yardsticks empty)");
  }

  void act(const EnvBatch& seen, std::span<std::byte> memory, Slates slates) const override {
    const Spec& spec = seen.spec();
    const auto num_candidates = static_cast<std::size_t>(spec.candidates);
    const Observations all = seen.observations();
    Knowledge known;
    for (int env = 0; env < seen.size(); ++env) {
      if (seen.ended()[env] != 0) continue;
      look(seen, env, memory, num_candidates, known);
      policy_.choose({{known.outcomes.data(), num_candidates},
                      known.hidden,
                      &all.candidates[env * num_candidates * spec.candidate_features.size()],
                      &all.context[env * spec.context_features.size()],
                      available(&all.mask[env * num_candidates], spec.candidates)},
                     &slates[env * spec.slots]);
    }
  }

 private:
  virtual void look(const EnvBatch& seen, int env, std::span<std::byte> memory,
                    std::size_t num_candidates, Knowledge& known) const = 0;

  IndexPolicy policy_;
};

/// The index rule on the hidden state: it knows the person and every item as the world does, but
/// not what chance will decide.
class FullState final : public IndexYardstick {
 public:
  using IndexYardstick::IndexYardstick;

 private:
  void look(const EnvBatch& seen, int env, std::span<std::byte>, std::size_t num_candidates,
            Knowledge& known) const override {
    seen.expected_outcomes(env, {known.outcomes.data(), num_candidates});
    seen.write_hidden(env, {known.hidden.data(), seen.spec().hidden_features.size()});
  }
};

/// The same rule on what a filter believes, which sees what agents see.
class InformationMatched final : public IndexYardstick {
 public:
  struct Config : IndexRule {
    double optimism = 0;

    void fields(Fields& f) override {
      IndexRule::fields(f);
      f({"optimism",
         "sd",
         "Tastes are believed so far above their means: it makes curious.",
         -3,
         3,
         {},
         Search::linear(0, 1.5)},
        optimism);
    }
    std::unique_ptr<infodiet::Config> clone() const override {
      return std::make_unique<Config>(*this);
    }
  };

  InformationMatched(const Config& config, const World& world)
      : IndexYardstick(config, world), filter_(world.make_filter(config.optimism)) {
    if (filter_ == nullptr)
      throw Error(ErrorCode::kConfig, "yardstick",
                  "the world '" + world.spec().world + "' has no filter");
  }

  std::size_t memory_bytes() const override { return filter_->belief_bytes(); }

 private:
  void look(const EnvBatch& seen, int env, std::span<std::byte> memory, std::size_t num_candidates,
            Knowledge& known) const override {
    std::byte* belief = memory.data() + filter_->belief_bytes() * static_cast<std::size_t>(env);
    filter_->follow(seen.record(env).data(), belief);
    filter_->expected_outcomes(belief, {known.outcomes.data(), num_candidates});
    filter_->write_hidden(belief, known.hidden.data());
  }

  std::unique_ptr<Filter> filter_;
};

const Registered<YardstickRegistry, FullState> kFullState(
    "full_state", "The best index rule on the hidden state: the 1 of every normalised score.");
const Registered<YardstickRegistry, InformationMatched> kInformationMatched(
    "matched", "The best index rule on what can be believed from observations alone.");

}  // namespace
}  // namespace infodiet
