#include <algorithm>
#include <array>

#include "agents/agent.hpp"
#include "agents/slate.hpp"
#include "env/core/math.hpp"

namespace infodiet {
namespace {

/// Best first while the person has attention to spare, silence when not.
///
///   taste_t = (clicks_t + prior_rate * prior) / (shows_t + prior)
///   score   = sum_t phi_t taste_t * 2^-(age / half_life)^decay * length * exp(appeal_weight a)
///
/// an estimate of the well-spent minutes that showing the item brings. The feed is served while the
/// platform's load estimate is below `feed_load`; a push goes out only below `push_load`, which
/// leaves room for the interruption.
/// What a world does not offer (topics, ages, appeal, load) counts as 1, or as no load. Ours.
class ThresholdAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    float feed_load = 0.0f;
    float push_load = -2.0f;
    int feed_slots = 3;
    int push_slots = 1;
    float prior = 10.0f;
    float prior_rate = 0.1f;
    float decay = 0.4f;
    float appeal_weight = 0.0f;

    void fields(Fields& f) override {
      f({"feed_load", "-", "The feed is served while the load estimate is below this.", -100, 100},
        feed_load);
      f({"push_load", "-", "A push is sent only while it is below this.", -100, 100}, push_load);
      f({"feed_slots", "-", "Most items shown in the feed at once.", 0, kMaxSlots}, feed_slots);
      f({"push_slots", "-", "Most items in a push; 0: no pushes.", 0, kMaxSlots}, push_slots);
      f({"prior", "-", "Shows after which experience outweighs the prior rate.", 0.001, 1e6},
        prior);
      f({"prior_rate", "-", "Click rate assumed of a topic never shown.", 0, 1}, prior_rate);
      f({"decay", "-", "How worth fades with age: 1 exponential, below 1 stretched.", 0.01, 4},
        decay);
      f({"appeal_weight", "1/sd",
         "How much appeal adds to the score; below 0 it is held against it.", -20, 20},
        appeal_weight);
    }
  };

  ThresholdAgent(const Config& config, const Spec& spec)
      : config_(config), spec_(spec), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int env = 0; env < seen.size; ++env) {
      const float* context = &seen.context[env * columns_.context_width];
      std::int32_t* slate = &slates[env * spec_.slots];
      const int valid = available(&seen.mask[env * spec_.candidates], spec_.candidates);
      const int count = std::min(slots_wanted(context), valid);
      if (count == 0) {
        show_nothing(slate, spec_.slots);
        continue;
      }
      std::array<float, kMaxTopics> taste{};
      estimate_taste(context, taste.data());
      std::array<float, kMaxCandidates> score;
      const float* row = &seen.candidates[env * spec_.candidates * columns_.candidate_width];
      for (int i = 0; i < valid; ++i, row += columns_.candidate_width)
        score[i] = predicted_value(row, taste.data());
      show_best(score.data(), valid, count, slate, spec_.slots);
    }
  }

 private:
  static constexpr int kMaxTopics = 32;

  int slots_wanted(const float* context) const {
    const bool push = columns_.push >= 0 && context[columns_.push] > 0;
    const float limit = push ? config_.push_load : config_.feed_load;
    const bool room = columns_.load < 0 || context[columns_.load] < limit;
    const int wanted = !room ? 0 : push ? config_.push_slots : config_.feed_slots;
    return std::clamp(wanted, spec_.slate_min, spec_.slate_max);
  }

  void estimate_taste(const float* context, float* taste) const {
    for (int t = 0; t < spec_.topics; ++t) {
      const float clicks = columns_.first_clicks < 0 ? 0 : context[columns_.first_clicks + t];
      const float shows = columns_.first_shows < 0 ? 0 : context[columns_.first_shows + t];
      taste[t] = (clicks + config_.prior_rate * config_.prior) / (shows + config_.prior);
    }
  }

  float predicted_value(const float* candidate, const float* taste) const {
    float value = spec_.topics == 0 ? 1.0f : 0.0f;
    for (int t = 0; t < spec_.topics; ++t) value += candidate[columns_.first_topic + t] * taste[t];
    if (columns_.age >= 0 && columns_.half_life >= 0) {
      const float halves = candidate[columns_.age] / candidate[columns_.half_life];
      if (halves > 1e-6f) value *= exp2_fast(-exp2_fast(config_.decay * log2_fast(halves)));
    }
    if (columns_.length >= 0) value *= candidate[columns_.length];
    if (columns_.appeal >= 0) value *= exp_fast(config_.appeal_weight * candidate[columns_.appeal]);
    return value;
  }

  Config config_;
  const Spec& spec_;
  Columns columns_;
};

const Registered<AgentRegistry, ThresholdAgent> kThreshold(
    "threshold", "Best first while the estimated load is low, silence when it is high.");

}  // namespace
}  // namespace infodiet
