#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/catalogue_stream.hpp"
#include "env/worlds/feed/feed_appraisal.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"

namespace infodiet::test {
namespace {

using Config = CatalogueStream::Config;

Stream load(const Config& config) { return CatalogueStream(config).load(); }

std::vector<int> main_topics(int items, int topics, double concentration) {
  Config config;
  config.items = items;
  config.topics = topics;
  config.topic_concentration = concentration;
  config.mixed_topics = false;
  std::vector<int> main;
  for (const Item& item : load(config).items) {
    CHECK(item.num_topics == 1);
    CHECK(item.weight[0] == 1);
    main.push_back(item.topic[0]);
  }
  return main;
}

}  // namespace

TEST_CASE("catalogue: all items are there from the first moment to the last, fresh to the last bit",
          "[env][stream]") {
  Config config;
  config.days = 3650;
  config.items = 50;
  const Stream stream = load(config);
  REQUIRE(stream.items.size() == 50);
  std::set<std::uint32_t> stories;
  const double end = 3650 * kMinutesPerDay;
  for (const Item& item : stream.items) {
    CHECK(item.arrival == 0);
    CHECK(item.expiry >= end);
    for (const double time : {0.0, 1.0, 1440.0, end / 2, end}) CHECK(freshness(item, time) == 1.0f);
    CHECK(std::isfinite(item.half_life));
    stories.insert(item.story);
  }
  CHECK(stories.size() == 50);
  // its half-life is what keeps them fresh: another item of that age is not
  Item aging = stream.items[0];
  aging.half_life = 43200;
  CHECK(freshness(aging, end) < 0.1f);
}

TEST_CASE("catalogue: popularity is there before anybody looks, and does not change",
          "[env][stream]") {
  const Stream stream = load({});
  float most = 0;
  for (std::uint32_t i = 0; i < stream.items.size(); ++i) {
    const float count = stream.popularity(i, 1);
    CHECK(count == std::floor(stream.items[i].audience));
    CHECK(stream.popularity(i, 80 * kMinutesPerDay) == count);
    most = std::max(most, count);
  }
  CHECK(most > 100);
}

TEST_CASE("catalogue: one topic an item goes round where shares are equal, and by share elsewhere",
          "[env][stream]") {
  const std::vector<int> even = main_topics(11, 4, 0);
  CHECK(even == std::vector<int>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2});
  CHECK(main_topics(3, 1, 2) == std::vector<int>{0, 0, 0});
  // shares 6/11, 3/11, 2/11; any first n items are within one of them
  const std::vector<int> uneven = main_topics(110, 3, 1);
  std::vector<double> count(3);
  const double share[] = {6.0 / 11, 3.0 / 11, 2.0 / 11};
  for (std::size_t n = 1; n <= uneven.size(); ++n) {
    ++count[uneven[n - 1]];
    for (int k = 0; k < 3; ++k) CHECK(std::fabs(count[k] - static_cast<double>(n) * share[k]) < 1);
  }
  CHECK(count == std::vector<double>{60, 30, 20});
}

TEST_CASE("catalogue: it has the statistics of its settings, and mixes topics when told to",
          "[env][stream]") {
  Config config;
  config.items = 40000;
  config.quality_mean = 0.3;
  config.appeal_quality_correlation = -0.5;
  config.length = 3;
  const Stream stream = load(config);
  double appeal = 0, squares = 0, quality = 0, both = 0, logits = 0, logit_squares = 0;
  std::vector<float> lengths;
  std::size_t mixed = 0;
  for (const Item& item : stream.items) {
    const double logit = std::log(static_cast<double>(item.quality) / (1.0 - item.quality));
    appeal += item.appeal;
    squares += item.appeal * item.appeal;
    quality += item.quality;
    logits += logit;
    logit_squares += logit * logit;
    both += item.appeal * logit;
    lengths.push_back(item.length);
    mixed += item.num_topics > 1 ? 1 : 0;
  }
  const double n = 40000, error = 1 / std::sqrt(n);
  CHECK(std::fabs(appeal / n) < 4 * error);
  CHECK(squares / n == Approx(1).margin(6 * error));
  CHECK(quality / n == Approx(0.3).margin(4 * 0.2 * error));
  const double sd = std::sqrt(logit_squares / n - logits * logits / n / n);
  CHECK(both / n / sd - appeal * logits / n / n / sd == Approx(-0.5).margin(4 * error));
  std::nth_element(lengths.begin(), lengths.begin() + 20000, lengths.end());
  CHECK(lengths[20000] == Approx(3).epsilon(5 * 0.8 * error));
  CHECK(static_cast<double>(mixed) / n == Approx(0.5).margin(4 * 0.5 * error));
}

TEST_CASE("catalogue: parts share one catalogue and differ in their days; seeds differ in items",
          "[env][stream]") {
  Config config;
  config.first_weekday = 3;
  const Stream train = load(config);
  config.part = "test";
  const Stream test = load(config);
  CHECK(same_items(train.items, test.items, train.items.size()));
  CHECK(train.first_day == 0);
  CHECK(train.end_day == 84);
  CHECK(test.first_day == 84);
  CHECK(test.end_day == 120);
  CHECK(test.first_weekday == 3);
  CHECK(train.most.age == test.most.age);
  config.seed = 2;
  CHECK_FALSE(same_items(test.items, load(config).items, 1));
  config.items = 3;  // fewer are the first of more
  CHECK(same_items(load(config).items,
                   load([&] {
                     Config more = config;
                     more.items = 9;
                     return more;
                   }())
                       .items,
                   3));
  config.split_share = 1;
  CHECK_THROWS_AS(load(config), Error);
}

TEST_CASE("catalogue: with repeats and room for all, every item is offered at every decision",
          "[env][feed]") {
  const int items = GENERATE(1, 2, 7, 15, 16);
  Config stream;
  stream.items = items;
  FeedConfig config = small_feed();
  config.candidates = 16;
  config.slots = 3;
  config.days = 4;
  config.repeats = true;
  HandFeed feed(config, shared_stream(load(stream)), {3, 1, 0});
  int decisions = 0, wrong = 0, reads = 0;
  for (std::uint32_t i = 0; !feed.over(); ++i, ++decisions) {
    bool all = static_cast<int>(feed.state().num_candidates) == items;
    for (int k = 0; all && k < items; ++k) all = feed.feed().candidates[k] == k;
    wrong += all ? 0 : 1;
    feed.show(dice_slate(feed, i));
    for (int slot = 0; slot < config.slots; ++slot) reads += feed.feedback(slot)[1] > 0 ? 1 : 0;
  }
  CHECK(decisions > 100);
  CHECK(reads > 5);
  CHECK(wrong == 0);
}

TEST_CASE("catalogue: without repeats what was read is not offered again", "[env][feed]") {
  Config stream;
  stream.items = 16;
  FeedConfig config = small_feed();
  config.candidates = 16;
  config.days = 4;
  HandFeed feed(config, shared_stream(load(stream)), {3, 1, 0});
  for (std::uint32_t i = 0; !feed.over(); ++i) feed.show(dice_slate(feed, i));
  CHECK(feed.state().reads > 0);
  CHECK(feed.state().reads <= 16);
}

}  // namespace infodiet::test
