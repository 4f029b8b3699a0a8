#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/format/stream_folder.hpp"
#include "env/stream/replay_stream.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kStart = 15826 * kDay;  // 2013-05-01 00:00 UTC, a Wednesday

/// A folder with one item every six hours from 2013-05-01 00:00 UTC on.
class TinyLog {
 public:
  explicit TinyLog(int days = 20) {
    for (int i = 0; i < 4 * days; ++i) {
      items += std::to_string(i) + "," + std::to_string(kStart + i * 21600) + "," +
               std::to_string(i % 2) + ",0.5,,,,,,\n";
    }
  }

  std::string items =
      "item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text\n";
  std::string events = "t,user,session,item_id,action,dwell_s\n";
  std::string topics = "\"a\",\"b\"";
  std::string more_meta;

  void event(std::int64_t t, int item, const std::string& action = "view") {
    events += std::to_string(t) + ",1,," + std::to_string(item) + "," + action + ",\n";
  }

  /// Writes the folder and replays it.
  Stream load(ReplayStream::Config config = {}) const {
    write();
    config.path = folder.path();
    return ReplayStream(config).load();
  }
  void write() const {
    folder.write(
        "meta.json",
        "{\"format\": \"infodiet-stream-1\", \"name\": \"tiny\", \"licence\": \"CC0\", "
        "\"source\": \"us\", \"attribution\": \"thank us\", \"tz\": \"UTC\", \"topics\": [" +
            topics + "]" + more_meta + "}");
    folder.write("items.csv", items);
    if (events.find('\n') + 1 < events.size()) folder.write("events.csv", events);
  }

  TempFolder folder;
};

ReplayStream::Config part(const std::string& name) {
  ReplayStream::Config config;
  config.part = name;
  return config;
}

std::string refusal(const TinyLog& log, const ReplayStream::Config& config) {
  try {
    log.load(config);
  } catch (const Error& error) {
    return std::string(error.code() == ErrorCode::kConfig ? "config: " : "other: ") + error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

bool assumes(const Stream& stream, const std::string& sentence) {
  for (const std::string& assumed : stream.assumed) {
    if (contains(assumed, sentence)) return true;
  }
  return false;
}

/// Same bits in all that a world can see.
bool equal(const Stream& a, const Stream& b) {
  return a.items.size() == b.items.size() && same_items(a.items, b.items, a.items.size()) &&
         a.read_time == b.read_time && a.read_begin == b.read_begin &&
         a.read_total == b.read_total && a.topics == b.topics && a.first_day == b.first_day &&
         a.end_day == b.end_day;
}

}  // namespace

TEST_CASE("replay: parts meet at the split, and a train part holds nothing from then on",
          "[env][stream]") {
  const TinyLog log(20);
  const Stream train = log.load(part("train"));
  CHECK(train.first_day == 3);
  CHECK(train.end_day == 13);  // .7 of 19 whole days
  CHECK(train.items.size() == 13 * 4);
  CHECK(train.items.back().arrival < 13 * kMinutesPerDay);
  const Stream test = log.load(part("test"));
  CHECK(test.first_day == 13);
  CHECK(test.end_day == 19);  // the log ends at 18 h of the last day, which is not whole
  CHECK(test.items.size() == 19 * 4);
  const Stream all = log.load(part("all"));
  CHECK(all.first_day == 3);
  CHECK(all.end_day == 19);
  CHECK(all.name == "tiny");
  CHECK(all.attribution == "thank us");
}

TEST_CASE("replay: a train part is the same whatever happens from the split on",
          "[env][stream][laws]") {
  TinyLog log(20);
  for (int i = 0; i < 30; ++i) log.event(kStart + i * 21600, i / 3);
  TinyLog other(20);
  other.events = log.events;
  other.items.resize(other.items.find("\n52,") + 1);
  for (int i = 52; i < 80; ++i) {
    other.items +=
        std::to_string(i) + "," + std::to_string(kStart + i * 21600) + ",1,3.5,1,9,999,1,,other\n";
  }
  other.event(kStart + 13 * kDay, 0);
  other.event(kStart + 15 * kDay, 3);
  other.more_meta = log.more_meta = ", \"base_ctr\": 0.01";
  CHECK(equal(log.load(part("train")), other.load(part("train"))));
  CHECK_FALSE(equal(log.load(part("test")), other.load(part("test"))));
}

TEST_CASE("replay: the split is the date given, else the stream's own, else a share of the days",
          "[env][stream]") {
  TinyLog log(20);
  ReplayStream::Config config;
  config.split_share = 0.5;
  CHECK(log.load(config).end_day == 9);
  CHECK(assumes(log.load(config), "split: the test part begins on 2013-05-10 (by split_share)"));
  log.more_meta = ", \"split_t\": " + std::to_string(kStart + 12 * kDay + 3600);
  CHECK(log.load(config).end_day == 12);
  CHECK_FALSE(assumes(log.load(config), "split:"));
  config.part = "test";
  CHECK(log.load(config).first_day == 13);  // day 12 has rows of both parts
  config.split_date = "2013-05-09";
  CHECK(log.load(config).first_day == 8);
  CHECK(assumes(log.load(config), "split: the test part begins on 2013-05-09 (by split_date)"));
}

TEST_CASE("replay: days and weekdays are local, and begin at the first date", "[env][stream]") {
  TinyLog log(20);
  log.more_meta = ", \"tz_audience\": \"Asia/Taipei\"";
  ReplayStream::Config config = part("all");
  const Stream utc = log.load(config);
  CHECK(utc.first_weekday == 2);
  CHECK(utc.items[0].arrival == 0);
  CHECK(assumes(utc, "local time: UTC+0 h all year; the audience lives in Asia/Taipei, so set"));
  config.utc_offset = 8;
  CHECK(log.load(config).items[0].arrival == 8 * 60);
  config.utc_offset = -5.5;
  const Stream west = log.load(config);
  CHECK(west.first_weekday == 1);  // still Tuesday there
  CHECK(west.items[0].arrival == 18.5 * 60);
  config.first_date = "2013-05-04";
  const Stream later = log.load(config);
  CHECK(later.first_weekday == 5);
  CHECK(later.items.size() == west.items.size() - 13);  // 3.23 days of 4
  CHECK(later.items[0].arrival == 0.5 * 60);
  config.utc_offset = 0;
  CHECK(log.load(config).items[0].arrival == 0);
}

TEST_CASE("replay: what the source records is used, and what it lacks is supplied and said",
          "[env][stream]") {
  TinyLog log(10);
  log.items += "40," + std::to_string(kStart + 10 * kDay) + ",,,0.25,6,,," +
               std::to_string(kStart + 11 * kDay) + ",\n";
  log.items += "41," + std::to_string(kStart + 10 * kDay) + ",0,1.5,,60000,,,,\n";
  log.items += "42," + std::to_string(kStart + 12 * kDay) + ",0,1.5,,1,,,,\n";
  ReplayStream::Config config = part("all");
  config.assume = {
      .half_life = 100, .length = 2, .length_min = 0.2, .length_max = 20, .quality_unknown = 0.75};
  const Stream stream = log.load(config);
  REQUIRE(stream.items.size() == 42);  // the last day is not whole
  const Item& plain = stream.items[0];
  CHECK(plain.appeal == 0.5f);
  CHECK(plain.quality == 0.75f);
  CHECK(plain.length == 2.0f);
  CHECK(plain.half_life == 100.0f);
  CHECK(plain.expiry == 800);
  CHECK(plain.num_topics == 1);
  CHECK(plain.weight[0] == 1.0f);
  const Item& rich = stream.items[40];
  CHECK(rich.appeal == 0.0f);
  CHECK(rich.quality == 0.25f);
  CHECK(rich.length == 0.2f);
  CHECK(rich.expiry == 11 * kMinutesPerDay);
  CHECK(stream.topics == std::vector<std::string>{"a", "b", "unknown"});
  CHECK(rich.topic[0] == 2);
  CHECK(stream.items[41].length == 20.0f);
  for (const char* sentence :
       {"topic: not recorded for 1 of 42 items", "half-life: 100 min for every item",
        "expiry: not recorded for 41 of 42 items; they leave 8 half-lives",
        "length: not recorded for 40 of 42 items; they take 2 min",
        "length: of 2 of 42 items moved into 0.2 .. 20 min",
        "quality: not recorded for 41 of 42 items; a minute of them is worth 0.75",
        "appeal: not recorded for 1 of 42 items; theirs is 0",
        "popularity so far: not recorded; agents see 0"}) {
    INFO(sentence);
    CHECK(assumes(stream, sentence));
  }
  CHECK_FALSE(stream.appeal_is_public);
  config.appeal = "public";
  CHECK(log.load(config).appeal_is_public);
}

TEST_CASE("replay: popularity counts reads up to the moment and no later", "[env][stream]") {
  TinyLog log(20);
  log.event(kStart + 60, 0);
  log.event(kStart + 120, 0, "like");  // no read
  log.event(kStart + 180, 1, "request");
  log.event(kStart + 240, 0);
  log.event(kStart + 15 * kDay, 0);
  const Stream stream = log.load(part("all"));
  CHECK(stream.popularity(0, 0.99) == 0);
  CHECK(stream.popularity(0, 1) == 1);
  CHECK(stream.popularity(0, 3.99) == 1);
  CHECK(stream.popularity(0, 4) == 2);
  CHECK(stream.popularity(0, 1e9) == 3);
  CHECK(stream.popularity(1, 1e9) == 1);
  CHECK(stream.popularity(2, 1e9) == 0);
  CHECK(log.load(part("train")).popularity(0, 1e9) == 2);
  // an item keeps its reads when earlier items are dropped
  ReplayStream::Config config = part("all");
  config.first_date = "2013-05-02";
  log.event(kStart + 16 * kDay, 4);
  CHECK(log.load(config).popularity(0, 1e9) == 1);
}

TEST_CASE("replay: without events the curve tells how many reads there were", "[env][stream]") {
  const TinyLog log(20);
  log.folder.write("curve.csv", "t,item_id,rank,heat,reads\n" + std::to_string(kStart + 600) +
                                    ",0,0,,10\n" + std::to_string(kStart + 1200) + ",0,,5,\n" +
                                    std::to_string(kStart + 1200) + ",1,0,,7\n" +
                                    std::to_string(kStart + 1800) + ",0,0,,25\n");
  const Stream stream = log.load(part("all"));
  CHECK(stream.popularity(0, 9) == 0);
  CHECK(stream.popularity(0, 10) == 10);
  CHECK(stream.popularity(0, 29) == 10);
  CHECK(stream.popularity(0, 30) == 25);
  CHECK(stream.popularity(1, 30) == 7);
  CHECK(stream.popularity(2, 30) == 0);
}

TEST_CASE("replay: the three heaviest topics count, with weights that sum to 1", "[env][stream]") {
  TinyLog log(20);
  log.topics = R"("a", "b", "c", "d", "e")";
  log.folder.write("item_topics.csv",
                   "item_id,topic,weight\n"
                   "0,1,0.5\n0,2,2\n0,3,0.25\n"
                   "1,1,3\n"
                   "2,4,0\n");
  const Stream stream = log.load(part("all"));
  const Item& mixed = stream.items[0];  // 1 of a, .5 of b, 2 of c; .25 of d is left out
  REQUIRE(mixed.num_topics == 3);
  CHECK(mixed.topic[0] == 2);
  CHECK(mixed.topic[1] == 0);
  CHECK(mixed.topic[2] == 1);
  CHECK(mixed.weight[0] == Approx(2 / 3.5));
  CHECK(mixed.weight[2] == Approx(0.5 / 3.5));
  CHECK(stream.items[1].num_topics == 1);  // its main topic, listed again
  CHECK(stream.items[2].num_topics == 1);
  CHECK(stream.items[3].num_topics == 1);
}

TEST_CASE("replay: arms of one test are one story, and a logit becomes a z score",
          "[env][stream]") {
  TinyLog log(20);
  std::string arms = "group_id,item_id,impressions,clicks\n";
  log.items = log.items.substr(0, log.items.find('\n') + 1);
  for (int i = 0; i < 80; ++i) {
    log.items += std::to_string(i) + "," + std::to_string(kStart + i / 2 * 43200) + ",0," +
                 (i % 4 < 2 ? "-3" : "1") + ",,,,,,\n";
    if (i >= 10) arms += "g" + std::to_string(i / 2) + "," + std::to_string(i) + ",9,1\n";
  }
  log.folder.write("arms.csv", arms);
  log.more_meta = ", \"base_ctr\": 0.015";
  const Stream stream = log.load(part("all"));
  CHECK(stream.items[0].story != stream.items[1].story);  // in no test
  CHECK(stream.items[10].story == stream.items[11].story);
  CHECK(stream.items[12].story == stream.items[13].story);
  CHECK(stream.items[10].story != stream.items[12].story);
  // -3 and 1 equally often in the 52 rows before the split: mean -1, sd 2 sqrt(52 / 51)
  CHECK(stream.items[0].appeal == Approx(-1 / std::sqrt(52.0 / 51)));
  CHECK(assumes(stream, "appeal: a logit of mean -1.000"));
}

TEST_CASE("replay: what gives no usable stream is refused with its cure", "[env][stream]") {
  TinyLog log(20);
  ReplayStream::Config config;
  config.split_date = "2013-04-01";
  CHECK(contains(refusal(log, config), "config: stream '"));
  CHECK(contains(refusal(log, config),
                 "no day is left for part 'train': the log has 19 whole days "
                 "from 2013-05-01 on, the test part begins on 2013-04-01"));
  config = part("train");
  config.first_date = "2014-01-01";
  CHECK(contains(refusal(log, config), "first_date: 2014-01-01 is after the last item"));
  config.first_date = "soon";
  CHECK(contains(refusal(log, config), "first_date: expected a date as YYYY-MM-DD, got 'soon'"));
  log.topics = "\"t0\"";
  for (int i = 1; i < 33; ++i) log.topics += ", \"t" + std::to_string(i) + "\"";
  CHECK(contains(refusal(log, {}), "33 topics, but at most 32 are possible: merge some"));
  log.topics = "\"a\", \"b\"";
  log.items.resize(log.items.find('\n') + 1);
  log.more_meta = ", \"n_items\": 3";
  CHECK(contains(refusal(log, {}), "has no items, so nothing arrives"));

  const auto error_of = [](const std::string& path) {
    ReplayStream::Config config_of;
    config_of.path = path;
    try {
      ReplayStream(config_of).load();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(contains(error_of(""), "world.stream.path: names no folder"));
  CHECK(contains(error_of("no/such"), "no/such: there is no such folder"));
  CHECK(contains(error_of("no/such"), "docs/streams.md"));
}

TEST_CASE("replay: settings that contradict each other are named", "[env][stream]") {
  ReplayStream::Config config;
  config.first_date = "2013-02-30";
  config.assume.length_min = 5;
  config.assume.length_max = 1;
  std::string complaints;
  config.check([&](std::string_view field, const std::string& what) {
    complaints += std::string(field) + ": " + what + "\n";
  });
  CHECK(contains(complaints,
                 "first_date: expected a date as YYYY-MM-DD or nothing, got '2013-02-30'"));
  CHECK(contains(complaints, "length_min: must not be above length_max"));
  CHECK_FALSE(contains(complaints, "split_date"));
}

TEST_CASE("replay: every recorded stream that has items can be played", "[env][stream][data]") {
  const std::string streams = recorded_streams();
  if (streams.empty()) {
    WARN("skipped: no recorded streams at hand (set INFODIET_STREAMS to their folder)");
    return;
  }
  for (const char* name : {"cofacts", "reddit_top_2013", "upworthy"}) {
    ReplayStream::Config config;
    config.path = streams + "/" + name;
    for (const char* which : {"train", "test", "all"}) {
      config.part = which;
      const Stream stream = ReplayStream(config).load();
      INFO(name << " " << which);
      CHECK(stream.first_day < stream.end_day);
      CHECK(stream.items.size() > 1000);
      bool sound = true;
      for (std::size_t i = 0; i < stream.items.size(); ++i) {
        const Item& item = stream.items[i];
        const float sum = item.weight[0] + item.weight[1] + item.weight[2];
        sound = sound && std::fabs(sum - 1) < 1e-6f && std::isfinite(item.appeal) &&
                item.quality >= 0 && item.quality <= 1 && item.length >= 0.05f &&
                item.length <= 30 && item.expiry > item.arrival &&
                item.topic[0] < stream.topics.size() &&
                (i == 0 || item.arrival >= stream.items[i - 1].arrival) &&
                item.arrival < stream.end_day * kMinutesPerDay;
      }
      CHECK(sound);
    }
  }
  // each message of Cofacts was asked about as often as its events say, at the end
  ReplayStream::Config config = part("all");
  config.path = streams + "/cofacts";
  config.utc_offset = 8;
  const Stream stream = ReplayStream(config).load();
  const StreamTables tables = read_stream_folder(config.path);
  const double end = stream.end_day * kMinutesPerDay;
  double final_sum = 0, read_sum = 0;
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    const float so_far = stream.popularity(static_cast<std::uint32_t>(i), end);
    CHECK_FALSE(so_far > static_cast<float>(tables.items.popularity[i]));
    CHECK_FALSE(so_far < 1);
    read_sum += so_far;
    final_sum += static_cast<double>(tables.items.popularity[i]);
  }
  CHECK(read_sum <= final_sum);
  CHECK(read_sum > 0.99 * final_sum);  // only the requests of the last, cut day are missing
}

}  // namespace infodiet::test
