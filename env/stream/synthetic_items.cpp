#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "env/stream/activity.hpp"
#include "env/stream/burst_size.hpp"
#include "env/stream/synthetic_stream.hpp"

namespace infodiet {
namespace {

constexpr double kShortest = 0.1, kLongest = 30;                                  // min to read
constexpr double kShortestHalfLife = 15, kLongestHalfLife = 30 * kMinutesPerDay;  // min

/// Makes a time line, story by story. Each story has random words of its own, so that none depends
/// on how many items another has.
class TimeLine {
 public:
  using Config = SyntheticStream::Config;

  explicit TimeLine(const Config& config)
      : config_(config),
        activity_({config.day_amplitude, config.peak_hour},
                  {config.half_day_amplitude, config.half_day_peak}, config.weekend,
                  config.first_weekday),
        topic_shares_(shares(config)),
        further_items_(config.duplicates, config.duplicates_tail),
        quality_centre_(centre(config)) {}

  std::vector<Item> make() {
    const double end = activity_.activity_at(config_.days * kMinutesPerDay);
    const double gap = kMinutesPerDay * (1 + config_.duplicates) / config_.items_per_day;
    // Bursts that began before day 0 reach into it: e^-16 of one is left after 16 spans.
    double now = -16 * config_.story_span;
    for (std::uint32_t story = 0;; ++story) {
      const auto words = random_words({config_.seed, 0, 0}, Purpose::kStream, story);
      now += gap * exponential(words[0]);
      if (now >= end) break;
      add_story(story, now, words);
    }
    return by_arrival(items_);
  }

 private:
  using Words = std::array<std::uint32_t, 4>;

  /// Sorts places, not items: the buffer of std::stable_sort does not keep their alignment.
  static std::vector<Item> by_arrival(const std::vector<Item>& items) {
    std::vector<std::uint32_t> order(items.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return items[a].arrival < items[b].arrival;
    });
    std::vector<Item> sorted;
    sorted.reserve(items.size());
    for (const std::uint32_t place : order) sorted.push_back(items[place]);
    return sorted;
  }

  static double exponential(std::uint32_t word) { return -log_fast(uniform_open(word)); }
  static float normal(std::uint32_t word) { return normal_quantile(uniform_open(word)); }
  /// sqrt(1 - x^2): what is left for an independent part, so that variances sum to 1
  static float rest(double x) { return static_cast<float>(std::sqrt(std::max(0.0, 1 - x * x))); }

  static std::vector<float> shares(const Config& config) {
    std::vector<float> shares;
    float sum = 0;
    for (int k = 1; k <= config.topics; ++k) {
      const auto exponent = static_cast<float>(-config.topic_concentration);
      shares.push_back(exp2_fast(exponent * log2_fast(static_cast<float>(k))));
      sum += shares.back();
    }
    for (float& share : shares) share /= sum;
    return shares;
  }

  /// m with E sigmoid(m + spread Z) = quality_mean: bisection on a sum over quantiles of Z.
  static float centre(const Config& config) {
    constexpr int kPoints = 256;
    double low = -30, high = 30;
    for (int i = 0; i < 50; ++i) {
      const double middle = (low + high) / 2;
      double sum = 0;
      for (int j = 0; j < kPoints; ++j) {
        const float z = normal_quantile((static_cast<float>(j) + 0.5f) / kPoints);
        sum += sigmoid(static_cast<float>(middle + config.quality_spread * z));
      }
      (sum < config.quality_mean * kPoints ? low : high) = middle;
    }
    return static_cast<float>((low + high) / 2);
  }

  /// Draws a topic by its share, leaving out those that `item` has.
  std::uint8_t draw_topic(std::uint32_t word, const Item& item) const {
    const auto taken = [&](std::size_t k) {
      return std::find(item.topic, item.topic + item.num_topics, k) != item.topic + item.num_topics;
    };
    float left = 0;
    for (std::size_t k = 0; k < topic_shares_.size(); ++k) left += taken(k) ? 0 : topic_shares_[k];
    float place = uniform_open(word) * left;
    std::size_t last = 0;
    for (std::size_t k = 0; k < topic_shares_.size(); ++k) {
      if (taken(k)) continue;
      last = k;
      place -= topic_shares_[k];
      if (place < 0) break;
    }
    return static_cast<std::uint8_t>(last);
  }

  /// Half of the stories have one topic, .35 two and .15 three; a further topic weighs .2 to .6 of
  /// the main one.
  void set_topics(const Words& a, const Words& b, Item& item) const {
    const float u = uniform_open(a[1]);
    const int wanted = std::min(u < 0.5f ? 1 : u < 0.85f ? 2 : 3, config_.topics);
    const std::uint32_t which[] = {a[2], a[3], b[0]};
    const float weight[] = {1, 0.2f + 0.4f * uniform_open(b[1]), 0.2f + 0.4f * uniform_open(b[2])};
    float sum = 0;
    for (int i = 0; i < wanted; ++i) {
      item.topic[i] = draw_topic(which[i], item);
      ++item.num_topics;
      sum += weight[i];
    }
    for (int i = 0; i < wanted; ++i) item.weight[i] = weight[i] / sum;
  }

  void add_story(std::uint32_t story, double begin, const Words& words) {
    const EpisodeKey key{config_.seed, 0, 0};
    const Words more = random_words(key, Purpose::kStream, story, 1);
    const Words topics = random_words(key, Purpose::kStream, story, 2);

    // what the items of a story have in common
    Item item;
    item.story = story;
    const double half_life =
        config_.half_life *
        exp_fast(static_cast<float>(config_.half_life_spread) * normal(more[0]));
    item.half_life = static_cast<float>(std::clamp(half_life, kShortestHalfLife, kLongestHalfLife));
    set_topics(more, topics, item);
    const float story_appeal = normal(words[2]);
    const float story_quality = normal(words[3]);

    // what each has for itself
    const int further = further_items_.draw(uniform_open(words[1]));
    for (int i = 0; i <= further; ++i) {
      const auto lane = static_cast<std::uint32_t>(3 + 2 * i);
      const Words own = random_words(key, Purpose::kStream, story, lane);
      const Words last = random_words(key, Purpose::kStream, story, lane + 1);
      const double delay = i == 0 ? 0 : config_.story_span * exponential(own[0]);
      item.arrival = activity_.time_at(begin + delay);
      if (item.arrival < 0 || item.arrival >= config_.days * kMinutesPerDay) continue;
      item.expiry = item.arrival + kHalfLivesToExpiry * item.half_life;
      set_worth(story_appeal, story_quality, own, item);
      const double length =
          config_.length * exp_fast(static_cast<float>(config_.length_spread) * normal(own[3]));
      item.length = static_cast<float>(std::clamp(length, kShortest, kLongest));
      const auto c = static_cast<float>(config_.audience_appeal);
      const float crowd = c * item.appeal + rest(c) * normal(last[0]);
      item.audience = static_cast<float>(config_.audience) *
                      exp_fast(static_cast<float>(config_.audience_spread) * crowd);
      item.pace =
          item.half_life * exp_fast(static_cast<float>(config_.pace_spread) * normal(last[1]));
      items_.push_back(item);
    }
  }

  void set_worth(float story_appeal, float story_quality, const Words& own, Item& item) const {
    const auto wording = static_cast<float>(config_.wording);
    item.appeal = rest(wording) * story_appeal + wording * normal(own[1]);
    const auto rho = static_cast<float>(config_.appeal_quality_correlation);
    const auto shared = static_cast<float>(std::sqrt(config_.quality_of_story));
    const float apart = shared * story_quality + rest(shared) * normal(own[2]);
    const float latent = rho * item.appeal + rest(rho) * apart;
    item.quality = sigmoid(quality_centre_ + static_cast<float>(config_.quality_spread) * latent);
  }

  const Config& config_;
  Activity activity_;
  std::vector<float> topic_shares_;
  BurstSize further_items_;
  float quality_centre_;
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> make_synthetic_items(const SyntheticStream::Config& config) {
  return TimeLine(config).make();
}

}  // namespace infodiet
