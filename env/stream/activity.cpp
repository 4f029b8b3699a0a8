#include "env/stream/activity.hpp"

#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"

namespace infodiet {
namespace {

constexpr double kCell = 15;        // min
constexpr double kWeek = 10080;     // min
constexpr double kQuietest = 0.02;  // of the mean: two waves together may fall below 0

}  // namespace

Activity::Activity(Wave day, Wave half_day, double weekend, int first_weekday) {
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    const double hour = (static_cast<double>(cell % 96) + 0.5) / 4;
    const auto weekday = (cell / 96 + static_cast<std::size_t>(first_weekday)) % 7;
    // cos(2 pi x) = sin(2 pi (x + 1/4))
    const float wave = sin_turn(static_cast<float>((hour - day.peak) / 24 + 0.25));
    const float second = sin_turn(static_cast<float>((hour - half_day.peak) / 12 + 0.25));
    const double rate = 1 + day.amplitude * wave + half_day.amplitude * second;
    begin_[cell + 1] = begin_[cell] + std::max(kQuietest, rate) * (weekday >= 5 ? weekend : 1);
  }
  const double scale = kWeek / begin_.back();
  for (double& begin : begin_) begin *= scale;
  begin_.back() = kWeek;
}

double Activity::time_at(double activity) const {
  const double week = std::floor(activity / kWeek);
  const double rest = activity - week * kWeek;
  const auto after = std::upper_bound(begin_.begin() + 1, begin_.end() - 1, rest);
  const double low = *(after - 1), high = *after;
  const auto cell = static_cast<double>(after - 1 - begin_.begin());
  return week * kWeek + kCell * (cell + (rest - low) / (high - low));
}

double Activity::activity_at(double time) const {
  const double week = std::floor(time / kWeek);
  const double rest = time - week * kWeek;
  const std::size_t cell = std::min(static_cast<std::size_t>(rest / kCell), kCells - 1);
  const double part = rest / kCell - static_cast<double>(cell);
  return week * kWeek + begin_[cell] + part * (begin_[cell + 1] - begin_[cell]);
}

}  // namespace infodiet
