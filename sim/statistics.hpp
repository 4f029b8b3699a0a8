#pragma once

#include <span>
#include <vector>

// Means and intervals over seeds. The unit of replication is the seed: whatever is averaged over
// episodes and people inside a seed is averaged before it comes here.

namespace infodiet {

/// An estimate and the interval around it. `low` and `high` are NaN where there is no interval
/// (fewer than two values).
struct Interval {
  double estimate = 0;
  double low = 0;
  double high = 0;
  int count = 0;  ///< how many values it rests on

  bool known() const { return low <= high; }
  double half_width() const { return (high - low) / 2; }
};

/// NaN of an empty list.
double mean(std::span<const double> values);

/// Standard deviation with n - 1 in the denominator; NaN below two values.
double sample_sd(std::span<const double> values);

/// P(T <= t) of Student's t distribution. `degrees` > 0; infinity is the normal distribution.
double student_t_cdf(double t, double degrees);

/// The t with P(T <= t) = p, for p in (0, 1). Absolute error below 1e-9 for |t| < 1000.
double student_t_quantile(double p, double degrees);

/// Student's interval of a mean: mean +- t(1/2 + level/2; n - 1) sd / sqrt(n). It covers as often
/// as it says if the values are independent and roughly normal; below ten values it is wide, and
/// rough if they are skewed.
Interval mean_interval(std::span<const double> values, double level = 0.95);

/// Student's interval of the mean of `values[i] - base[i]`: for two agents scored on the same
/// seeds, whose luck then cancels.
/// @throws Error kShape if the lengths differ
Interval paired_interval(std::span<const double> values, std::span<const double> base,
                         double level = 0.95);

/// Quantile of ascending values by linear interpolation: type 7 of Hyndman & Fan 1996,
/// doi:10.1080/00031305.1996.10473566, the default of NumPy and R.
/// @throws Error kShape if there are none
double quantile(std::span<const double> ascending, double p);

}  // namespace infodiet
