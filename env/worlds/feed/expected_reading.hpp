#pragma once

#include <algorithm>

#include <Eigen/Core>

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
///
/// All readings of an item are worked on side by side, in vectors of the processor.
class ExpectedReading {
 public:
  static constexpr int kCount = 16;
  using Each = Eigen::Array<float, kCount, 1>;  ///< a number for each reading

  /// @param on  whether there are adverts
  ExpectedReading(const Dwell& dwell, const Adverts& adverts, bool on)
      : dwell_(dwell),
        ends_(on ? static_cast<float>(adverts.rate * (1 - adverts.stay)) : 0.0f),
        reach_(exp2_fast(log2_fast(kMostExponential) / dwell.shape)) {
    float power = std::clamp(4 * dwell.shape, 1.0f, 2.0f);  // r
    if (ends_ > 0 && dwell.shape > 1) power = dwell.shape > 2 ? dwell.shape : 2 * dwell.shape;
    for (int i = 0; i < kNodes; ++i) {
      const bool lower = i < kHalf;
      const int half = lower ? i : kNodes - 1 - i;
      const float t = lower ? kNode[half] : 1 - kNode[half];
      const float log = power * log2_fast(t);
      part_[i] = exp2_fast(log / dwell.shape);
      raised_[i] = exp2_fast(log);
      const float slope = kWeight[half] * power / t;
      part_density_[i] = slope / dwell.shape * part_[i];
      raised_density_[i] = slope * raised_[i];
    }
    part_[kNodes] = raised_[kNodes] = to_the_end_[kNodes] = 1;
  }

  /// Goes to one item. @param worth  y  @param overload  o
  void take(float length, float worth, float overload) {
    const float scale = dwell_.draw(length, worth, overload, 1);
    float longest = std::min(length, scale * reach_);
    if (ends_ * longest > kMostExponential) longest = kMostExponential / ends_;
    const float c = exp2_fast(dwell_.shape * log2_fast(longest / scale));
    const float a = ends_ * longest;
    share_ =
        (-c * raised_ - a * part_).exp() * (c * raised_density_ + a * part_density_ + to_the_end_);
    share_ /= share_.sum();
    minutes_ = longest * part_;
  }

  const Each& minutes() const { return minutes_; }  ///< m [min], ascending
  const Each& share() const { return share_; }      ///< adds up to 1
  /// The expectation of what is `value` after each reading.
  double mean(const Each& value) const { return static_cast<double>((share_ * value).sum()); }

 private:
  static constexpr int kNodes = kCount - 1;
  static constexpr int kHalf = kCount / 2;
  /// Of the exponential draw: a uniform number is at least 2^-24 (uniform_open).
  static constexpr float kMostExponential = 16.7f;
  // Gauss-Legendre on [0, 1], up to the middle; the rest mirrors it
  static constexpr float kNode[kHalf] = {0.00600374099f, 0.0313633038f, 0.0758967083f, 0.137791134f,
                                         0.214513914f,   0.302924326f,  0.399402953f,  0.5f};
  static constexpr float kWeight[kHalf] = {0.015376621f,  0.0351830237f, 0.0535796102f,
                                           0.069785339f,  0.0831346029f, 0.0930805f,
                                           0.0992157427f, 0.101289121f};

  const Dwell& dwell_;
  float ends_;   // 1/min
  float reach_;  // the longest dwell there can be, in scales
  Each minutes_ = Each::Zero(), share_ = Each::Zero();
  // at the nodes: x / Q, (x / Q)^k, and what of the density at t goes with either; last, the
  // reading to the end
  Each part_ = Each::Zero(), raised_ = Each::Zero();
  Each part_density_ = Each::Zero(), raised_density_ = Each::Zero(), to_the_end_ = Each::Zero();
};

}  // namespace infodiet
