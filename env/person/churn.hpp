#pragma once

#include <algorithm>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Leaving for good, which ends the episode.
///
///   hazard, awake and away = hazard exp(-R2) per 16 waking hours, R2 the goodwill (goodwill.hpp)
///
/// Source: a proportional hazard as for return times (Kapoor et al. 2014), on goodwill; ours
/// otherwise. R2 counts within +-10. Neutral, and the default: hazard 0.
struct Churn : ConfigOf<Churn> {
  double hazard = 0;

  void fields(Fields& f) override {
    f({"hazard", "1/16h", "How often a person without goodwill leaves for good.", 0, 1e4}, hazard);
  }

  /// 1/min
  double rate(float goodwill) const {
    return hazard * static_cast<double>(exp_fast(-std::clamp(goodwill, -10.0f, 10.0f))) / (16 * 60);
  }
};

}  // namespace infodiet
