#include <array>
#include <cmath>

#include "agents/agent.hpp"
#include "agents/estimates.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// Maximal marginal relevance: each slot goes to what is worth most and least like those above it.
///
///   next = argmax_i lambda value_i / max_j value_j - (1 - lambda) max over shown j of sim(i, j)
///
/// sim is the cosine between topics, or 1 for two items of one story. Source: Carbonell & Goldstein
/// 1998, "The use of MMR, diversity-based reranking for reordering documents and producing
/// summaries", doi:10.1145/290941.291025; that values are divided by the largest is ours: it puts
/// both terms on one scale.
class MmrAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    float lambda = 0.7f;
    Serving serving;
    Estimates::Settings estimates;

    void fields(Fields& f) override {
      f({.name = "lambda",
         .unit = "-",
         .help = "1: by value alone; 0: by difference from what stands above alone.",
         .low = 0,
         .high = 1,
         .search = Search::linear(0, 1)},
        lambda);
      serving.fields(f);
      estimates.fields(f);
    }
    std::string variant() const override { return serving.variant(); }
  };

  MmrAgent(const Config& config, const Spec& spec)
      : lambda_(config.lambda),
        serving_(config.serving),
        estimates_(config.estimates),
        columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      const Decision now(seen, columns_, env);
      std::int32_t* const slate = &slates[env * columns_.slots];
      show_nothing(slate, columns_.slots);
      const int count = serving_.room(now);
      if (count > 0) fill(now, count, slate);
    }
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "worth",
                        [this](const Decision& now, float* out) { estimates_.values(now, out); });
  }

 private:
  void fill(const Decision& now, int count, std::int32_t* slate) const {
    std::array<float, kMaxCandidates> relevance;  // of those, the first `valid` are set
    std::array<float, kMaxCandidates> redundancy;
    estimates_.values(now, relevance.data());
    float largest = 0;
    for (int i = 0; i < now.valid(); ++i) {
      largest = std::max(largest, relevance[i]);
      redundancy[i] = 0;
    }
    for (int slot = 0; slot < count; ++slot) {
      int best = -1;
      float most = 0;
      for (int i = 0; i < now.valid(); ++i) {
        if (redundancy[i] > kTaken) continue;
        const float worth = largest > 0 ? relevance[i] / largest : 0;
        const float margin = lambda_ * worth - (1 - lambda_) * redundancy[i];
        if (best >= 0 && margin < most) continue;  // of equals the later one
        best = i;
        most = margin;
      }
      slate[slot] = best;
      for (int i = 0; i < now.valid(); ++i)
        redundancy[i] = std::max(redundancy[i], similarity(now.candidate(i), now.candidate(best)));
      redundancy[best] = 2 * kTaken;
    }
  }

  float similarity(const float* a, const float* b) const {
    const int story = columns_.candidate.story;
    if (story >= 0 && a[story] == b[story]) return 1;
    float dot = 0, aa = 0, bb = 0;
    for (int t = 0; t < columns_.topics; ++t) {
      const float x = a[columns_.candidate.first_topic + t];
      const float y = b[columns_.candidate.first_topic + t];
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    return aa > 0 && bb > 0 ? dot / std::sqrt(aa * bb) : 0;
  }

  static constexpr float kTaken = 2;  // beyond any similarity

  float lambda_;
  Serving serving_;
  Estimates estimates_;
  Columns columns_;
};

const Registered<AgentRegistry, MmrAgent> kMmr(
    "mmr", "What is worth most and least like what stands above it: maximal marginal relevance.");

}  // namespace
}  // namespace infodiet
