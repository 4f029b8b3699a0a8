#pragma once

#include <span>

namespace infodiet {

// Distances between two samples. Both are ascending and not empty; of one another they need not
// have the size.

/// sup |F - G| of the two distribution functions: Kolmogorov 1933, Smirnov 1948,
/// doi:10.1214/aoms/1177730256. In [0, 1].
double kolmogorov_smirnov(std::span<const double> a, std::span<const double> b);

/// W1 = integral of |F - G|: how far, on average, one sample must be moved to become the other, in
/// its unit. Vallender 1974, doi:10.1137/1118101.
double wasserstein(std::span<const double> a, std::span<const double> b);

/// W1 of two histograms of equal bins on a circle: min over c of sum |F - G - c|, where c is the
/// median of F - G; in bins. Rabin, Delon & Gousseau 2011, doi:10.1007/s10851-011-0284-0.
/// @param a, b  (n) each sums to 1
double circular_wasserstein(std::span<const double> a, std::span<const double> b);

/// Half the sum of |a - b|: the share that must change its bin. The shorter one goes on with 0.
double total_variation(std::span<const double> a, std::span<const double> b);

}  // namespace infodiet
