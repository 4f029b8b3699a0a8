#pragma once

#include <algorithm>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// How long a chosen item holds the person.
///
///   scale = length * glance_share * depth^y * (1 - o / 2)
///   D     = scale * (-ln u)^(1 / shape)         Weibull; the item is read for min(D, length)
///
/// Shape below 1 means negative ageing: who stays, stays on. Source: Liu, White & Dumais 2010,
/// "Understanding web browsing behaviors through Weibull analysis of dwell time",
/// doi:10.1145/1835449.1835513 (99 % of pages). The dependence on worth and overload is ours.
struct Dwell : ConfigOf<Dwell> {
  float shape = 0.8f;
  float glance_share = 0.25f;
  float depth = 8.0f;

  void fields(Fields& f) override {
    f({"shape", "-", "Weibull shape; below 1 the hazard of leaving falls with time.", 0.05, 20},
      shape);
    f({"glance_share", "-", "Scale for an item of no worth, as a share of its length.", 0.001, 100},
      glance_share);
    f({"depth", "-", "How many times longer an item of full worth holds.", 0.01, 1000}, depth);
  }

  /// @param length       min
  /// @param worth        y in [0, 1]
  /// @param overload     o in [0, 1]
  /// @param exponential  -ln of a uniform number
  /// @returns min
  float draw(float length, float worth, float overload, float exponential) const {
    const float scale =
        length * glance_share * exp2_fast(worth * log2_fast(depth)) * (1.0f - 0.5f * overload);
    return scale * exp2_fast(log2_fast(exponential) / shape);
  }
};

}  // namespace infodiet
