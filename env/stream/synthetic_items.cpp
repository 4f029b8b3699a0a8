#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "env/stream/activity.hpp"
#include "env/stream/burst_size.hpp"
#include "env/stream/made_stream.hpp"
#include "env/stream/synthetic_stream.hpp"

namespace infodiet {
namespace {

constexpr double kShortestHalfLife = 15, kLongestHalfLife = 30 * kMinutesPerDay;  // min

/// @param z  a standard normal number
float half_life(const SyntheticStream::Config& config, float z) {
  const double drawn = config.half_life * exp_fast(static_cast<float>(config.half_life_spread) * z);
  return static_cast<float>(std::clamp(drawn, kShortestHalfLife, kLongestHalfLife));
}

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
        traits_(config),
        further_items_(config.duplicates, config.duplicates_tail) {}

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

  void add_story(std::uint32_t story, double begin, const StreamWords& words) {
    const EpisodeKey key{config_.seed, 0, 0};
    const StreamWords more = random_words(key, Purpose::kStream, story, 1);
    const StreamWords topics = random_words(key, Purpose::kStream, story, 2);

    // what the items of a story have in common
    Item item;
    item.story = story;
    item.half_life = half_life(config_, normal_of(more[0]));
    traits_.set_topics(more, topics, item);
    const float story_appeal = normal_of(words[2]);
    const float story_quality = normal_of(words[3]);

    // what each has for itself
    const int further = further_items_.draw(uniform_open(words[1]));
    for (int i = 0; i <= further; ++i) {
      const auto lane = static_cast<std::uint32_t>(3 + 2 * i);
      const StreamWords own = random_words(key, Purpose::kStream, story, lane);
      const StreamWords last = random_words(key, Purpose::kStream, story, lane + 1);
      const double delay = i == 0 ? 0 : config_.story_span * exponential(own[0]);
      item.arrival = activity_.time_at(begin + delay);
      if (item.arrival < 0 || item.arrival >= config_.days * kMinutesPerDay) continue;
      item.expiry = item.arrival + kHalfLivesToExpiry * item.half_life;
      set_worth(story_appeal, story_quality, own, item);
      traits_.set_length(own[3], item);
      traits_.set_audience(last[0], item);
      item.pace =
          item.half_life * exp_fast(static_cast<float>(config_.pace_spread) * normal_of(last[1]));
      items_.push_back(item);
    }
  }

  void set_worth(float story_appeal, float story_quality, const StreamWords& own,
                 Item& item) const {
    const auto wording = static_cast<float>(config_.wording);
    item.appeal = independent_part(wording) * story_appeal + wording * normal_of(own[1]);
    const auto shared = static_cast<float>(std::sqrt(config_.quality_of_story));
    traits_.set_quality(shared * story_quality + independent_part(shared) * normal_of(own[2]),
                        item);
  }

  const Config& config_;
  Activity activity_;
  ItemTraits traits_;
  BurstSize further_items_;
  std::vector<Item> items_;
};

}  // namespace

float most_half_life(const SyntheticStream::Config& config) {
  return half_life(config, kMostNormal);
}

std::vector<Item> make_synthetic_items(const SyntheticStream::Config& config) {
  return TimeLine(config).make();
}

}  // namespace infodiet
