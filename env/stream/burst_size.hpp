#pragma once

#include <vector>

namespace infodiet {

/// How many near-duplicates a story has: N with
///
///   P(N >= k) = (1 + k / sigma)^-tail,  k = 1 .. 132,   sigma such that E N = mean
///
/// a discrete Lomax law, cut where the data it was fitted to end (docs/streams.md, Cofacts).
class BurstSize {
 public:
  static constexpr int kMost = 132;

  /// @param mean  in [0, 20]  @param tail  > 1
  BurstSize(double mean, double tail);

  /// @param u  uniform in (0, 1)
  int draw(float u) const;

  double mean() const;
  /// E (1 + N)^2 / E (1 + N): variance / mean of the items that whole stories bring.
  double dispersion() const;

 private:
  std::vector<float> at_least_;  // [k - 1]: P(N >= k); falling
};

}  // namespace infodiet
