#include "env/stream/calibration/stream_shape.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <utility>

#include "env/stream/calibration/shape_sample.hpp"
#include "env/stream/format/stream_summary.hpp"

namespace infodiet {
namespace {

constexpr double kUnknown = StreamShape::kUnknown;

/// Counts in bins of equal width, empty ones too.
std::vector<double> count_bins(const std::vector<double>& arrival, double width, double days) {
  std::vector<double> counts(static_cast<std::size_t>(days * kMinutesPerDay / width), 0);
  for (const double t : arrival) {
    const auto bin = static_cast<std::size_t>(t / width);
    counts[std::min(bin, counts.size() - 1)] += 1;
  }
  return counts;
}

double dispersion(const std::vector<double>& counts) {
  const auto n = static_cast<double>(counts.size());
  double sum = 0, squares = 0;
  for (const double count : counts) sum += count;
  for (const double count : counts) squares += (count - sum / n) * (count - sum / n);
  return n > 1 && sum > 0 ? squares / (n - 1) / (sum / n) : kUnknown;
}

/// @param week  bins of a week
double bursts(const std::vector<double>& counts, std::size_t week) {
  double squares = 0, sum = 0;
  for (std::size_t i = week; i < counts.size(); ++i) {
    squares += (counts[i] - counts[i - week]) * (counts[i] - counts[i - week]);
    sum += counts[i] + counts[i - week];
  }
  return sum > 0 ? squares / sum : kUnknown;
}

/// Harmonic `n` of 24 shares, with the loss by averaging over an hour undone.
StreamShape::Wave wave_of(const std::array<double, 24>& share, int n) {
  constexpr double kPi = std::numbers::pi;
  double cosine = 0, sine = 0;
  for (std::size_t hour = 0; hour < share.size(); ++hour) {
    const double angle = 2 * kPi * n * (static_cast<double>(hour) + 0.5) / 24;
    cosine += 2 * share[hour] * std::cos(angle);
    sine += 2 * share[hour] * std::sin(angle);
  }
  const double half_hour = kPi * n / 24;
  const double turn = std::atan2(sine, cosine) / (2 * kPi);  // [-1/2, 1/2]
  return {std::hypot(cosine, sine) * half_hour / std::sin(half_hour),
          24.0 / n * (turn < 0 ? turn + 1 : turn)};
}

void describe_arrivals(const ShapeSample& sample, StreamShape& out) {
  const auto days = static_cast<double>(sample.range.end - sample.range.begin);
  const auto n = static_cast<double>(sample.arrival.size());
  out.items_per_day = n / days;
  if (sample.arrival.empty()) return;
  const std::vector<double> hours = count_bins(sample.arrival, 60, days);
  const std::vector<double> counts = count_bins(sample.arrival, kMinutesPerDay, days);
  for (std::size_t h = 0; h < hours.size(); ++h) out.hour_share[h % 24] += hours[h] / n;
  out.day_wave = wave_of(out.hour_share, 1);
  out.half_day_wave = wave_of(out.hour_share, 2);
  double sum[2] = {}, number[2] = {};  // weekdays, weekend
  for (std::size_t day = 0; day < counts.size(); ++day) {
    const bool weekend = (day + static_cast<std::size_t>(sample.first_weekday)) % 7 >= 5;
    sum[weekend] += counts[day];
    number[weekend] += 1;
  }
  if (number[0] > 0 && number[1] > 0 && sum[0] > 0)
    out.weekend = sum[1] / number[1] / (sum[0] / number[0]);
  out.daily_dispersion = dispersion(counts);
  out.hourly_dispersion = dispersion(hours);
  out.daily_bursts = bursts(counts, 7);
  out.hourly_bursts = bursts(hours, 168);
}

void describe_stories(const ShapeSample& sample, StreamShape& out) {
  if (sample.story.empty()) return;
  struct Sums {
    double items = 0, n = 0, x = 0, xx = 0;
  };
  std::map<std::int64_t, Sums> stories;
  Sums all;
  double noise = 0;
  for (std::size_t i = 0; i < sample.story.size(); ++i) {
    Sums& story = stories[sample.story[i]];
    story.items += 1;
    const double x = sample.appeal[i];
    if (std::isnan(x)) continue;
    for (Sums* sums : {&story, &all}) sums->n += 1, sums->x += x, sums->xx += x * x;
    noise += sample.appeal_noise.empty() ? 0 : sample.appeal_noise[i];
  }
  double squares = 0, freedom = 0;
  for (const auto& [id, story] : stories) {
    out.story_sizes.push_back(story.items);
    if (story.n < 2) continue;
    squares += story.xx - story.x * story.x / story.n;
    freedom += story.n - 1;
  }
  std::sort(out.story_sizes.begin(), out.story_sizes.end());
  if (freedom == 0) return;
  noise /= all.n;
  const double within = squares / freedom - noise;
  const double overall = (all.xx - all.x * all.x / all.n) / (all.n - 1) - noise;
  if (overall > 0) out.wording = std::sqrt(std::max(0.0, within / overall));
}

void describe_topics(const ShapeSample& sample, StreamShape& out) {
  std::map<int, double> counts;
  double known = 0, pairs = 0, equal = 0;
  for (std::size_t i = 0; i < sample.topic.size(); ++i) {
    if (sample.topic[i] < 0) continue;
    counts[sample.topic[i]] += 1;
    known += 1;
    if (i == 0 || sample.topic[i - 1] < 0) continue;
    pairs += 1;
    equal += sample.topic[i] == sample.topic[i - 1] ? 1 : 0;
  }
  if (counts.size() < 2 || pairs == 0) return;
  double entropy = 0, strangers = 0;
  for (const auto& [topic, count] : counts) {
    const double share = count / known;
    out.topic_shares.push_back(share);
    entropy -= share * std::log(share);
    strangers += share * share;
  }
  std::sort(out.topic_shares.begin(), out.topic_shares.end(), std::greater<>());
  out.effective_topics = std::exp(entropy);
  out.topic_clumping = equal / pairs - strangers;
}

}  // namespace

StreamShape describe(const ShapeSample& sample) {
  StreamShape out;
  out.name = sample.name;
  out.range = sample.range;
  out.items = sample.arrival.size();
  describe_arrivals(sample, out);
  describe_stories(sample, out);
  describe_topics(sample, out);
  std::vector<double> counts = sample.count;
  for (double& count : counts) count = std::max(1.0, count);
  for (const double count : counts) out.log_popularity.push_back(std::log(count));
  std::sort(out.log_popularity.begin(), out.log_popularity.end());
  if (!counts.empty()) out.popularity_gini = gini(std::move(counts));
  double reads = 0;
  for (const double count : sample.reads_by_age) reads += count;
  for (const double count : sample.reads_by_age) out.reads_by_age.push_back(count / reads);
  return out;
}

double median_read_age(const StreamShape& shape) {
  double sum = 0;
  for (std::size_t bin = 0; bin < shape.reads_by_age.size(); ++bin) {
    const double share = shape.reads_by_age[bin];
    if (sum + share >= 0.5) {
      const double part = (0.5 - sum) / share;  // even within a half octave
      return bin == 0 ? part : StreamShape::age_end(bin - 1) * std::exp2(0.5 * part);
    }
    sum += share;
  }
  return kUnknown;
}

}  // namespace infodiet
