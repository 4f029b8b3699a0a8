#include "tests/sim/tuning/aiming_world.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>

#include "agents/agent.hpp"
#include "agents/slate.hpp"

namespace infodiet::test {
namespace {

double squared(double x) { return x * x; }

double pay(std::int32_t shown, int half, double best) {
  const int place = shown - half * AimingWorld::kHalf;
  if (shown < 0 || place < 0 || place >= AimingWorld::kHalf) return -1;
  return -squared(static_cast<double>(place) / (AimingWorld::kHalf - 1) - best);
}

/// Aims at two targets. Its knobs are of all kinds; the best are first 0.4, second 6.3 (which is at
/// 0.7 on the scale of its logarithm), shown 2, hand steady.
class AimingAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    double first = 0.9;
    float second = 0.1f;
    int shown = 1;
    std::string hand = "steady";
    bool loud = false;
    double untouched = 0.25;

    void fields(Fields& f) override {
      f({"first", "-", "Where in the lower half it aims.", 0, 1, {}, Search::linear(0, 1)}, first);
      f({"second",
         "-",
         "Where in the upper half, as a logarithm.",
         0.01,
         100,
         {},
         Search::log(0.01, 100)},
        second);
      f({"shown", "-", "How many targets it shows.", 0, 16, {}, Search::linear(0, 2)}, shown);
      f({"hand",
         "",
         "A trembling one takes one target for the other.",
         -kInfinity,
         kInfinity,
         {"steady", "trembling"},
         Search::any()},
        hand);
      f({"loud", "", "Changes nothing at all.", -kInfinity, kInfinity, {}, Search::any()}, loud);
      f({"untouched", "-", "No knob, for it declares no search.", 0, 1}, untouched);
    }
    void check(const Complain& complain) const override {
      if (loud && first > 0.95) complain("first", "cannot be loud so far out");
    }
    std::string variant() const override { return loud ? "loud" : ""; }
  };

  AimingAgent(const Config& config, const Spec& spec) : config_(config), spec_(spec) {}

  bool reads_tensors() const override { return false; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const double log_place = std::log(double{config_.second} / 0.01) / std::log(1e4);
    for (int env = 0; env < seen.size; ++env) {
      std::int32_t* const slate = &slates[env * spec_.slots];
      show_nothing(slate, spec_.slots);
      const int valid = available(&seen.mask[env * spec_.candidates], spec_.candidates);
      const int half = valid / 2;
      int targets[2] = {place(config_.first, half), half + place(log_place, valid - half)};
      if (config_.hand != "steady") std::swap(targets[0], targets[1]);
      const int least = std::min(spec_.slate_min, 2), most = std::min({spec_.slate_max, valid, 2});
      const int count = std::clamp(config_.shown, least, std::max(least, most));
      for (int i = 0; i < count; ++i) slate[i] = targets[i];
    }
  }

 private:
  static int place(double share, int size) {
    return std::clamp(static_cast<int>(std::lround(share * (size - 1))), 0, std::max(0, size - 1));
  }

  Config config_;
  const Spec& spec_;
};

const Registered<AgentRegistry, AimingAgent> kAiming(
    "aiming", "Aims at two targets, where tests know the best.");

}  // namespace

AimingWorld::AimingWorld(double noise) : noise_(noise) {
  spec_.world = "aiming";
  spec_.candidates = 2 * kHalf;
  spec_.slots = spec_.slate_max = 2;
  spec_.feedback_features = {{"shown", "-"}, {"clicked", "-"}, {"dwell", "min"}, {"liked", "-"}};
  spec_.rewards = {{"value", "points", 1}};
  spec_.episode_days = 1;
}

void AimingWorld::begin(const EpisodeKey& key, std::byte* state) const {
  new (state) EpisodeKey(key);
}

void AimingWorld::step(const StepArrays& io) const {
  for (const int row : io.rows) {
    const auto& key = *reinterpret_cast<const EpisodeKey*>(io.states + row * 64);
    const std::int32_t* const slate = io.slates + row * 2;
    const auto common = random_words(key, Purpose::kWorld, 0)[0];
    const auto own = random_words(key, Purpose::kWorld, 1 + static_cast<std::uint32_t>(slate[0]),
                                  static_cast<std::uint32_t>(slate[1] + 1))[0];
    const double noise = noise_ * (20 * double{uniform_open(common)} - 10) +
                         noise_ * (double{uniform_open(own)} - 0.5);
    io.reward[row] =
        static_cast<float>(pay(slate[0], 0, kFirst) + pay(slate[1], 1, kSecond) + noise);
    io.minutes[row] = 1440;
    io.terminated[row] = 0;
    io.truncated[row] = 1;
  }
}

void AimingWorld::observe(std::span<const int> rows, std::byte*,
                          const ObservationArrays& out) const {
  for (const int row : rows) {
    for (int i = 0; i < 2 * kHalf; ++i) {
      out.item[row * 2 * kHalf + i] = i;
      out.mask[row * 2 * kHalf + i] = 1;
    }
  }
}

}  // namespace infodiet::test
