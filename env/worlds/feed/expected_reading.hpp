#pragma once

#include <algorithm>

#include "env/core/math.hpp"
#include "env/person/adverts.hpp"
#include "env/person/dwell.hpp"

namespace infodiet {

/// How long a chosen item is read: a few readings that stand for all, and how likely each is. So
/// the expectation of anything that a reading does is a sum over them.
///
/// Let Q be the longest reading there can be, for length, dwell or adverts. Below Q
///
///   P(m > x) = exp(-c (x / Q)^k - a x / Q)
///     c = (Q / scale)^k, k and scale of the Weibull dwell;  a = Q times the rate of adverts that
///     end a reading
///
/// and what is left at Q is the share of those who read to the end. Expectations are integrals over
/// the density, by Gauss-Legendre in t with x = Q t^(r / k), which takes away the cusp that k < 1
/// has at 0; where adverts end readings, r / k is at least 1, for their sake. The relative error of
/// E[m] is below 3e-6 for k from 0.2 to 2 and c up to 6 (by default c < 6), with adverts below
/// 1e-5; it stays below 1e-3, with adverts 5e-2, for all that a config allows.
class ExpectedReading {
  static constexpr int kNodes = 12;

 public:
  static constexpr int kCount = kNodes + 1;

  /// @param adverts  whether there are any
  ExpectedReading(const Dwell& dwell, const Adverts& adverts, bool on)
      : dwell_(dwell), ends_(on ? static_cast<float>(adverts.rate * (1 - adverts.stay)) : 0.0f) {
    float power = std::clamp(4 * dwell.shape, 1.0f, 2.0f);  // r
    if (ends_ > 0 && dwell.shape > 1) power = dwell.shape > 2 ? dwell.shape : 2 * dwell.shape;
    for (int i = 0; i < kNodes; ++i) {
      const bool lower = i < kNodes / 2;
      const int half = lower ? i : kNodes - 1 - i;
      const float t = lower ? kNode[half] : 1 - kNode[half];
      const float log = power * log2_fast(t);
      part_[i] = exp2_fast(log / dwell.shape);
      raised_[i] = exp2_fast(log);
      const float slope = kWeight[half] * power / t;
      part_density_[i] = slope / dwell.shape * part_[i];
      raised_density_[i] = slope * raised_[i];
    }
    part_[kNodes] = 1;
  }

  /// Goes to one item. @param worth  y  @param overload  o
  void take(float length, float worth, float overload) {
    const float scale = dwell_.draw(length, worth, overload, 1);
    float longest = std::min(length, dwell_.draw(length, worth, overload, kMostExponential));
    if (ends_ * longest > kMostExponential) longest = kMostExponential / ends_;
    const float c = exp2_fast(dwell_.shape * log2_fast(longest / scale));
    const float a = ends_ * longest;
    float total = 0;
    for (int i = 0; i < kNodes; ++i) {
      const float longer = exp_fast(-c * raised_[i] - a * part_[i]);
      share_[i] = longer * (c * raised_density_[i] + a * part_density_[i]);
      total += share_[i];
    }
    share_[kNodes] = exp_fast(-c - a);
    total += share_[kNodes];
    for (int i = 0; i < kCount; ++i) {
      share_[i] /= total;
      minutes_[i] = longest * part_[i];
    }
  }

  /// m of reading i [min], ascending, and its share; shares add up to 1.
  float minutes(int i) const { return minutes_[i]; }
  double share(int i) const { return static_cast<double>(share_[i]); }

 private:
  /// Of the exponential draw: a uniform number is at least 2^-24 (uniform_open).
  static constexpr float kMostExponential = 16.7f;
  // Gauss-Legendre on [0, 1], the lower half; the upper mirrors it
  static constexpr float kNode[kNodes / 2] = {0.00921968288f, 0.0479413718f, 0.115048663f,
                                              0.206341023f,   0.316084251f,  0.437383296f};
  static constexpr float kWeight[kNodes / 2] = {0.0235876682f, 0.0534696630f, 0.0800391643f,
                                                0.101583713f,  0.116746268f,  0.124573523f};

  const Dwell& dwell_;
  float ends_;  // 1/min
  float minutes_[kCount] = {}, share_[kCount] = {};
  // at the nodes: x / Q, (x / Q)^k, and what of the density at t goes with either
  float part_[kCount], raised_[kNodes];
  float part_density_[kNodes], raised_density_[kNodes];
};

}  // namespace infodiet
