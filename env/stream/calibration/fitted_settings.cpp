#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"
#include "env/stream/calibration/stream_shape.hpp"

namespace infodiet {
namespace {

/// The exponent c with which shares ~ k^-c, k = 1..topics, have so many effective topics.
double concentration(std::size_t topics, double effective) {
  double low = 0, high = 3;  // the range of the setting
  for (int i = 0; i < 50; ++i) {
    const double c = (low + high) / 2;
    double sum = 0, weighted = 0;
    for (std::size_t k = 1; k <= topics; ++k) {
      const double log_k = std::log(static_cast<double>(k));
      sum += std::exp(-c * log_k);
      weighted += std::exp(-c * log_k) * c * log_k;
    }
    // entropy = ln sum + E c ln k, which falls with c
    (std::log(sum) + weighted / sum > std::log(effective) ? low : high) = c;
  }
  return (low + high) / 2;
}

struct Line {
  double at_zero = StreamShape::kUnknown, slope = StreamShape::kUnknown;
};

/// ln k against the normal quantile below which counts are less than k, by least squares over all
/// counts k above the least, each weighing as many items as have it. A count of whole people is at
/// least k exactly if the number it stands for is; how far below the least an item is, it hides.
Line normal_plot(const std::vector<double>& log_counts) {
  const auto size = static_cast<double>(log_counts.size());
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (auto at = log_counts.begin(); at != log_counts.end();) {
    const auto next = std::upper_bound(at, log_counts.end(), *at);
    const auto below = static_cast<double>(at - log_counts.begin());
    if (below > 0) {
      const double z = normal_quantile(static_cast<float>(below / size));
      const auto items = static_cast<double>(next - at);
      n += items, x += items * z, y += items * *at, xx += items * z * z, xy += items * z * *at;
    }
    at = next;
  }
  const double spread = n > 0 ? xx - x * x / n : 0;
  if (spread < 1e-9) return {};
  const double slope = (xy - x * y / n) / spread;
  return {(y - slope * x) / n, slope};
}

double spread_of_log_age(const StreamShape& shape) {
  double x = 0, xx = 0;
  for (std::size_t bin = 0; bin < shape.reads_by_age.size(); ++bin) {
    const double octaves = 0.5 * static_cast<double>(bin);
    x += shape.reads_by_age[bin] * octaves;
    xx += shape.reads_by_age[bin] * octaves * octaves;
  }
  return std::sqrt(xx - x * x) * std::log(2.0);
}

}  // namespace

std::vector<FittedSetting> fitted_settings(const StreamShape& shape) {
  std::vector<FittedSetting> out = {
      {"items_per_day", shape.items_per_day},
      {"day_amplitude", shape.day_wave.amplitude},
      {"peak_hour", shape.day_wave.peak},
      {"half_day_amplitude", shape.half_day_wave.amplitude},
      {"half_day_peak", shape.half_day_wave.peak},
  };
  if (!std::isnan(shape.weekend)) out.push_back({"weekend", shape.weekend});
  if (!std::isnan(shape.wording)) out.push_back({"wording", shape.wording});
  if (!shape.topic_shares.empty()) {
    out.push_back({"topics", static_cast<double>(shape.topic_shares.size())});
    out.push_back(
        {"topic_concentration", concentration(shape.topic_shares.size(), shape.effective_topics)});
  }
  const Line line = normal_plot(shape.log_popularity);
  if (!std::isnan(line.slope)) {
    out.push_back({"audience", std::exp(line.at_zero)});
    out.push_back({"audience_spread", line.slope});
  }
  if (!shape.reads_by_age.empty()) {
    out.push_back({"half_life", median_read_age(shape)});
    // Reads that come as 1 - 2^-(age / pace) have an ln age of variance pi^2 / 6 + that of ln pace,
    // and .8^2 of this is the spread of the half-lives.
    const double spread = spread_of_log_age(shape);
    const double pace = spread * spread - 1.6449 - 0.64;
    out.push_back({"pace_spread", std::sqrt(std::max(0.0, pace))});
  }
  return out;
}

}  // namespace infodiet
