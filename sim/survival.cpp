#include "sim/survival.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/statistics.hpp"

namespace infodiet {

std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes, double level) {
  for (const Lifetime& life : lifetimes) {
    if (life.time >= 0 && std::isfinite(life.time)) continue;
    throw Error(ErrorCode::kShape, "kaplan_meier",
                fmt::format("a lifetime of {} (allowed: finite, 0 or more)", life.time));
  }
  std::vector<Lifetime> sorted(lifetimes.begin(), lifetimes.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Lifetime& a, const Lifetime& b) { return a.time < b.time; });

  const double z = student_t_quantile(0.5 + level / 2, std::numeric_limits<double>::infinity());
  std::vector<SurvivalStep> steps;
  double survival = 1, greenwood = 0;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    int events = 0;
    for (end = begin; end < sorted.size() && sorted[end].time == sorted[begin].time; ++end)
      events += sorted[end].event ? 1 : 0;
    if (events == 0) continue;
    const auto at_risk = static_cast<int>(sorted.size() - begin);
    const int left = at_risk - events;
    survival *= static_cast<double>(left) / at_risk;
    greenwood += static_cast<double>(events) / at_risk / left;  // inf once nobody is left

    SurvivalStep step{sorted[begin].time, at_risk, events, survival};
    step.standard_error = step.low = step.high = std::numeric_limits<double>::quiet_NaN();
    if (left > 0) {
      step.standard_error = survival * std::sqrt(greenwood);
      const double half = z * std::sqrt(greenwood) / -std::log(survival);
      step.low = std::pow(survival, std::exp(half));
      step.high = std::pow(survival, std::exp(-half));
    }
    steps.push_back(step);
  }
  return steps;
}

}  // namespace infodiet
