#include <cmath>
#include <cstring>
#include <new>
#include <numbers>

#include "env/core/config/config_file.hpp"
#include "env/core/hash.hpp"
#include "env/worlds/world.hpp"

namespace infodiet {
namespace {

/// One person, one document at a time: clickbait engages now and sours the person for later.
///
///   exposure_0  = (U - 1/2) / (1 - memory_discount)                         U uniform on (0, 1)
///   satisfaction = 1 / (1 + exp(-sensitivity * exposure))
///   ln(engagement) ~ N(satisfaction * (choc_mean b + kale_mean (1 - b)),
///                      choc_stddev b + kale_stddev (1 - b))
///   exposure'   = memory_discount * exposure - 2 (b - 1/2) + N(0, innovation_stddev)
///
/// b is the clickbait of the document taken, which is always the one in slot 0. Candidates are new
/// at every step, their b uniform on (0, 1). An episode is the person's budget of `steps` minutes,
/// one a document; spending it ends the episode by itself, so it is terminated, not truncated.
///
/// Source: Ie et al. 2019, "RecSim: a configurable simulation platform for recommender systems",
/// arXiv:1909.04847, environment long_term_satisfaction; exposure falls with clickbait as in
/// RecSim's code (its documentation has the other sign). We differ: `sensitivity` is 0.3 where
/// RecSim has 0.01, at which satisfaction hardly moves and always showing the most clickbait is
/// best; and the engagement of past documents is a reward, not part of the observation.
class LongTermSatisfaction : public World {
 public:
  struct Config : ConfigOf<Config> {
    int candidates = 10;
    int steps = 60;
    int history = 16;
    double memory_discount = 0.7;
    double sensitivity = 0.3;
    double innovation_stddev = 0.05;
    double choc_mean = 5;
    double choc_stddev = 1;
    double kale_mean = 4;
    double kale_stddev = 1;

    void fields(Fields& f) override {
      f({"candidates", "-", "Documents to choose from at each step.", 1, 256}, candidates);
      f({"steps", "min", "The person's time, one document a minute.", 1, 100000}, steps);
      f({"history", "-", "Past documents an agent sees.", 1, 1024}, history);
      f({"memory_discount", "-", "Share of the exposure that is left after a document.", 0, 0.99},
        memory_discount);
      f({"sensitivity", "-",
         "How strongly exposure moves satisfaction. RecSim has 0.01, where the trade-off between "
         "now and later vanishes.",
         0, 100},
        sensitivity);
      f({"innovation_stddev", "-", "Standard deviation of the noise in the exposure.", 0, 10},
        innovation_stddev);
      f({"choc_mean", "-", "Mean log engagement of pure clickbait, at full satisfaction.", -20, 20},
        choc_mean);
      f({"choc_stddev", "-", "Its standard deviation.", 0, 5}, choc_stddev);
      f({"kale_mean", "-", "Mean log engagement of a document without clickbait, likewise.", -20,
         20},
        kale_mean);
      f({"kale_stddev", "-", "Its standard deviation.", 0, 5}, kale_stddev);
    }
  };

  explicit LongTermSatisfaction(const Config& config) : config_(config) {
    const auto seen = static_cast<float>(config.history);
    const auto exposure = static_cast<float>((1.0 + kLargestNormal * config.innovation_stddev) /
                                             (1.0 - config.memory_discount));
    spec_.world = "long_term_satisfaction";
    spec_.candidates = config.candidates;
    spec_.slots = spec_.slate_min = spec_.slate_max = 1;
    spec_.history = config.history;
    spec_.candidate_features = {{"clickbait", "-", 0, 1, Role::kAppeal}};
    spec_.history_features = {{"clickbait", "-", 0, 1, Role::kAppeal},
                              {"since", "min", 0, seen, Role::kSince},
                              {"clicked", "-", 0, 1, Role::kClicked},
                              {"dwell", "min", 0, 1, Role::kDwell}};
    spec_.context_features = {{"step_share", "-", 0, 1}};
    spec_.feedback_features = {{"shown", "-", 0, 1, Role::kShown},
                               {"clicked", "-", 0, 1, Role::kClicked},
                               {"dwell", "min", 0, 1, Role::kDwell},
                               {"liked", "-", 0, 1, Role::kLiked}};
    spec_.rewards = {{"engagement", "-", 1}};
    spec_.hidden_features = {{"net_positive_exposure", "-", -exposure, exposure, Role::kHidden},
                             {"satisfaction", "-", 0, 1, Role::kHidden}};
    spec_.metrics = {{"mean_satisfaction", "-", 0, 1}, {"mean_clickbait", "-", 0, 1}};
    spec_.score_per = ScorePer::kEpisode;
    spec_.episode_days = config.steps / 1440.0;
    fingerprint_ = hash_text(write_yaml(config), kHashStart);
  }

  std::size_t state_bytes() const override {
    const std::size_t bytes = sizeof(Person) + config_.history * sizeof(float);
    return (bytes + 63) / 64 * 64;
  }

  void begin(const EpisodeKey& key, std::byte* state) const override {
    Person& person = *new (state) Person{};
    person.key = key;
    const auto words = random_words(key, Purpose::kWorld, start_, kStartLane);
    person.exposure = (uniform(words[0]) - 0.5) / (1.0 - config_.memory_discount);
  }

  void step(const StepArrays& io) const override {
    for (const int row : io.rows) {
      std::byte* const state = io.states + row * state_bytes();
      Person& person = person_in(state);
      const float clickbait = clickbait_of(person, io.slates[row]);
      const double b = double{clickbait};
      const double satisfied = satisfaction(person);

      // both normal draws from one pair of uniforms (Box & Muller 1958,
      // doi:10.1214/aoms/1177706645) std:: functions in double: between processors they may differ
      // in the 16th digit
      const auto words = random_words(person.key, Purpose::kWorld, person.step, kPersonLane);
      const double radius = std::sqrt(-2.0 * std::log(uniform(words[0])));
      const double angle = 2.0 * std::numbers::pi * uniform(words[1]);
      const double mean = config_.choc_mean * b + config_.kale_mean * (1.0 - b);
      const double stddev = config_.choc_stddev * b + config_.kale_stddev * (1.0 - b);
      const double engagement = std::exp(mean * satisfied + stddev * radius * std::cos(angle));

      person.exposure = config_.memory_discount * person.exposure - 2.0 * (b - 0.5) +
                        config_.innovation_stddev * radius * std::sin(angle);
      person.sum_satisfaction += satisfied;
      person.sum_clickbait += b;
      const float past = clickbait;
      std::memcpy(state + past_at(person.step), &past, sizeof past);
      ++person.step;

      io.reward[row] = static_cast<float>(engagement);
      io.minutes[row] = 1.0f;
      float* const feedback = io.feedback + row * 4;
      feedback[0] = feedback[1] = feedback[2] = 1.0f;  // shown, clicked, a minute long
      feedback[3] = 0.0f;
      io.terminated[row] = static_cast<int>(person.step) >= config_.steps;
      io.truncated[row] = 0;
    }
  }

  void observe(std::span<const int> rows, std::byte* states,
               const ObservationArrays& out) const override {
    const int num_candidates = config_.candidates;
    for (const int row : rows) {
      const Person& person = person_in(states + row * state_bytes());
      for (int m = 0; m < num_candidates; ++m) {
        out.item[row * num_candidates + m] = static_cast<int>(person.step) * num_candidates + m;
        out.mask[row * num_candidates + m] = 1;
      }
    }
  }

  void write_tensors(std::span<const int> rows, const std::byte* states,
                     const ObservationArrays& out) const override {
    const int num_events = config_.history;
    for (const int row : rows) {
      const std::byte* const state = states + row * state_bytes();
      const Person& person = person_in(state);
      for (int m = 0; m < config_.candidates; ++m)
        out.candidates[row * config_.candidates + m] = clickbait_of(person, m);
      for (int event = 0; event < num_events; ++event) {
        const bool there = event < static_cast<int>(person.step);
        float* const features = out.history + (row * num_events + event) * 4;
        float clickbait = 0.0f;
        if (there)
          std::memcpy(&clickbait, state + past_at(person.step - 1 - event), sizeof clickbait);
        features[0] = clickbait;
        features[1] = there ? static_cast<float>(event + 1) : 0.0f;
        features[2] = features[3] = there ? 1.0f : 0.0f;
        out.history_mask[row * num_events + event] = there;
      }
      out.context[row] = static_cast<float>(person.step) / static_cast<float>(config_.steps);
    }
  }

  void write_hidden(const std::byte* state, float* out) const override {
    const Person& person = person_in(state);
    out[0] = static_cast<float>(person.exposure);
    out[1] = static_cast<float>(satisfaction(person));
  }

  void write_metrics(const std::byte* state, double* out) const override {
    const Person& person = person_in(state);
    const double steps = person.step;
    out[0] = steps > 0 ? person.sum_satisfaction / steps : 0.0;
    out[1] = steps > 0 ? person.sum_clickbait / steps : 0.0;
  }

  /// People who start with another exposure; all later draws are the same.
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t shuffle) const override {
    auto twin = std::make_unique<LongTermSatisfaction>(config_);
    twin->start_ = 1 + static_cast<std::uint32_t>(shuffle % 0xFFFFFFFFu);  // never this world's 0
    return twin;
  }

 private:
  /// The record begins with this; the clickbait of the last H documents follows, as a ring.
  struct Person {
    EpisodeKey key;
    std::uint32_t step = 0;  // documents taken, and minutes passed
    double exposure = 0;     // RecSim's net positive exposure
    double sum_satisfaction = 0;
    double sum_clickbait = 0;
  };

  // documents take the lanes from 0, four each
  static constexpr std::uint32_t kPersonLane = 1 << 16;
  static constexpr std::uint32_t kStartLane = 1 << 17;
  static constexpr double kLargestNormal = 6.77;  // sqrt(-2 ln 2^-33): no draw is further out

  /// Uniform in (0, 1) with all 32 bits: `uniform_open` has 23, too few for the tails of a normal.
  static double uniform(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) * 0x1.0p-32;
  }

  static Person& person_in(std::byte* state) {
    return *std::launder(reinterpret_cast<Person*>(state));
  }
  static const Person& person_in(const std::byte* state) {
    return *std::launder(reinterpret_cast<const Person*>(state));
  }

  std::size_t past_at(std::uint32_t step) const {
    return sizeof(Person) + step % static_cast<std::uint32_t>(config_.history) * sizeof(float);
  }

  static float clickbait_of(const Person& person, int candidate) {
    const auto m = static_cast<std::uint32_t>(candidate);
    return uniform_open(random_words(person.key, Purpose::kWorld, person.step, m / 4)[m % 4]);
  }

  double satisfaction(const Person& person) const {
    return 1.0 / (1.0 + std::exp(-config_.sensitivity * person.exposure));
  }

  Config config_;
  std::uint32_t start_ = 0;  // which of a person's possible first exposures
};

const Registered<WorldRegistry, LongTermSatisfaction> kLongTermSatisfaction(
    "long_term_satisfaction", "RecSim's trade-off: clickbait engages now and sours for later");

}  // namespace
}  // namespace infodiet
