#include "env/stream/burst_size.hpp"

#include <algorithm>
#include <functional>

#include "env/core/math.hpp"

namespace infodiet {

BurstSize::BurstSize(double mean, double tail) : at_least_(kMost, 0.0f) {
  if (mean <= 0) return;
  // E N = sum over k of P(N >= k), which rises with sigma
  double low = -20, high = 20;  // log2 of sigma
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    const float sigma = exp2_fast(static_cast<float>(middle));
    for (int k = 1; k <= kMost; ++k) {
      const float base = 1 + static_cast<float>(k) / sigma;
      at_least_[static_cast<std::size_t>(k - 1)] =
          exp2_fast(static_cast<float>(-tail) * log2_fast(base));
    }
    (this->mean() < mean ? low : high) = middle;
  }
}

int BurstSize::draw(float u) const {
  // P(N >= k) > u exactly for the k that are reached
  return static_cast<int>(
      std::lower_bound(at_least_.begin(), at_least_.end(), u, std::greater<>()) -
      at_least_.begin());
}

double BurstSize::mean() const {
  double sum = 0;
  for (const float p : at_least_) sum += p;
  return sum;
}

double BurstSize::dispersion() const {
  double squares = 1;  // E (1 + N)^2 = 1 + sum over k of (2 k + 1) P(N >= k)
  for (int k = 1; k <= kMost; ++k)
    squares += (2.0 * k + 1) * at_least_[static_cast<std::size_t>(k - 1)];
  return squares / (1 + mean());
}

}  // namespace infodiet
