#pragma once

#include <algorithm>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Who has used it much comes back more often, whatever he gets out of it.
///
///   H <- H e^(-days / tau);  H += m / tau after m minutes of reading     [min/day]
///   the rate of return is multiplied by h = clamp(H / baseline, 1/16, 16)^strength
///
/// H starts at `baseline`. In the long run a change of use is amplified by about 1 / (1 -
/// strength). Source: the habit stock of Allcott, Gentzkow & Song 2022, "Digital addiction",
/// doi:10.1257/aer.20210867; the power law and the bound are ours. `strength` is a compromise: the
/// ratio of long-run to short-run elasticity asks for .4, the persistence of a cut for .6.
/// Neutral: strength 0.
struct Habit : ConfigOf<Habit> {
  float strength = 0.6f;
  double baseline = 20;
  double tau = 18;

  void fields(Fields& f) override {
    f({"strength", "-", "Exponent of habit in the rate of return; 0 switches it off.", 0, 1},
      strength);
    f({"baseline", "min/day", "Use at which habit neither helps nor hinders.", 0.001, 1440},
      baseline);
    f({"tau", "d", "Habit fades with this time constant.", 0.001, 1e5}, tau);
  }

  float kept(double minutes) const { return exp_fast(static_cast<float>(-minutes / (1440 * tau))); }
  float gain(float minutes) const { return minutes / static_cast<float>(tau); }
  /// h
  float factor(float habit) const {
    if (strength <= 0) return 1;
    const float ratio = std::clamp(habit / static_cast<float>(baseline), 1.0f / 16, 16.0f);
    return exp2_fast(strength * log2_fast(ratio));
  }
};

}  // namespace infodiet
