#include "sim/facts/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace infodiet {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double correlation(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

std::vector<double> ranks(std::span<const double> x) {
  std::vector<double> out;
  for (const double value : x) {
    const auto below = std::count_if(x.begin(), x.end(), [&](double v) { return v < value; });
    const auto equal = std::count(x.begin(), x.end(), value);
    out.push_back(static_cast<double>(below) + static_cast<double>(equal - 1) / 2);
  }
  return out;
}

}  // namespace

std::vector<double> whole_numbers(int first, int last) {
  std::vector<double> x;
  for (int i = first; i <= last; ++i) x.push_back(i);
  return x;
}

double mean_of(std::span<const double> values, int first, int end) {
  return std::accumulate(values.begin() + first, values.begin() + end, 0.0) / (end - first);
}

double log_log_slope(std::span<const double> x, std::span<const double> y) {
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double u = std::log(x[i]), v = std::log(y[i]);
    sum_x += u;
    sum_y += v;
    sum_xx += u * u;
    sum_xy += u * v;
  }
  const auto n = static_cast<double>(x.size());
  return (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

double falls_to(std::span<const double> x, std::span<const double> y, double level) {
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (y[i] > level || y[i - 1] <= level) continue;
    const double part = (y[i - 1] - level) / (y[i - 1] - y[i]);
    return std::exp(std::log(x[i - 1]) + part * (std::log(x[i]) - std::log(x[i - 1])));
  }
  return kNone;
}

double quadratic_share(std::span<const double> x, std::span<const double> y) {
  double xx = 0, xxx = 0, xxxx = 0, xy = 0, xxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += x[i] * x[i];
    xxx += x[i] * x[i] * x[i];
    xxxx += x[i] * x[i] * x[i] * x[i];
    xy += x[i] * y[i];
    xxy += x[i] * x[i] * y[i];
  }
  const double determinant = xx * xxxx - xxx * xxx;
  const double b = (xy * xxxx - xxy * xxx) / determinant;
  const double c = (xxy * xx - xy * xxx) / determinant;
  const double most = *std::max_element(x.begin(), x.end());
  return std::abs(c * most) / (std::abs(b) + std::abs(c * most));
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  return correlation(ranks(a), ranks(b));
}

double weibull_shape(std::span<const double> x) {
  if (x.size() < 2) return kNone;
  double mean_log = 0;
  for (const double value : x) mean_log += std::log(value);
  mean_log /= static_cast<double>(x.size());
  double low = 0.01, high = 100;
  for (int step = 0; step < 60; ++step) {
    const double k = std::sqrt(low * high);
    double sum = 0, weighted = 0;
    for (const double value : x) {
      const double log_ratio = std::log(value) - mean_log;  // keeps the powers in range
      const double power = std::exp(k * log_ratio);
      sum += power;
      weighted += power * log_ratio;
    }
    (weighted / sum > 1 / k ? high : low) = k;
  }
  return std::sqrt(low * high);
}

}  // namespace infodiet
