#include "env/stream/synthetic_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace infodiet {
namespace {

constexpr double kMaxItems = 5e6;  // 320 MB

}  // namespace

void SyntheticStream::Config::fields(Fields& f) {
  f({"seed", "", "Another seed is another time line."}, seed);
  f({"part",
     "",
     "Days on which episodes may start.",
     -kInfinity,
     kInfinity,
     {"train", "test", "all"}},
    part);
  f({"days", "d", "Length of the time line.", 2, 3650}, days);
  f({"split_share", "-", "Share of the days that is for training.", 0, 1}, split_share);
  f({"warm_up", "d", "Days at the beginning on which no episode starts.", 0, 3650}, warm_up);
  f({"first_weekday", "", "Weekday of day 0; 0 is Monday.", 0, 6}, first_weekday);
  f({"items_per_day", "1/d", "Arrivals on an average day.", 0.1, 20000}, items_per_day);
  f({"day_amplitude", "-", "Swing of the arrivals over the day; 0: even.", 0, 0.95}, day_amplitude);
  f({"peak_hour", "h", "Hour at which this swing is highest; it is lowest 12 h from it.", 0, 24},
    peak_hour);
  f({"half_day_amplitude", "-", "Second swing of the arrivals, with two peaks a day; 0: none.", 0,
     0.95},
    half_day_amplitude);
  f({"half_day_peak", "h", "Hour of one of its peaks; the other is 12 h from it.", 0, 24},
    half_day_peak);
  f({"weekend", "-", "Arrivals of a Saturday or Sunday per those of a weekday.", 0.05, 5}, weekend);
  f({"duplicates", "-", "Near-duplicates a story has beside its first item, on average.", 0, 20},
    duplicates);
  f({"duplicates_tail", "-", "Tail index of their number; smaller: a few huge stories.", 1.1, 10},
    duplicates_tail);
  f({"story_span", "min", "Mean delay of a near-duplicate.", 1, 10080}, story_span);
  f({"topics", "-", "Number of topics.", 1, kMaxTopics}, topics);
  f({"topic_concentration", "-", "Share of topic k is k^-this; 0: all alike.", 0, 3},
    topic_concentration);
  f({"wording", "-", "Standard deviation of appeal within a story; it is 1 overall.", 0, 1},
    wording);
  f({"quality_mean", "-", "Mean quality.", 0.02, 0.98}, quality_mean);
  f({"quality_spread", "-", "Standard deviation of the logit of quality.", 0, 5}, quality_spread);
  f({"quality_of_story", "-",
     "Part of the variance of quality that a story's items share, appeal aside.", 0, 1},
    quality_of_story);
  f({"appeal_quality_correlation", "-", "Correlation of appeal with the logit of quality.", -0.95,
     0.95},
    appeal_quality_correlation);
  f({"half_life", "min", "Median time in which a story loses half of its worth.", 15, 43200},
    half_life);
  f({"half_life_spread", "-", "Standard deviation of its logarithm.", 0, 3}, half_life_spread);
  f({"length", "min", "Median time to read an item.", 0.1, 30}, length);
  f({"length_spread", "-", "Standard deviation of its logarithm.", 0, 3}, length_spread);
  f({"audience", "-", "Median number of people who read an item in the end.", 0.1, 1e7}, audience);
  f({"audience_spread", "-", "Standard deviation of its logarithm.", 0, 3}, audience_spread);
  f({"pace_spread", "-", "Spread between items of how soon their audience comes.", 0, 3},
    pace_spread);
  f({"audience_appeal", "-", "Correlation of its logarithm with appeal.", 0, 1}, audience_appeal);
  f({"appeal", "", "Whether agents see appeal.", -kInfinity, kInfinity, {"hidden", "public"}},
    appeal);
}

void SyntheticStream::Config::check(const Complain& complain) const {
  if (items_per_day * days > kMaxItems) {
    complain("items_per_day", fmt::format("{:g} items in {} days; at most {:g} are possible",
                                          items_per_day * days, days, kMaxItems));
  }
  if (warm_up >= days) complain("warm_up", fmt::format("must be less than days ({})", days));
}

Stream SyntheticStream::load() const {
  // step 1: the days of the part
  const Part part = parse_part(config_.part);
  const int split = static_cast<int>(std::floor(config_.split_share * config_.days));
  Stream out;
  out.first_day = part == Part::kTest ? std::max(split, config_.warm_up) : config_.warm_up;
  out.end_day = part == Part::kTrain ? split : config_.days;
  if (out.first_day >= out.end_day) {
    throw Error(ErrorCode::kConfig, "stream 'synthetic'",
                fmt::format("no day is left for part '{}': it would begin on day {} and end with "
                            "day {} (mend days, split_share or warm_up)",
                            config_.part, out.first_day, out.end_day));
  }

  // step 2: the items up to its end
  out.items = make_synthetic_items(config_);
  const double end = out.end_day * kMinutesPerDay;
  const auto after = std::partition_point(out.items.begin(), out.items.end(),
                                          [&](const Item& item) { return item.arrival < end; });
  out.items.erase(after, out.items.end());
  out.name = "synthetic";
  out.first_weekday = config_.first_weekday;
  out.appeal_is_public = config_.appeal == "public";
  for (int k = 0; k < config_.topics; ++k) out.topics.push_back(fmt::format("topic_{:02}", k));
  return out;
}

namespace {

const Registered<StreamRegistry, SyntheticStream> kSynthetic(
    "synthetic", "Stories in bursts with the rhythm of day and week; made from a seed.");

}  // namespace
}  // namespace infodiet
