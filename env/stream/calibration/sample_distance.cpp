#include "env/stream/calibration/sample_distance.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace infodiet {
namespace {

/// Calls visit(low, high, F - G) for each stretch between neighbouring values of either sample.
template <class Visit>
void walk(std::span<const double> a, std::span<const double> b, const Visit& visit) {
  std::size_t i = 0, j = 0;
  double last = std::min(a.front(), b.front());
  while (i < a.size() || j < b.size()) {
    const double gap = static_cast<double>(i) / static_cast<double>(a.size()) -
                       static_cast<double>(j) / static_cast<double>(b.size());
    const double next = i == a.size() ? b[j] : j == b.size() ? a[i] : std::min(a[i], b[j]);
    visit(last, next, gap);
    while (i < a.size() && a[i] == next) ++i;
    while (j < b.size() && b[j] == next) ++j;
    last = next;
  }
}

}  // namespace

double kolmogorov_smirnov(std::span<const double> a, std::span<const double> b) {
  double most = 0;
  walk(a, b, [&](double, double, double gap) { most = std::max(most, std::abs(gap)); });
  return most;
}

double wasserstein(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  walk(a, b, [&](double low, double high, double gap) { sum += (high - low) * std::abs(gap); });
  return sum;
}

double circular_wasserstein(std::span<const double> a, std::span<const double> b) {
  std::vector<double> gap(a.size());
  double sum = 0;
  for (std::size_t i = 0; i < gap.size(); ++i) gap[i] = sum += a[i] - b[i];
  std::vector<double> ordered = gap;
  const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>(ordered.size() / 2);
  std::nth_element(ordered.begin(), middle, ordered.end());
  double work = 0;
  for (const double g : gap) work += std::abs(g - *middle);
  return work;
}

double total_variation(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    sum += std::abs((i < a.size() ? a[i] : 0) - (i < b.size() ? b[i] : 0));
  return sum / 2;
}

}  // namespace infodiet
