#pragma once

#include <vector>

#include "env/api/spec.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// The parts of the feed world's reward, in the order of the reward vector.
enum RewardIndex { kValue, kOverload, kEngagement, kInterruption, kRegret, kNumRewards };

/// What the parts are worth in the score:
///
///   score = value V - overload O + engagement E - interruption I - regret R
///
/// By default V - mu O with mu = 1: the well-spent minutes a person would give to be spared one
/// overload-minute. Paying for engagement alone gives a proxy that can rise while the goal falls.
struct Reward : ConfigOf<Reward> {
  double value = 1;
  double overload = 1;
  double engagement = 0;
  double interruption = 0;
  double regret = 0;

  void fields(Fields& f) override {
    f({"value", "1/wsm", "Paid for a well-spent minute.", 0, 1e6}, value);
    f({"overload", "1/om", "mu: charged for an overload-minute.", 0, 1e6}, overload);
    f({"engagement", "1/click", "Paid for a click.", 0, 1e6}, engagement);
    f({"interruption", "1/push", "Charged for a push that showed something.", 0, 1e6},
      interruption);
    f({"regret", "1/min", "Charged for a minute better spent elsewhere.", 0, 1e6}, regret);
  }

  std::vector<RewardPart> parts() const {
    return {{"value", "well-spent min", value},
            {"overload", "overload-min", -overload},
            {"engagement", "clicks", engagement},
            {"interruption", "pushes", -interruption},
            {"regret", "min", -regret}};
  }
};

}  // namespace infodiet
