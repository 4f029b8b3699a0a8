#include <algorithm>
#include <cmath>
#include <numbers>

#include "env/stream/calibration/sample_distance.hpp"
#include "env/stream/calibration/stream_shape.hpp"
#include "env/stream/synthetic_stream.hpp"

namespace infodiet {
namespace {

constexpr double kUnknown = StreamShape::kUnknown;

double log_ratio(double a, double b) {
  return a > 0 && b > 0 ? std::abs(std::log(a / b)) : kUnknown;
}

/// Popularity whatever its unit: its logarithm less the median, not the mean, so that two records
/// in which most counts are 1 agree where they are equal.
std::vector<double> centred(const StreamShape& shape) {
  std::vector<double> values = shape.log_popularity;
  const std::size_t n = values.size();
  if (n == 0) return values;
  const double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
  for (double& value : values) value -= median;
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? kUnknown : sum / static_cast<double>(values.size());
}

double spread_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : kUnknown;
}

/// @param centred  ascending
double tail_of(const std::vector<double>& centred) {
  if (centred.empty()) return kUnknown;
  return std::exp(
      centred[static_cast<std::size_t>(0.99 * static_cast<double>(centred.size() - 1))]);
}

/// W1 of the logarithm of age; the last bin has the width of the others.
double age_distance(const StreamShape& a, const StreamShape& b) {
  if (a.reads_by_age.empty() || b.reads_by_age.empty()) return kUnknown;
  double gap = 0, sum = 0;
  for (std::size_t bin = 0; bin < StreamShape::kAges; ++bin) {
    gap += a.reads_by_age[bin] - b.reads_by_age[bin];
    sum += std::abs(gap) * 0.5 * std::numbers::ln2;
  }
  return sum;
}

/// Share of the reads that come within about a day (bin 21 ends at 1448 min).
double read_within_day(const StreamShape& shape) {
  if (shape.reads_by_age.empty()) return kUnknown;
  double sum = 0;
  for (std::size_t bin = 0; bin <= 21; ++bin) sum += shape.reads_by_age[bin];
  return sum;
}

double quietest(const StreamShape& shape) {
  return 24 * *std::min_element(shape.hour_share.begin(), shape.hour_share.end());
}

double largest_topic(const StreamShape& shape) {
  return shape.topic_shares.empty() ? kUnknown : shape.topic_shares.front();
}

}  // namespace

std::vector<ShapeDistance> distances(const StreamShape& a, const StreamShape& b) {
  const bool popularity = !a.log_popularity.empty() && !b.log_popularity.empty();
  const std::vector<double> pa = centred(a), pb = centred(b);
  const auto known = [](bool both, double value) { return both ? value : kUnknown; };
  const bool stories = !a.story_sizes.empty() && !b.story_sizes.empty();
  const bool topics = !a.topic_shares.empty() && !b.topic_shares.empty();
  const double ages[2] = {median_read_age(a) / 60, median_read_age(b) / 60};
  return {
      {"items", "1/d", "ln ratio", a.items_per_day, b.items_per_day,
       log_ratio(a.items_per_day, b.items_per_day)},
      {"quietest hour per mean", "-", "W1 on a circle [h]", quietest(a), quietest(b),
       known(a.items > 0 && b.items > 0, circular_wasserstein(a.hour_share, b.hour_share))},
      {"weekend day per weekday", "-", "ln ratio", a.weekend, b.weekend,
       log_ratio(a.weekend, b.weekend)},
      {"variance / mean per day", "-", "ln ratio", a.daily_dispersion, b.daily_dispersion,
       log_ratio(a.daily_dispersion, b.daily_dispersion)},
      {"variance / mean per hour", "-", "ln ratio", a.hourly_dispersion, b.hourly_dispersion,
       log_ratio(a.hourly_dispersion, b.hourly_dispersion)},
      {"bursts per day", "-", "ln ratio", a.daily_bursts, b.daily_bursts,
       log_ratio(a.daily_bursts, b.daily_bursts)},
      {"bursts per hour", "-", "ln ratio", a.hourly_bursts, b.hourly_bursts,
       log_ratio(a.hourly_bursts, b.hourly_bursts)},
      {"items of a story", "-", "W1 [items]", mean_of(a.story_sizes), mean_of(b.story_sizes),
       stories ? wasserstein(a.story_sizes, b.story_sizes) : kUnknown},
      {"wording", "-", "difference", a.wording, b.wording, std::abs(a.wording - b.wording)},
      {"sd of ln popularity", "-", "W1, centred [ln]", spread_of(a.log_popularity),
       spread_of(b.log_popularity), popularity ? wasserstein(pa, pb) : kUnknown},
      {"its 99 % / median", "-", "KS, centred", tail_of(pa), tail_of(pb),
       popularity ? kolmogorov_smirnov(pa, pb) : kUnknown},
      {"its Gini", "-", "difference", a.popularity_gini, b.popularity_gini,
       std::abs(a.popularity_gini - b.popularity_gini)},
      {"median age of a read", "h", "ln ratio", ages[0], ages[1], log_ratio(ages[0], ages[1])},
      {"read within a day", "-", "W1 of ln age [ln]", read_within_day(a), read_within_day(b),
       age_distance(a, b)},
      {"effective topics", "-", "ln ratio", a.effective_topics, b.effective_topics,
       log_ratio(a.effective_topics, b.effective_topics)},
      {"largest topic", "-", "total variation", largest_topic(a), largest_topic(b),
       topics ? total_variation(a.topic_shares, b.topic_shares) : kUnknown},
      {"topic clumping", "-", "difference", a.topic_clumping, b.topic_clumping,
       std::abs(a.topic_clumping - b.topic_clumping)},
  };
}

}  // namespace infodiet
