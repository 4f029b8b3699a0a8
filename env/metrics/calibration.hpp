#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>

#include "env/metrics/shares.hpp"

namespace infodiet {

/// How far what was read is from what should have been read, topic by topic [nat]:
///
///   KL(p || q~) = sum_t p_t ln(p_t / q~_t),   q~ = (1 - a) q + a p
///
/// with p the shares aimed at (worth to the person, say) and q those realised. 0 if p = q; at most
/// -ln a (4.6 at a = 0.01), where nothing that was aimed at was read. The little of p mixed into q
/// is what keeps it finite when a topic was never read.
///
/// Source: Steck 2018, "Calibrated recommendations", doi:10.1145/3240323.3240372.
/// @param target    (T) weights >= 0 of any sum, floats or doubles
/// @param realised  (T) likewise
/// @param mixed     a, in (0, 1]
/// @returns NaN if either sums to 0
template <class Target, class Realised>
double miscalibration(const Target& target, const Realised& realised, double mixed = 0.01) {
  assert(target.size() == realised.size());
  const double target_sum = total_weight(target), realised_sum = total_weight(realised);
  if (!(target_sum > 0) || !(realised_sum > 0)) return std::numeric_limits<double>::quiet_NaN();
  double nats = 0;
  for (std::size_t t = 0; t < target.size(); ++t) {
    const double p = static_cast<double>(target[t]) / target_sum;
    const double share = static_cast<double>(realised[t]) / realised_sum;
    const double q = (1 - mixed) * share + mixed * p;
    if (p > 0) nats += p * std::log(p / q);
  }
  return std::fmax(nats, 0.0);  // rounding may leave it a little below
}

}  // namespace infodiet
