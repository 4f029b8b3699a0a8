#pragma once

#include <span>
#include <vector>

// Small fits that facts read their numbers from.

namespace infodiet {

/// Slope of the least-squares line of ln y over ln x. All must be above 0.
double log_log_slope(std::span<const double> x, std::span<const double> y);

/// Where y first falls to `level`, by linear interpolation in ln x; NaN if it never does.
double falls_to(std::span<const double> x, std::span<const double> y, double level);

/// Spearman's rank correlation; ties share their mean rank.
double rank_correlation(std::span<const double> a, std::span<const double> b);

/// Maximum-likelihood shape of a Weibull distribution: the root of
/// sum x^k ln x / sum x^k - 1/k = mean ln x, by bisection in [0.01, 100]. NaN below two values.
double weibull_shape(std::span<const double> x);

}  // namespace infodiet
