#include "env/stream/made_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace infodiet {
namespace {

std::vector<float> shares(const TraitSettings& settings) {
  std::vector<float> shares;
  float sum = 0;
  for (int k = 1; k <= settings.topics; ++k) {
    const auto exponent = static_cast<float>(-settings.topic_concentration);
    shares.push_back(exp2_fast(exponent * log2_fast(static_cast<float>(k))));
    sum += shares.back();
  }
  for (float& share : shares) share /= sum;
  return shares;
}

/// m with E sigmoid(m + spread Z) = quality_mean: bisection on a sum over quantiles of Z.
float centre(const TraitSettings& settings) {
  constexpr int kPoints = 256;
  double low = -30, high = 30;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    double sum = 0;
    for (int j = 0; j < kPoints; ++j) {
      const float z = normal_quantile((static_cast<float>(j) + 0.5f) / kPoints);
      sum += sigmoid(static_cast<float>(middle + settings.quality_spread * z));
    }
    (sum < settings.quality_mean * kPoints ? low : high) = middle;
  }
  return static_cast<float>((low + high) / 2);
}

/// @param z  a standard normal number
float length(const TraitSettings& settings, float z) {
  const double drawn = settings.length * exp_fast(static_cast<float>(settings.length_spread) * z);
  return static_cast<float>(std::clamp(drawn, ItemTraits::kShortest, ItemTraits::kLongest));
}

}  // namespace

void MadeDays::list_days(Fields& f, std::string_view part_help) {
  f({"seed", "", "Another seed is another stream."}, seed);
  f({"part", "", part_help, -kInfinity, kInfinity, {"train", "test", "all"}}, part);
  f({"days", "d", "Length of the time line.", 2, 3650}, days);
  f({"split_share", "-", "Share of the days that is for training.", 0, 1}, split_share);
  f({"warm_up", "d", "Days at the beginning on which no episode starts.", 0, 3650}, warm_up);
  f({"first_weekday", "", "Weekday of day 0; 0 is Monday.", 0, 6}, first_weekday);
}

void MadeDays::check_days(const Complain& complain) const {
  if (warm_up >= days) complain("warm_up", fmt::format("must be less than days ({})", days));
}

void MadeDays::set_days(const std::string& kind, Stream& out) const {
  const Part chosen = parse_part(part);
  const int split = static_cast<int>(std::floor(split_share * days));
  out.first_day = chosen == Part::kTest ? std::max(split, warm_up) : warm_up;
  out.end_day = chosen == Part::kTrain ? split : days;
  out.first_weekday = first_weekday;
  if (out.first_day < out.end_day) return;
  throw Error(ErrorCode::kConfig, "stream '" + kind + "'",
              fmt::format("no day is left for part '{}': it would begin on day {} and end with "
                          "day {} (mend days, split_share or warm_up)",
                          part, out.first_day, out.end_day));
}

void TraitSettings::list_traits(Fields& f) {
  f({"topics", "-", "Number of topics.", 1, kMaxTopics}, topics);
  f({"topic_concentration", "-", "Share of topic k is k^-this; 0: all alike.", 0, 3},
    topic_concentration);
  f({"quality_mean", "-", "Mean quality.", 0.02, 0.98}, quality_mean);
  f({"quality_spread", "-", "Standard deviation of the logit of quality.", 0, 5}, quality_spread);
  f({"appeal_quality_correlation", "-", "Correlation of appeal with the logit of quality.", -0.95,
     0.95},
    appeal_quality_correlation);
  f({"length", "min", "Median time to read an item.", 0.1, 30}, length);
  f({"length_spread", "-", "Standard deviation of its logarithm.", 0, 3}, length_spread);
  f({"audience", "-", "Median number of people who read an item in the end.", 0.1, 1e7}, audience);
  f({"audience_spread", "-", "Standard deviation of its logarithm.", 0, 3}, audience_spread);
  f({"audience_appeal", "-", "Correlation of its logarithm with appeal.", 0, 1}, audience_appeal);
  f({"appeal", "", "Whether agents see appeal.", -kInfinity, kInfinity, {"hidden", "public"}},
    appeal);
}

void TraitSettings::set_topics(Stream& out) const {
  for (int k = 0; k < topics; ++k) out.topics.push_back(fmt::format("topic_{:02}", k));
  out.appeal_is_public = appeal == "public";
}

ItemTraits::ItemTraits(const TraitSettings& settings)
    : settings_(settings), topic_shares_(shares(settings)), quality_centre_(centre(settings)) {}

/// Draws a topic by its share, leaving out those that `item` has.
std::uint8_t ItemTraits::draw_topic(std::uint32_t word, const Item& item) const {
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

void ItemTraits::set_topics(const StreamWords& a, const StreamWords& b, Item& item) const {
  const float u = uniform_open(a[1]);
  const int wanted = std::min(u < 0.5f ? 1 : u < 0.85f ? 2 : 3, settings_.topics);
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

void ItemTraits::set_quality(float apart, Item& item) const {
  const auto rho = static_cast<float>(settings_.appeal_quality_correlation);
  const float latent = rho * item.appeal + independent_part(rho) * apart;
  item.quality = sigmoid(quality_centre_ + static_cast<float>(settings_.quality_spread) * latent);
}

void ItemTraits::set_length(std::uint32_t word, Item& item) const {
  item.length = length(settings_, normal_of(word));
}

float ItemTraits::most_length(const TraitSettings& settings) {
  return length(settings, kMostNormal);
}

void ItemTraits::set_audience(std::uint32_t word, Item& item) const {
  const auto c = static_cast<float>(settings_.audience_appeal);
  const float crowd = c * item.appeal + independent_part(c) * normal_of(word);
  item.audience = static_cast<float>(settings_.audience) *
                  exp_fast(static_cast<float>(settings_.audience_spread) * crowd);
}

}  // namespace infodiet
