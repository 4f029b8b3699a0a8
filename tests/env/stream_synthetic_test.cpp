#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/activity.hpp"
#include "env/stream/burst_size.hpp"
#include "env/stream/synthetic_stream.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

using Config = SyntheticStream::Config;

Stream load(const Config& config) { return SyntheticStream(config).load(); }

/// Sums of one or two samples.
struct Moments {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  void add(double a, double b = 0) {
    n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
  }
  double mean() const { return x / n; }
  double variance() const { return (xx - x * x / n) / (n - 1); }
  double correlation() const {
    return (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n));
  }
};

double logit(double q) { return std::log(q / (1 - q)); }

/// Variance / mean of the arrivals per day of activity time, in which the rhythm is taken out.
double dispersion(const Config& config) {
  const Activity activity({config.day_amplitude, config.peak_hour},
                          {config.half_day_amplitude, config.half_day_peak}, config.weekend,
                          config.first_weekday);
  std::vector<double> counts(static_cast<std::size_t>(config.days), 0);
  for (const Item& item : make_synthetic_items(config)) {
    const double day = activity.activity_at(item.arrival) / kMinutesPerDay;
    if (day < config.days) counts[static_cast<std::size_t>(day)] += 1;
  }
  Moments m;
  for (const double count : counts) m.add(count);
  return m.variance() / m.mean();
}

/// No bursts: items are independent, so textbook standard errors hold.
Config independent() {
  Config config;
  config.duplicates = 0;
  config.days = 364;  // whole weeks
  config.part = "all";
  return config;
}

}  // namespace

TEST_CASE("synthetic: one seed gives the same bits and another other ones", "[env][stream][laws]") {
  Config config;
  const auto once = make_synthetic_items(config);
  const auto again = make_synthetic_items(config);
  REQUIRE(once.size() == again.size());
  CHECK(same_items(once, again, once.size()));
  config.seed = 2;
  const auto other = make_synthetic_items(config);
  CHECK_FALSE(same_items(once, other, 1));
}

TEST_CASE("synthetic: parts are cut from one time line, and a longer one begins alike",
          "[env][stream][laws]") {
  Config config;
  config.part = "all";
  const Stream all = load(config);
  config.part = "train";
  const Stream train = load(config);
  config.part = "test";
  const Stream test = load(config);
  CHECK(train.first_day == 10);
  CHECK(train.end_day == 84);
  CHECK(test.first_day == 84);
  CHECK(test.end_day == 120);
  CHECK(all.first_day == 10);
  CHECK(all.end_day == 120);
  REQUIRE(train.items.size() < all.items.size());
  CHECK(train.items.back().arrival < 84 * kMinutesPerDay);
  CHECK(all.items[train.items.size()].arrival >= 84 * kMinutesPerDay);
  CHECK(same_items(train.items, all.items, train.items.size()));
  CHECK(same_items(test.items, all.items, all.items.size()));
  config.days = 200;
  CHECK(same_items(make_synthetic_items(config), all.items, all.items.size()));
}

TEST_CASE("synthetic: items are sorted, finite and inside their bounds", "[env][stream][laws]") {
  for (const int topics : {1, 2, 3, 32}) {
    Config config;
    config.topics = topics;
    config.part = "all";
    if (topics == 32) {  // the widest laws that may be asked for
      config.half_life_spread = config.length_spread = config.audience_spread = 3;
      config.quality_spread = 5;
    }
    const Stream stream = load(config);
    INFO(topics << " topics");
    CHECK(static_cast<int>(stream.topics.size()) == topics);
    CHECK(std::set<std::string>(stream.topics.begin(), stream.topics.end()).size() ==
          stream.topics.size());
    int most = 0, wrong = 0;
    double last = 0;
    for (const Item& item : stream.items) {
      double sum = 0;
      bool fine = item.num_topics >= 1 && item.num_topics <= Item::kTopics;
      for (int i = 0; i < item.num_topics; ++i) {
        sum += item.weight[i];
        fine = fine && item.topic[i] < topics && item.weight[i] > 0;
        for (int j = 0; j < i; ++j) fine = fine && item.topic[i] != item.topic[j];
      }
      fine = fine && std::fabs(sum - 1) < 1e-6 && std::isfinite(item.appeal) && item.quality >= 0 &&
             item.quality <= 1 && item.length >= 0.1f && item.length <= 30 &&
             item.half_life >= 15 && item.half_life <= 43200 && item.audience > 0 &&
             std::isfinite(item.audience) && item.arrival >= last &&
             item.expiry == item.arrival + 8 * item.half_life;
      last = item.arrival;
      most = std::max(most, static_cast<int>(item.num_topics));
      wrong += fine ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(most == std::min(topics, 3));
  }
}

TEST_CASE("synthetic: as much arrives as is asked for, with the rhythm of day and week",
          "[env][stream]") {
  const Config config = independent();
  const auto items = make_synthetic_items(config);
  // Poisson: the standard error of the sum is its root. 72800 +- 3 * 270
  const double expected = config.items_per_day * config.days;
  CHECK(std::fabs(static_cast<double>(items.size()) - expected) < 3 * std::sqrt(expected));
  double by_hour[24] = {}, by_weekday[7] = {};
  for (const Item& item : items) {
    by_hour[static_cast<int>(item.arrival / 60) % 24] += 1;
    by_weekday[static_cast<int>(item.arrival / kMinutesPerDay) % 7] += 1;
  }
  // an hour h: n/24 * (1 + a cos(2 pi (h + 1/2 - peak) / 24) sinc), the mean of cos over an hour
  // being .997 of its middle
  for (int h = 0; h < 24; ++h) {
    const double wave = 0.997 * std::cos(2 * 3.14159265 * (h + 0.5 - config.peak_hour) / 24);
    const double mean = expected / 24 * (1 + config.day_amplitude * wave);
    INFO("hour " << h);
    CHECK(std::fabs(by_hour[h] - mean) < 3.5 * std::sqrt(mean));
  }
  for (int d = 0; d < 7; ++d) {
    const double mean = expected * (d < 5 ? 1 : config.weekend) / (5 + 2 * config.weekend);
    INFO("weekday " << d);
    CHECK(std::fabs(by_weekday[d] - mean) < 3 * std::sqrt(mean));
  }
}

TEST_CASE("synthetic: two waves of a day add up, and never below a fiftieth of the mean",
          "[env][stream]") {
  Config config = independent();
  config.weekend = 1;
  config.day_amplitude = 0.6;
  config.half_day_amplitude = 0.5;
  config.half_day_peak = 10;  // both are lowest at 4 h: 1 - .6 - .5 < 0
  double by_hour[24] = {}, rate[24] = {}, sum = 0;
  for (const Item& item : make_synthetic_items(config))
    by_hour[static_cast<int>(item.arrival / 60) % 24] += 1;
  for (int cell = 0; cell < 96; ++cell) {
    const double turn = 2 * 3.14159265 * ((cell + 0.5) / 4) / 24;
    const double waves = 0.6 * std::cos(turn - 2 * 3.14159265 * 16 / 24) +
                         0.5 * std::cos(2 * turn - 4 * 3.14159265 * 10 / 24);
    rate[cell / 4] += std::max(0.02, 1 + waves);
    sum += std::max(0.02, 1 + waves);
  }
  for (int h = 0; h < 24; ++h) {
    const double mean = config.items_per_day * config.days * rate[h] / sum;
    INFO("hour " << h);
    CHECK(std::fabs(by_hour[h] - mean) < 3.5 * std::sqrt(mean));
  }
  CHECK(by_hour[4] < 0.1 * by_hour[10]);
}

TEST_CASE("synthetic: bursts from before the beginning reach into the first day", "[env][stream]") {
  Config config;
  config.items_per_day = 2000;
  config.days = 7;
  config.weekend = 1;
  config.duplicates = 3;
  config.duplicates_tail = 10;
  config.story_span = 1440;
  double first = 0;
  for (const Item& item : make_synthetic_items(config)) first += item.arrival < 1440 ? 1 : 0;
  // 2000 expected; without those bursts 500 (1 + 3 / e) = 1052. Whole bursts in one day would give
  // the largest error
  const double error = std::sqrt(2000 * BurstSize(3, 10).dispersion());
  REQUIRE(error < 150);
  CHECK(std::fabs(first - 2000) < 3 * error);
}

TEST_CASE("synthetic: stories come in bursts, and without near-duplicates there are none",
          "[env][stream]") {
  // variance / mean of n Poisson counts has standard error sqrt(2 / (n - 1)) = .074
  CHECK(dispersion(independent()) == Approx(1).margin(3 * 0.074));
  Config bursts = independent();
  bursts.duplicates = Config().duplicates;
  bursts.story_span = 30;  // short beside a day, so that whole stories fall into one
  const double expected = BurstSize(bursts.duplicates, bursts.duplicates_tail).dispersion();
  CHECK(expected == Approx(8.8).margin(0.05));
  CHECK(dispersion(bursts) == Approx(expected).epsilon(0.3));  // its tail makes it uncertain
  CHECK(dispersion(Config()) > 4);
}

TEST_CASE("burst size: its mean is the one asked for and its law that of the formula",
          "[env][stream]") {
  for (const double mean : {0.0, 0.1, 0.54, 3.0, 20.0}) {
    CHECK(BurstSize(mean, 1.5).mean() == Approx(mean).margin(1e-4));
  }
  const BurstSize size(0.54, 1.5);
  const int n = 100000;
  double sum = 0;
  int none = 0, most = 0;
  for (int i = 0; i < n; ++i) {
    const int k = size.draw((static_cast<float>(i) + 0.5f) / n);
    sum += k;
    none += k == 0 ? 1 : 0;
    most = std::max(most, k);
  }
  CHECK(sum / n == Approx(0.54).margin(0.002));
  CHECK(none / double{n} == Approx(0.83).margin(0.005));  // Cofacts: 83 % were asked about once
  CHECK(most == BurstSize::kMost);
  CHECK(BurstSize(0, 1.5).draw(1e-7f) == 0);
}

TEST_CASE("activity: there and back is the same time, and a week is a week", "[env][stream]") {
  const Activity activity({0.7, 16}, {0.25, 10}, 0.5, 3);
  double last = -1e9;
  for (double time = -20000; time < 20000; time += 7.3) {
    const double there = activity.activity_at(time);
    CHECK(activity.time_at(there) == Approx(time).margin(1e-6));
    CHECK(there > last);
    last = there;
  }
  CHECK(activity.activity_at(10080) == 10080);
  CHECK(activity.time_at(-10080) == -10080);
  // day 0 is a Thursday, so day 2 is a Saturday: half as fast as the Thursday
  const double thursday = activity.activity_at(1440);
  const double saturday = activity.activity_at(3 * 1440) - activity.activity_at(2 * 1440);
  CHECK(saturday / thursday == Approx(0.5));
}

TEST_CASE("synthetic: appeal and quality have the spread, mean and correlation asked for",
          "[env][stream]") {
  for (const double rho : {-0.9, -0.2, 0.0, 0.6}) {
    Config config = independent();
    config.appeal_quality_correlation = rho;
    config.quality_mean = 0.35;
    config.quality_spread = 1.3;
    Moments both, quality;
    for (const Item& item : make_synthetic_items(config)) {
      both.add(item.appeal, logit(item.quality));
      quality.add(item.quality);
    }
    const double root_n = std::sqrt(both.n);
    INFO("rho " << rho);
    CHECK(std::fabs(both.mean()) < 3 / root_n);
    CHECK(both.variance() == Approx(1).margin(3 * std::sqrt(2.0) / root_n));
    // standard error of a correlation: (1 - rho^2) / sqrt(n)
    CHECK(both.correlation() == Approx(rho).margin(3 * (1 - rho * rho) / root_n + 1e-4));
    CHECK(quality.mean() == Approx(0.35).margin(3 * std::sqrt(quality.variance()) / root_n));
    const double spread = std::sqrt((both.yy - both.y * both.y / both.n) / (both.n - 1));
    CHECK(spread == Approx(1.3).epsilon(3 / (std::sqrt(2.0) * root_n)));
  }
}

TEST_CASE("synthetic: a story's items share topic and half-life, most appeal and most quality",
          "[env][stream]") {
  Config config;
  config.duplicates = 3;
  config.duplicates_tail = 10;  // no huge stories: many pairs that count alike
  config.days = 364;
  std::map<std::uint32_t, const Item*> first;
  const auto items = make_synthetic_items(config);
  Moments wording, quality, delay, crowd;
  int differ = 0;
  for (const Item& item : items) {
    const auto [place, is_first] = first.emplace(item.story, &item);
    if (is_first) continue;
    const Item& one = *place->second;
    differ += std::memcmp(item.topic, one.topic, sizeof item.topic) != 0 ||
                      std::memcmp(item.weight, one.weight, sizeof item.weight) != 0 ||
                      item.half_life != one.half_life
                  ? 1
                  : 0;
    wording.add((item.appeal - one.appeal) / std::sqrt(2.0));
    quality.add(logit(item.quality), logit(one.quality));
    delay.add(item.arrival - one.arrival);
    const double expected = std::log(300.0) + 1.48 * 0.6 * item.appeal;
    crowd.add(std::log(item.audience) - expected, item.arrival - one.arrival);
    place->second = &item;  // pairs of neighbours
  }
  REQUIRE(wording.n > 30000);
  CHECK(differ == 0);
  // neighbours share an item with the next pair: twice the variance of independent pairs at most
  const double error = std::sqrt(2 / wording.n);
  CHECK(std::sqrt(wording.variance()) == Approx(config.wording).epsilon(3 * error));
  // rho^2 (1 - wording^2) + (1 - rho^2) quality_of_story = .9004
  CHECK(quality.correlation() == Approx(0.900).margin(0.005));
  CHECK(std::fabs(crowd.correlation()) < 3 / std::sqrt(crowd.n));  // chance knows no delay
  // a story's items are spread over about one span
  CHECK(delay.mean() > 0.1 * config.story_span);
  CHECK(delay.mean() < 2 * config.story_span);
}

TEST_CASE("synthetic: lengths, half-lives and topics have the law asked for", "[env][stream]") {
  const Config config = independent();
  const auto items = make_synthetic_items(config);
  const auto n = static_cast<double>(items.size());
  double shorter = 0, faster = 0;
  Moments half_life, crowd;
  const auto num_topics = static_cast<std::size_t>(config.topics);
  std::vector<double> mains(num_topics, 0), seconds(num_topics, 0), kinds(4, 0);
  std::vector<double> mains_of_mixed(num_topics, 0);
  for (const Item& item : items) {
    shorter += item.length < config.length ? 1 : 0;
    faster += item.half_life < config.half_life ? 1 : 0;
    half_life.add(std::log(item.half_life));
    crowd.add(std::log(item.audience), item.appeal);
    mains[item.topic[0]] += 1;
    kinds[item.num_topics] += 1;
    if (item.num_topics < 2) continue;
    mains_of_mixed[item.topic[0]] += 1;
    seconds[item.topic[1]] += 1;
  }
  const double half = 3 * 0.5 / std::sqrt(n);  // of a share of one half
  CHECK(shorter / n == Approx(0.5).margin(half));
  CHECK(faster / n == Approx(0.5).margin(half));
  CHECK(std::sqrt(half_life.variance()) == Approx(0.8).epsilon(0.01));
  CHECK(crowd.mean() == Approx(std::log(300.0)).margin(3 * 1.48 / std::sqrt(n)));
  CHECK(std::sqrt(crowd.variance()) == Approx(1.48).epsilon(0.01));
  CHECK(crowd.correlation() == Approx(0.6).margin(3 * 0.64 / std::sqrt(n)));
  std::vector<double> share(num_topics);
  double sum = 0;
  for (std::size_t k = 0; k < num_topics; ++k) {
    share[k] = std::pow(static_cast<double>(k + 1), -config.topic_concentration);
    sum += share[k];
  }
  for (double& p : share) p /= sum;
  for (std::size_t k = 0; k < num_topics; ++k) {
    INFO("topic " << k);
    CHECK(std::fabs(mains[k] - n * share[k]) < 3.5 * std::sqrt(n * share[k]));
    // a second topic is drawn by its share among those that are not the main one
    double expected = 0;
    for (std::size_t main = 0; main < num_topics; ++main) {
      if (main != k) expected += mains_of_mixed[main] * share[k] / (1 - share[main]);
    }
    CHECK(std::fabs(seconds[k] - expected) < 3.5 * std::sqrt(expected));
  }
  CHECK(kinds[1] / n == Approx(0.5).margin(half));
  CHECK(kinds[2] / n == Approx(0.35).margin(half));
  CHECK(kinds[3] / n == Approx(0.15).margin(half));
}

TEST_CASE("synthetic: popularity grows to the audience and is nothing before the arrival",
          "[env][stream]") {
  const Stream stream = load(Config());
  const Item& item = stream.items[100];
  CHECK(stream.popularity(100, item.arrival - 1) == 0);
  CHECK(stream.popularity(100, item.arrival) == 0);
  const auto share = [&](double minutes) {
    return std::abs(stream.popularity(100, item.arrival + minutes));
  };
  // whole people: the count is at most one short of the curve
  CHECK(std::abs(share(item.pace) - item.audience / 2) <= 1.001f);
  CHECK(std::abs(share(2 * item.pace) - item.audience * 0.75f) <= 1.001f);
  CHECK(share(1e9) == std::floor(item.audience));
}

TEST_CASE("synthetic: what gives no stream is refused with its cure", "[env][stream]") {
  const auto error_of = [](const Config& wrong) -> std::string {
    try {
      load(wrong);
    } catch (const Error& error) {
      return error.code() == ErrorCode::kConfig ? error.what() : "not a mistake of the config";
    }
    return "";
  };
  Config config;
  config.split_share = 0.05;
  CHECK(
      error_of(config) ==
      "stream 'synthetic': no day is left for part 'train': it would begin on day 10 and end with "
      "day 6 (mend days, split_share or warm_up)");
  config = Config();
  config.part = "tests";
  CHECK(error_of(config) == "part: expected train, test or all, got 'tests'");
  config = Config();
  config.items_per_day = 20000;
  config.days = 3650;
  config.warm_up = 3650;
  std::string complaints;
  config.check([&](std::string_view field, const std::string& what) {
    complaints += std::string(field) + ": " + what + "\n";
  });
  CHECK(complaints ==
        "items_per_day: 7.3e+07 items in 3650 days; at most 5e+06 are possible\n"
        "warm_up: must be less than days (3650)\n");
}

TEST_CASE("streams: both kinds are found by name", "[env][stream]") {
  for (const char* name : {"replay", "synthetic"}) CHECK(StreamRegistry::instance().contains(name));
  const Choice choice(StreamRegistry::instance(), "synthetic");
  CHECK(StreamRegistry::instance().make(choice)->load().items.size() > 10000);
}

}  // namespace infodiet::test
