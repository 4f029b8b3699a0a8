#pragma once

#include <span>
#include <vector>

// What facts read their numbers from: means, ranges and small fits.

namespace infodiet {

/// first, first + 1, ..., last: the x of a curve by day, month or repetition.
std::vector<double> whole_numbers(int first, int last);

/// Mean of values [first, end).
double mean_of(std::span<const double> values, int first, int end);

/// Slope of the least-squares line of ln y over ln x. All must be above 0.
double log_log_slope(std::span<const double> x, std::span<const double> y);

/// Where y first falls to `level`, by linear interpolation in ln x; NaN if it never does.
double falls_to(std::span<const double> x, std::span<const double> y, double level);

/// How bent a response is: with y = b x + c x^2 by least squares, |c| x / (|b| + |c| x) at the
/// largest x. 0: a line through 0; 1: no linear term. From two points it is their parabola.
double quadratic_share(std::span<const double> x, std::span<const double> y);

/// Spearman's rank correlation; ties share their mean rank.
double rank_correlation(std::span<const double> a, std::span<const double> b);

/// Maximum-likelihood shape of a Weibull distribution: the root of
/// sum x^k ln x / sum x^k - 1/k = mean ln x, by bisection in [0.01, 100]. NaN below two values.
double weibull_shape(std::span<const double> x);

}  // namespace infodiet
