#include "agents/agent.hpp"
#include "agents/linear_bandit.hpp"

namespace infodiet {
namespace {

/// The most that an item may be worth, for all one knows: predicted value plus alpha standard
/// deviations of the prediction. What is unknown is tried, and stops being tried once it is known.
///
/// Source: Li, Chu, Langford & Schapire 2010, "A contextual-bandit approach to personalized news
/// article recommendation", doi:10.1145/1772690.1772758. One model for all items, since each is
/// there for a day or so; theirs has one per article. Slots are filled by the same order.
class LinUcbAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    float alpha = 1;
    LinearBandit::Settings bandit;

    void fields(Fields& f) override {
      f({.name = "alpha",
         .unit = "-",
         .help = "Standard deviations of doubt that count in an item's favour; 0: no exploration.",
         .low = 0,
         .high = 100,
         .search = Search::log(0.05, 4)},
        alpha);
      bandit.fields(f);
    }
    std::string variant() const override { return bandit.serving.variant(); }
  };

  LinUcbAgent(const Config& config, const Spec& spec)
      : score_{double{config.alpha}}, bandit_(config.bandit, spec) {}

  bool reads_tensors() const override { return true; }
  std::size_t memory_bytes() const override { return sizeof(LinearBandit::Memory); }

  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override {
    bandit_.act(seen, memory, slates, score_);
  }
  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte> memory) const override {
    return bandit_.explain(seen, env, memory, "upper bound", score_);
  }

 private:
  struct UpperBound {
    double alpha;
    void operator()(const Decision& now, const LinearModel& model, const LinearModel::Row* rows,
                    float* out) const {
      for (int i = 0; i < now.valid(); ++i)
        out[i] = static_cast<float>(model.predict(rows[i]) + alpha * model.doubt(rows[i]));
    }
  };

  UpperBound score_;
  LinearBandit bandit_;
};

const Registered<AgentRegistry, LinUcbAgent> kLinUcb(
    "linucb", "Learns a person's values as it goes and tries what it is unsure of: LinUCB.");

}  // namespace
}  // namespace infodiet
