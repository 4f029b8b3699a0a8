#include "sim/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The continued fraction of the incomplete beta function, by Lentz's method as modified by
/// Thompson & Barnett (DLMF 8.17.22 and 3.10). It converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;  // stands in for 0 in a denominator
  const auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < 100000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;

    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/// I_x(a, b), the regularised incomplete beta function (DLMF 8.17).
/// @param y  1 - x, given apart because it may be too small to be had from x
double incomplete_beta(double a, double b, double x, double y) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log(y));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, y) / b;
}

/// P(T > t) for t >= 0: its own function, since 1 - P(T <= t) loses the digits of a thin tail.
double upper_tail(double t, double degrees) {
  if (std::isinf(t)) return 0;
  // Beyond 1e8 degrees the normal distribution is nearer than rounding lets the fraction come.
  if (degrees > 1e8) return std::erfc(t / std::sqrt(2.0)) / 2;
  const double total = degrees + t * t;
  return incomplete_beta(degrees / 2, 0.5, degrees / total, t * t / total) / 2;
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double sample_sd(std::span<const double> values) {
  if (values.size() < 2) return kNaN;
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double student_t_cdf(double t, double degrees) {
  return t < 0 ? upper_tail(-t, degrees) : 1 - upper_tail(t, degrees);
}

double student_t_quantile(double p, double degrees) {
  if (!(p > 0 && p < 1 && degrees > 0)) {
    throw Error(
        ErrorCode::kShape, "student_t_quantile",
        fmt::format("p = {} and degrees = {} (needed: 0 < p < 1, degrees > 0)", p, degrees));
  }
  if (p == 0.5) return 0;
  if (p < 0.5) return -student_t_quantile(1 - p, degrees);

  // The tail falls with t: bracket the root, then halve until the ends are neighbours.
  const double tail = 1 - p;
  double low = 0, high = 1;
  while (upper_tail(high, degrees) > tail) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (upper_tail(middle, degrees) > tail ? low : high) = middle;
  }
  return high;
}

Interval mean_interval(std::span<const double> values, double level) {
  Interval interval{mean(values), kNaN, kNaN, static_cast<int>(values.size())};
  if (values.size() < 2) return interval;
  const auto n = static_cast<double>(values.size());
  const double half = student_t_quantile(0.5 + level / 2, n - 1) * sample_sd(values) / std::sqrt(n);
  interval.low = interval.estimate - half;
  interval.high = interval.estimate + half;
  return interval;
}

Interval paired_interval(std::span<const double> values, std::span<const double> base,
                         double level) {
  if (values.size() != base.size()) {
    throw Error(ErrorCode::kShape, "paired_interval",
                fmt::format("{} values against {}: a pair needs one of each, from the same seed",
                            values.size(), base.size()));
  }
  std::vector<double> differences(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) differences[i] = values[i] - base[i];
  return mean_interval(differences, level);
}

double quantile(std::span<const double> ascending, double p) {
  if (ascending.empty() || !(p >= 0 && p <= 1)) {
    throw Error(
        ErrorCode::kShape, "quantile",
        fmt::format("p = {} of {} values (needed: 0 <= p <= 1 and a value)", p, ascending.size()));
  }
  const double place = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  const double part = place - static_cast<double>(below);
  return ascending[below] + part * (ascending[above] - ascending[below]);
}

}  // namespace infodiet
