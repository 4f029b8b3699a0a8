#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// What is known is forgotten, and the world moves on.
///
///   k_t <- k_t 2^(-minutes / half_life)
///
/// So a topic is worth reading about again after a while. Source: half-life regression, Settles &
/// Meeder 2016, doi:10.18653/v1/P16-1174 (memory alone: 15 min to 274 d), and news, which ages with
/// a half-life of about an hour (Wu & Huberman 2007); one day is ours. Neutral: half_life .inf.
struct Forgetting : ConfigOf<Forgetting> {
  double half_life = 1440;

  void fields(Fields& f) override {
    f({"half_life", "min", "Half of what is known is stale after this long; .inf: never.", 0.01},
      half_life);
  }

  /// What is left of knowledge after `minutes`.
  float kept(double minutes) const { return exp2_fast(static_cast<float>(-minutes / half_life)); }

  /// The integral of that over `minutes`.
  double kept_minutes(double minutes) const {
    constexpr double kLn2 = 0.6931471805599453;
    const double scale = half_life / kLn2;
    if (minutes < 1e-7 * scale) return minutes;  // also where the ratio is too small for a float
    return scale * static_cast<double>(one_minus_exp(static_cast<float>(minutes / scale)));
  }
};

}  // namespace infodiet
