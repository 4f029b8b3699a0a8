#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "env/core/math.hpp"
#include "env/person/person.hpp"

namespace infodiet {

/// A Gaussian belief about a person's tastes (Taste), independent from topic to topic:
///
///   z_t ~ N(mean_z, var_z)     worth and shared interest;  prior N(0, 1)
///   e_t ~ N(mean_e, var_e)     interest of its own;        prior N(0, 1)
///
/// Learnt by one step of assumed-density filtering for each thing seen: of an observation whose
/// log-likelihood has slope r and information I in a quantity u = sum_t (gz_t z_t + ge_t e_t),
///
///   S = sum_t (gz_t^2 var_z,t + ge_t^2 var_e,t)
///   mean += var g r / (1 + I S),   var -= (var g)^2 I / (1 + I S)
///
/// the diagonal of the extended Kalman filter; for logistic responses it is that of Chapelle & Li
/// 2011's Bayesian logistic regression with one step. Topics of one item are taken as independent
/// afterwards, which they are not.
struct TastePosterior {
  float mean_z = 0, var_z = 1, mean_e = 0, var_e = 1;

  /// @param optimism  standard deviations above the mean
  float interest(const Taste& taste, float optimism) const {
    const float shared = taste.interest_shared, own = taste.interest_own;
    return shared * mean_z + own * mean_e +
           optimism * std::sqrt(shared * shared * var_z + own * own * var_e);
  }
  /// E sigma(1.5 z - 1), by the probit approximation of the logistic.
  float worth(float optimism) const {
    const float spread = 1 + 0.392699082f * 2.25f * var_z;  // pi / 8 times the variance of 1.5 z
    return sigmoid((1.5f * (mean_z + optimism * std::sqrt(var_z)) - 1) / std::sqrt(spread));
  }
  /// d worth / d z at the mean.
  float worth_slope() const {
    const float w = sigmoid(1.5f * mean_z - 1);
    return 1.5f * w * (1 - w);
  }
};

/// What one observation says of up to three topics.
struct TasteEvidence {
  struct Slope {
    int topic;
    float z, e;  ///< du/dz, du/de
  };
  static constexpr int kMost = 3;
  Slope slope[kMost] = {};
  int count = 0;

  /// Variance of u, as tastes are believed.
  float variance(const TastePosterior* tastes) const {
    float sum = 0;
    for (int i = 0; i < count; ++i) {
      const TastePosterior& t = tastes[slope[i].topic];
      sum += slope[i].z * slope[i].z * t.var_z + slope[i].e * slope[i].e * t.var_e;
    }
    return sum;
  }

  /// @param score        r: d log-likelihood / du
  /// @param information  I: expected -d2 log-likelihood / du2
  void teach(TastePosterior* tastes, float score, float information) const {
    const float step = 1 / (1 + information * variance(tastes));
    for (int i = 0; i < count; ++i) {
      TastePosterior& t = tastes[slope[i].topic];
      const float z = t.var_z * slope[i].z, e = t.var_e * slope[i].e;
      t.mean_z += z * score * step;
      t.mean_e += e * score * step;
      t.var_z = std::max(kLeast, t.var_z - z * z * information * step);
      t.var_e = std::max(kLeast, t.var_e - e * e * information * step);
    }
  }

 private:
  static constexpr float kLeast = 1e-4f;
};

}  // namespace infodiet
