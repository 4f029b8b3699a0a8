#pragma once

#include <span>

// How a score is spread over groups of people (person types), each group counting once. A group
// whose score is NaN is absent: nobody of it was there. NaN if every group is.

namespace infodiet {

/// The lowest score.
double worst_score(std::span<const double> scores);

/// Highest minus lowest score; 0 of a single group.
double score_gap(std::span<const double> scores);

/// The score that a share `p` of the groups stays below, by linear interpolation (type 7 of
/// Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566).
/// @param p  in [0, 1]
double score_percentile(std::span<const double> scores, double p = 0.10);

/// Atkinson's index: the share of the mean that could be given up, if all then had the same,
/// without loss to a judge whose aversion to inequality is e:
///
///   A = 1 - (mean of x^(1-e))^(1/(1-e)) / mean x,   e = 1: 1 - exp(mean of ln x) / mean x
///
/// 0 if all have the same, 1 at the most. It is a share of a positive quantity (minutes of value,
/// items read): NaN if a score is below 0 or none is above it.
///
/// Source: Atkinson 1970, doi:10.1016/0022-0531(70)90039-6.
/// @param aversion  e >= 0; 0 does not mind inequality
double atkinson_index(std::span<const double> scores, double aversion = 1);

}  // namespace infodiet
