#include "env/stream/synthetic_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace infodiet {
namespace {

constexpr double kMaxItems = 5e6;  // 320 MB

}  // namespace

void SyntheticStream::Config::fields(Fields& f) {
  list_days(f);
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
  f({"wording", "-", "Standard deviation of appeal within a story; it is 1 overall.", 0, 1},
    wording);
  f({"quality_of_story", "-",
     "Part of the variance of quality that a story's items share, appeal aside.", 0, 1},
    quality_of_story);
  f({"half_life", "min", "Median time in which a story loses half of its worth.", 15, 43200},
    half_life);
  f({"half_life_spread", "-", "Standard deviation of its logarithm.", 0, 3}, half_life_spread);
  f({"pace_spread", "-", "Spread between items of how soon their audience comes.", 0, 3},
    pace_spread);
  list_traits(f);
}

void SyntheticStream::Config::check(const Complain& complain) const {
  if (items_per_day * days > kMaxItems) {
    complain("items_per_day", fmt::format("{:g} items in {} days; at most {:g} are possible",
                                          items_per_day * days, days, kMaxItems));
  }
  check_days(complain);
}

Stream SyntheticStream::load() const {
  Stream out;
  out.name = "synthetic";
  config_.set_days(out.name, out);
  config_.set_topics(out);
  out.most = {ItemTraits::most_length(config_), most_half_life(config_), 0};
  out.most.age = kHalfLivesToExpiry * out.most.half_life;

  out.items = make_synthetic_items(config_);
  const double end = out.end_day * kMinutesPerDay;
  const auto after = std::partition_point(out.items.begin(), out.items.end(),
                                          [&](const Item& item) { return item.arrival < end; });
  out.items.erase(after, out.items.end());
  return out;
}

namespace {

const Registered<StreamRegistry, SyntheticStream> kSynthetic(
    "synthetic", "Stories in bursts with the rhythm of day and week; made from a seed.");

}  // namespace
}  // namespace infodiet
