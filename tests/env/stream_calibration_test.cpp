#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/calibration/sample_distance.hpp"
#include "env/stream/calibration/stream_shape.hpp"
#include "env/stream/format/calendar.hpp"
#include "env/stream/synthetic_stream.hpp"
#include "sim/commands/stream/stream_source.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

using Config = SyntheticStream::Config;
using Samples = std::vector<double>;

StreamShape shape(Config config) {
  config.part = "all";
  const Stream stream = SyntheticStream(config).load();
  return shape_of(stream, {0, stream.end_day});
}

/// Distances by name.
std::map<std::string, ShapeDistance> by_name(const StreamShape& a, const StreamShape& b) {
  std::map<std::string, ShapeDistance> out;
  for (const ShapeDistance& row : distances(a, b)) out.emplace(row.name, row);
  return out;
}

/// Tables of `days` days from Monday 2024-01-01 on, with items at the given minutes of the log.
StreamTables tables_of(const std::vector<double>& minutes) {
  StreamTables tables;
  tables.folder = "mine";
  tables.meta.name = "mine";
  tables.meta.topics = {"news", "sport", "none"};
  const std::int64_t begin = *parse_date("2024-01-01") * kSecondsPerDay;
  ItemTable& items = tables.items;
  for (const double t : minutes) items.t_arrive.push_back(begin + std::llround(60 * t));
  items.topic.assign(minutes.size(), 0);
  items.popularity.assign(minutes.size(), kUnknownInteger);
  return tables;
}

/// One item at each of these hours on every day.
std::vector<double> daily(int days, const std::vector<int>& hours) {
  std::vector<double> minutes;
  for (int day = 0; day < days; ++day)
    for (const int hour : hours) minutes.push_back(1440.0 * day + 60 * hour);
  return minutes;
}

const DayRange kTwoWeeks = {19723, 19737};  // days since 1970: 2024-01-01 to 2024-01-14

}  // namespace

TEST_CASE("sample distances: small cases come out as worked by hand", "[env][stream]") {
  const Samples uniform = {0, 1, 2, 3}, point = {0}, far = {10, 10};
  CHECK(wasserstein(uniform, point) == Approx(1.5));  // (0 + 1 + 2 + 3) / 4
  CHECK(kolmogorov_smirnov(uniform, point) == Approx(0.75));
  CHECK(wasserstein(point, far) == Approx(10));
  CHECK(kolmogorov_smirnov(point, far) == Approx(1));
  CHECK(wasserstein(uniform, uniform) == 0);
  CHECK(kolmogorov_smirnov(uniform, uniform) == 0);
  // a sample against itself twice over has the same law
  CHECK(wasserstein(uniform, Samples{0, 0, 1, 1, 2, 2, 3, 3}) == Approx(0).margin(1e-12));
  // shifting by 1/2 moves everything by 1/2, but a quarter of it past each value
  CHECK(wasserstein(uniform, Samples{0.5, 1.5, 2.5, 3.5}) == Approx(0.5));
  CHECK(kolmogorov_smirnov(uniform, Samples{0.5, 1.5, 2.5, 3.5}) == Approx(0.25));

  const Samples even(24, 1.0 / 24);
  const auto at = [](std::size_t hour) {
    Samples mass(24, 0.0);
    mass[hour] = 1;
    return mass;
  };
  CHECK(circular_wasserstein(at(0), at(23)) == Approx(1));  // not 23: midnight is no wall
  CHECK(circular_wasserstein(at(3), at(15)) == Approx(12));
  CHECK(circular_wasserstein(at(20), at(2)) == Approx(6));
  // mean distance on the circle from an hour to all: (0 + 2 (1 + ... + 11) + 12) / 24
  CHECK(circular_wasserstein(even, at(7)) == Approx(6));
  CHECK(circular_wasserstein(even, even) == Approx(0).margin(1e-12));

  CHECK(total_variation(Samples{0.5, 0.5}, Samples{1}) == Approx(0.5));
  CHECK(total_variation(Samples{0.7, 0.2, 0.1}, Samples{0.4, 0.3, 0.3}) == Approx(0.3));
}

TEST_CASE("stream shape: recorded tables give the figures worked by hand", "[env][stream]") {
  StreamTables tables = tables_of(daily(14, {6, 12}));
  ItemTable& items = tables.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    items.topic[i] = static_cast<std::int64_t>(i / 2 % 2);  // two days share a topic
    items.popularity[i] = i % 2 == 0 ? 1 : 3;
  }
  const StreamShape s = shape_of(tables, 0, kTwoWeeks);
  CHECK(s.items == 28);
  CHECK(s.items_per_day == Approx(2));
  CHECK(s.hour_share[6] == Approx(0.5));
  CHECK(s.hour_share[12] == Approx(0.5));
  CHECK(s.weekend == Approx(1));
  CHECK(s.daily_dispersion == Approx(0).margin(1e-12));
  // 28 of 336 hours have one item: (1 - 28/336) 336/335
  CHECK(s.hourly_dispersion == Approx((1 - 28.0 / 336) * 336 / 335));
  CHECK(s.daily_bursts == Approx(0).margin(1e-12));  // every week is like the last
  CHECK(s.hourly_bursts == Approx(0).margin(1e-12));
  CHECK(s.popularity_gini == Approx(0.25));  // half of the items have a quarter of the sum
  CHECK(s.log_popularity.front() == 0);
  CHECK(s.log_popularity.back() == Approx(std::log(3.0)));
  CHECK(s.topic_shares == Samples{0.5, 0.5});
  CHECK(s.effective_topics == Approx(2));
  // of 27 neighbours 14 are of one day; two at random agree half the time
  CHECK(s.topic_clumping == Approx(14.0 / 27 - 0.5));
  CHECK(s.story_sizes.empty());
  CHECK(s.reads_by_age.empty());
  CHECK(std::isnan(s.wording));
  CHECK(std::isnan(median_read_age(s)));

  SECTION("by the clock of the audience") {
    const StreamShape later = shape_of(tables, 3 * kSecondsPerHour, kTwoWeeks);
    CHECK(later.hour_share[9] == Approx(0.5));
    CHECK(later.hour_share[15] == Approx(0.5));
  }
  SECTION("a category for what has none is no topic") {
    std::fill(items.topic.begin() + 14, items.topic.end(), 2);
    const StreamShape fewer = shape_of(tables, 0, kTwoWeeks);
    CHECK(fewer.topic_shares.size() == 2);
    std::fill(items.topic.begin(), items.topic.end(), 2);
    CHECK(shape_of(tables, 0, kTwoWeeks).topic_shares.empty());
  }
  SECTION("days of a second week that doubles are bursts") {
    std::vector<double> minutes = daily(14, {6, 12});
    for (const double t : daily(7, {6, 12})) minutes.push_back(t + 10080);
    std::sort(minutes.begin(), minutes.end());
    const StreamShape doubled = shape_of(tables_of(minutes), 0, kTwoWeeks);
    CHECK(doubled.daily_bursts == Approx(7 * 4.0 / (7 * 6)));     // (4 - 2)^2 / (4 + 2)
    CHECK(doubled.hourly_bursts == Approx(14 * 1.0 / (14 * 3)));  // (2 - 1)^2 / (2 + 1)
  }
}

TEST_CASE("stream shape: reads count by their age, within the days looked at", "[env][stream]") {
  StreamTables tables = tables_of(daily(14, {0}));
  const auto read = [&](std::int64_t item, double minutes, const char* action) {
    const std::int64_t arrival = tables.items.t_arrive[static_cast<std::size_t>(item)];
    tables.events.t.push_back(arrival + std::llround(60 * minutes));
    tables.events.item_id.push_back(item);
    tables.events.action.emplace_back(action);
  };
  read(0, 0, "request");   // it brought the item: no age
  read(0, 16, "request");  // bin 8: 2^3.5 .. 2^4 min
  read(0, 20, "like");     // no read
  read(0, 17, "view");     // bin 9
  read(0, 17, "view");
  read(13, 1440, "request");  // as the record ends: too late
  const StreamShape s = shape_of(tables, 0, kTwoWeeks);
  REQUIRE(s.reads_by_age.size() == StreamShape::kAges);
  CHECK(s.reads_by_age[8] == Approx(1.0 / 3));
  CHECK(s.reads_by_age[9] == Approx(2.0 / 3));
  // a quarter of the way through bin 9
  CHECK(median_read_age(s) == Approx(std::exp2(4 + 0.5 * 0.25)));

  SECTION("and are the same for a stream made of the same items and reads") {
    Stream stream;
    for (int day = 0; day < 14; ++day) stream.items.emplace_back().arrival = 1440 * day;
    tables.events = EventTable();
    for (const double age : {16.0, 17.0, 17.0}) {
      read(0, age, "view");
      stream.read_time.push_back(age);
    }
    for (const double age : {1.0, 16.0, 300.0, 4096.0, 4097.0}) {  // 2^0, 2^4, 2^12 end a bin
      read(3, age, "view");
      stream.read_time.push_back(3 * 1440 + age);
    }
    stream.read_begin.assign(15, 8);  // three of item 0, five of item 3
    std::fill_n(stream.read_begin.begin() + 1, 3, 3u);
    stream.read_begin[0] = 0;
    CHECK(shape_of(stream, {0, 14}).reads_by_age == shape_of(tables, 0, kTwoWeeks).reads_by_age);
  }
}

TEST_CASE("stream shape: of a test, impressions are no popularity and noise is no wording",
          "[env][stream]") {
  StreamTables tables = tables_of(std::vector<double>(40, 60.0));
  tables.items.t_arrive.back() += 13 * kSecondsPerDay;
  ArmTable& arms = tables.arms;
  for (int i = 0; i < 40; ++i) {
    arms.group_id.push_back("test " + std::to_string(i / 4));
    arms.item_id.push_back(i);
    arms.impressions.push_back(100000);
    // stories differ; wordings differ by less than counts of a hundred do by chance
    arms.clicks.push_back((i / 4 % 2 == 0 ? 100 : 3000) + (i % 2 == 0 ? 0 : 15));
    tables.items.popularity[static_cast<std::size_t>(i)] = 100000;
  }
  StreamShape s = shape_of(tables, 0, kTwoWeeks);
  CHECK(s.story_sizes == Samples(10, 4.0));
  CHECK(s.log_popularity.empty());
  CHECK(s.wording == 0);
  // now they differ inside a story, and not between stories
  for (int i = 0; i < 40; ++i) arms.clicks[static_cast<std::size_t>(i)] = i % 2 == 0 ? 1000 : 3000;
  s = shape_of(tables, 0, kTwoWeeks);
  CHECK(s.wording == Approx(1).epsilon(0.2));
  tables.items.popularity[0] = 7;  // so it counts something else
  CHECK(shape_of(tables, 0, kTwoWeeks).log_popularity.size() == 40);
}

TEST_CASE("stream shape: the same items give one shape, made or recorded", "[env][stream]") {
  Config config;
  config.days = 56;
  config.part = "all";
  Stream stream = SyntheticStream(config).load();
  std::vector<double> minutes;
  for (const Item& item : stream.items) minutes.push_back(item.arrival);
  StreamTables tables = tables_of(minutes);
  tables.meta.topics.assign(16, "a topic");
  const std::int64_t begin = *parse_date("2024-01-01") * kSecondsPerDay;
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    tables.items.topic[i] = stream.items[i].topic[0];
    tables.items.popularity[i] = std::llround(std::floor(stream.items[i].audience));
    // whole seconds on both sides
    stream.items[i].arrival = static_cast<double>(tables.items.t_arrive[i] - begin) / 60;
  }
  const StreamShape made = shape_of(stream, {0, 56});
  const StreamShape recorded = shape_of(tables, 0, {19723, 19723 + 56});
  CHECK(made.items == stream.items.size());
  int compared = 0;
  for (const ShapeDistance& row : distances(made, recorded)) {
    INFO(row.name);
    if (std::isnan(row.value)) continue;
    CHECK(row.value == Approx(0).margin(1e-9));
    CHECK(row.a == Approx(row.b));
    ++compared;
  }
  CHECK(compared == 13);  // of 17: stories, wording and reads are not in the tables
}

TEST_CASE("stream shape: only whole days count, from the date asked for", "[env][stream]") {
  // from 2024-01-01 00:00 UTC to 2024-01-14 23:30
  StreamTables tables = tables_of(daily(14, {0, 12}));
  tables.items.t_arrive.push_back(tables.items.t_arrive.back() + 41400);
  tables.items.topic.push_back(0);
  tables.items.popularity.push_back(kUnknownInteger);
  DayRange days = whole_days(tables, 0);
  CHECK(days.begin == kTwoWeeks.begin);
  CHECK(days.end == kTwoWeeks.end);
  days = whole_days(tables, -5 * kSecondsPerHour);  // begins at 19 h, ends at 18:30
  CHECK(days.begin == kTwoWeeks.begin);
  CHECK(days.end == kTwoWeeks.end - 1);
  CHECK(whole_days(tables, 0, kTwoWeeks.begin + 3).begin == kTwoWeeks.begin + 3);
  const auto error_of = [&](std::int64_t from) -> std::string {
    try {
      whole_days(tables, 0, from);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(error_of(kTwoWeeks.end - 1) ==
        "stream 'mine': has fewer than two whole days from 2024-01-14 on; nothing can be said of "
        "its rhythm (take an earlier date or a longer log)");
  tables.items = ItemTable();
  CHECK(error_of(0) ==
        "stream 'mine': has no items with a time, so nothing arrives (see docs/streams.md)");
}

TEST_CASE("stream distances: symmetric, 0 for equal streams, unknown where one lacks it",
          "[env][stream]") {
  Config other;
  other.seed = 5;
  other.day_amplitude = 0.3;
  const StreamShape a = shape({}), b = shape(other);
  for (const ShapeDistance& row : distances(a, a)) {
    INFO(row.name);
    CHECK(row.value == 0);
  }
  const auto there = distances(a, b), back = distances(b, a);
  for (std::size_t i = 0; i < there.size(); ++i) {
    INFO(there[i].name);
    CHECK(there[i].value == Approx(back[i].value));
    CHECK(there[i].value > 0);
    CHECK(there[i].a == back[i].b);
  }
  const StreamShape bare = shape_of(tables_of(daily(14, {3})), 0, kTwoWeeks);
  auto rows = by_name(bare, a);
  for (const char* name : {"items of a story", "wording", "sd of ln popularity", "its Gini",
                           "its 99 % / median", "read within a day", "median age of a read",
                           "effective topics", "largest topic", "topic clumping"}) {
    INFO(name);
    CHECK(std::isnan(rows.at(name).value));
  }
  CHECK(rows.at("items").value == Approx(std::log(a.items_per_day)));
}

TEST_CASE("stream distances: a planted difference grows its own distance", "[env][stream]") {
  struct Plant {
    const char* distance;
    std::function<void(Config&, double)> set;
    std::vector<double> values;  // ever farther from the default
  };
  const Plant plants[] = {
      {"items", [](Config& c, double x) { c.items_per_day = x; }, {220, 300, 500}},
      {"quietest hour per mean", [](Config& c, double x) { c.day_amplitude = x; }, {0.6, 0.4, 0.1}},
      {"weekend day per weekday", [](Config& c, double x) { c.weekend = x; }, {0.7, 0.4, 0.1}},
      {"bursts per hour", [](Config& c, double x) { c.story_span = x; }, {200, 60, 5}},
      {"bursts per day", [](Config& c, double x) { c.duplicates = x; }, {0.3, 0.1, 0}},
      {"items of a story", [](Config& c, double x) { c.duplicates = x; }, {0.8, 2, 5}},
      {"wording", [](Config& c, double x) { c.wording = x; }, {0.4, 0.6, 0.9}},
      {"sd of ln popularity", [](Config& c, double x) { c.audience_spread = x; }, {1.2, 0.8, 0.1}},
      {"its Gini", [](Config& c, double x) { c.audience_spread = x; }, {1.2, 0.8, 0.1}},
      {"its 99 % / median", [](Config& c, double x) { c.audience_spread = x; }, {1.2, 0.8, 0.1}},
      {"median age of a read", [](Config& c, double x) { c.half_life = x; }, {500, 200, 60}},
      {"read within a day", [](Config& c, double x) { c.pace_spread = x; }, {1, 1.5, 2.5}},
      {"effective topics", [](Config& c, double x) { c.topic_concentration = x; }, {0.7, 1, 2}},
      {"largest topic", [](Config& c, double x) { c.topic_concentration = x; }, {0.7, 1, 2}},
      {"topic clumping", [](Config& c, double x) { c.story_span = x; }, {200, 60, 5}},
  };
  const StreamShape base = shape({});
  for (const Plant& plant : plants) {
    double last = 0;
    for (const double value : plant.values) {
      Config config;
      config.seed = 2;
      plant.set(config, value);
      const double distance = by_name(base, shape(config)).at(plant.distance).value;
      INFO(plant.distance << " at " << value);
      CHECK(distance > last);
      last = distance;
    }
  }
}

TEST_CASE("stream shape: without stories a stream has no bursts, whatever its rhythm",
          "[env][stream]") {
  Config config;
  config.duplicates = 0;
  config.days = 364;
  config.weekend = 0.4;
  const StreamShape s = shape(config);
  CHECK(s.hourly_dispersion > 3);  // the rhythm alone
  CHECK(s.daily_dispersion > 10);
  // 357 and 8568 differences: standard errors of about sqrt(3 / n), as neighbours share a count
  CHECK(s.daily_bursts == Approx(1).margin(3 * 0.09));
  CHECK(s.hourly_bursts == Approx(1).margin(3 * 0.02));
  CHECK(std::fabs(s.topic_clumping) < 3 * 0.001);
}

TEST_CASE("fitted settings: those of a synthetic stream are found again", "[env][stream]") {
  Config config;
  config.days = 364;
  config.duplicates = 0;
  config.half_day_amplitude = 0.25;
  config.half_day_peak = 10;
  config.topic_concentration = 0.9;
  config.audience = 40;
  std::map<std::string, double> fitted;
  for (const auto& [key, value] : fitted_settings(shape(config))) fitted[std::string(key)] = value;
  CHECK(fitted.at("items_per_day") == Approx(200).epsilon(0.015));
  CHECK(fitted.at("day_amplitude") == Approx(0.7).margin(0.02));
  CHECK(fitted.at("peak_hour") == Approx(16).margin(0.1));
  CHECK(fitted.at("half_day_amplitude") == Approx(0.25).margin(0.02));
  CHECK(fitted.at("half_day_peak") == Approx(10).margin(0.15));
  CHECK(fitted.at("weekend") == Approx(0.88).margin(0.03));
  CHECK(fitted.at("topics") == 16);
  CHECK(fitted.at("topic_concentration") == Approx(0.9).margin(0.02));
  CHECK(fitted.at("audience") == Approx(40).epsilon(0.03));
  CHECK(fitted.at("audience_spread") == Approx(1.48).epsilon(0.02));
  // reads weigh items by their audience, and the half octaves are coarse
  CHECK(fitted.at("half_life") == Approx(720).epsilon(0.2));
  CHECK(fitted.at("pace_spread") == Approx(0.7).margin(0.2));

  // most counts are the least one, which says nothing of how far below it an item is
  config.audience = 0.8;
  config.audience_spread = 1.1;
  for (const auto& [key, value] : fitted_settings(shape(config))) fitted[std::string(key)] = value;
  CHECK(fitted.at("audience") == Approx(0.8).epsilon(0.06));
  CHECK(fitted.at("audience_spread") == Approx(1.1).epsilon(0.05));
}

TEST_CASE("presets: each is nearer to its recorded stream than the defaults are", "[env][stream]") {
  const std::string streams = recorded_streams();
  if (streams.empty()) {
    WARN("skipped: no recorded streams at hand (INFODIET_STREAMS names their folder)");
    return;
  }
  struct Case {
    const char *folder, *preset, *from;
    int utc_offset;
    std::vector<std::string> nearer;
  };
  const Case cases[] = {
      {"cofacts",
       "like_cofacts",
       "2019-07-01",
       8,
       {"items", "quietest hour per mean", "bursts per hour", "sd of ln popularity", "its Gini",
        "median age of a read", "effective topics", "largest topic"}},
      {"reddit_top_2013",
       "like_reddit",
       "2013-05-01",
       -4,
       {"items", "quietest hour per mean", "bursts per day", "bursts per hour", "topic clumping",
        "effective topics", "largest topic"}},
      {"upworthy",
       "like_upworthy",
       "2013-04-01",
       -4,
       {"items", "quietest hour per mean", "weekend day per weekday", "bursts per hour",
        "items of a story", "wording"}},
  };
  const StreamShape defaults = shape({});
  for (const Case& c : cases) {
    const StreamTables tables = read_stream_folder(streams + "/" + c.folder);
    const std::int64_t offset = c.utc_offset * kSecondsPerHour;
    const StreamShape recorded =
        shape_of(tables, offset, whole_days(tables, offset, *parse_date(c.from)));
    const Choice choice = find_stream(
        std::string(INFODIET_SOURCE_DIR) + "/configs/streams/" + c.preset + ".yaml", {});
    const StreamShape preset = shape(dynamic_cast<const Config&>(choice.config()));
    auto from_default = by_name(recorded, defaults), from_preset = by_name(recorded, preset);
    for (const std::string& name : c.nearer) {
      INFO(c.preset << ": " << name);
      CHECK(from_preset.at(name).value < from_default.at(name).value);
    }
    CHECK(preset.range.end == recorded.range.end - recorded.range.begin);
  }
}

}  // namespace infodiet::test
