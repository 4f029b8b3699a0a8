#include "env/metrics/fairness.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> ascending(std::span<const double> scores) {
  std::vector<double> present;
  for (const double score : scores) {
    if (!std::isnan(score)) present.push_back(score);
  }
  std::sort(present.begin(), present.end());
  return present;
}

}  // namespace

double worst_score(std::span<const double> scores) {
  const std::vector<double> present = ascending(scores);
  return present.empty() ? kNaN : present.front();
}

double score_gap(std::span<const double> scores) {
  const std::vector<double> present = ascending(scores);
  return present.empty() ? kNaN : present.back() - present.front();
}

double score_percentile(std::span<const double> scores, double p) {
  assert(0 <= p && p <= 1);
  const std::vector<double> present = ascending(scores);
  if (present.empty()) return kNaN;
  const double place = p * static_cast<double>(present.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, present.size() - 1);
  return std::lerp(present[below], present[above], place - static_cast<double>(below));
}

double atkinson_index(std::span<const double> scores, double aversion) {
  assert(aversion >= 0);
  const std::vector<double> present = ascending(scores);
  if (present.empty() || present.front() < 0 || present.back() <= 0) return kNaN;

  // relative to the largest, so that no power of a score overflows
  const double largest = present.back();
  const auto count = static_cast<double>(present.size());
  double mean = 0, transformed = 0;
  for (const double score : present) {
    const double x = score / largest;
    mean += x / count;
    transformed += (aversion == 1 ? std::log(x) : std::pow(x, 1 - aversion)) / count;
  }
  // the score that all would need to have; ln 0 = -inf and 0^-1 = inf both lead to 0
  const double equal =
      aversion == 1 ? std::exp(transformed) : std::pow(transformed, 1 / (1 - aversion));
  return std::clamp(1 - equal / mean, 0.0, 1.0);
}

}  // namespace infodiet
