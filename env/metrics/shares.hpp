#pragma once

#include <cmath>
#include <limits>

// How evenly something (reading, exposure) is spread over topics or sources. Weights are >= 0 and
// need not sum to 1, in any container of floats or doubles; NaN where they sum to 0. Logarithms are
// the C library's: their last digit may differ between processors, and nothing that a simulation
// does depends on it.

namespace infodiet {

/// Sum of weights; what a weight is divided by to become a share.
template <class Weights>
double total_weight(const Weights& weights) {
  double sum = 0;
  for (const auto weight : weights) sum += static_cast<double>(weight);
  return sum;
}

/// Shannon's entropy H = -sum_i p_i ln p_i of the shares p_i [nat]: 0 if one has all, ln n if all
/// have the same.
///
/// Source: Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x.
template <class Weights>
double entropy(const Weights& weights) {
  const double sum = total_weight(weights);
  if (!(sum > 0)) return std::numeric_limits<double>::quiet_NaN();
  double nats = 0;
  for (const auto weight : weights) {
    const double share = static_cast<double>(weight) / sum;
    if (share > 0) nats -= share * std::log(share);
  }
  return nats;
}

/// e^H: how many equally common topics would be as diverse. In [1, n].
///
/// Source: Hill 1973, doi:10.2307/1934352 (the number of order 1).
template <class Weights>
double effective_number(const Weights& weights) {
  return std::exp(entropy(weights));
}

/// Gini index G = sum_ij |x_i - x_j| / (2 n sum x): 0 if all have the same, 1 - 1/n if one has all.
/// Pair by pair, without sorting, so that nothing is allocated: meant for tens of topics.
///
/// Source: the mean difference form, as in Sen 1973, "On Economic Inequality", chapter 2.
template <class Weights>
double gini(const Weights& weights) {
  const double sum = total_weight(weights);
  if (!(sum > 0)) return std::numeric_limits<double>::quiet_NaN();
  double differences = 0;
  for (const auto x : weights) {
    for (const auto y : weights) differences += static_cast<double>(std::abs(x - y));
  }
  return differences / (2 * static_cast<double>(weights.size()) * sum);
}

}  // namespace infodiet
