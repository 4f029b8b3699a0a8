#include "viz/time_line.hpp"

#include <algorithm>
#include <cmath>

namespace infodiet::viz {
namespace {

double share_at(float x, Rect line) { return std::clamp(double{(x - line.x) / line.w}, 0.0, 1.0); }

}  // namespace

void TimeLine::zoom(float up, float x, Rect line) {
  if (model_.sides.empty()) return;
  const double whole = model_.horizon_days();
  const auto [from, to] = model_.time_line();
  const double share = share_at(x, line), day = from + share * (to - from);
  constexpr double kStep = 0.8, kMost = 200;
  const double days = std::max((to - from) * std::pow(kStep, double{up}), whole / kMost);
  if (days >= whole) {
    model_.zoom_from = model_.zoom_to = 0;
    return;
  }
  model_.zoom_from = std::clamp(day - share * days, 0.0, whole - days);
  model_.zoom_to = model_.zoom_from + days;
}

int TimeLine::decision_at(float x, Rect line) const {
  if (model_.sides.empty() || model_.sides[0].log.empty()) return -1;
  const auto [from, to] = model_.time_line();
  const double minutes = (from + share_at(x, line) * (to - from)) * 1440;
  const auto records = model_.sides[0].log.records();
  const auto after = std::upper_bound(records.begin(), records.end(), minutes,
                                      [](double m, const StepRecord& r) { return m < r.minutes; });
  return std::max(0, static_cast<int>(after - records.begin()) - 1);
}

void TimeLine::follow() {
  const int shown = model_.shown(0);
  const bool is_other = shown != shown_;
  shown_ = shown;
  const StepRecord* const now = model_.record(0);
  if (!is_other || now == nullptr || !(model_.zoom_to > model_.zoom_from)) return;
  const double day = now->minutes / 1440, days = model_.zoom_to - model_.zoom_from;
  if (day >= model_.zoom_from && day <= model_.zoom_to) return;
  model_.zoom_from = std::clamp(day - days / 2, 0.0, std::max(0.0, model_.horizon_days() - days));
  model_.zoom_to = model_.zoom_from + days;
}

}  // namespace infodiet::viz
