#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/json.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/bytes.hpp"
#include "env/stream/format/calendar.hpp"
#include "env/stream/format/csv.hpp"
#include "env/stream/format/stream_folder.hpp"
#include "env/stream/format/stream_summary.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

/// What an action throws, as "code: message"; "" if nothing.
template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return std::string(error.code() == ErrorCode::kIo ? "io: " : "not io: ") + error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string joined(const Problems& problems) {
  std::string text;
  for (const std::string& message : problems.messages()) text += message + "\n";
  return text;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// 5000 times 'x', deflated
constexpr const char* kManyX =
    "1f8b0800000000000203edc13101000000c2a0da8b6f0a3fa00000000080b70126f0db0088130000";

constexpr const char* kMeta = R"({"format": "infodiet-stream-1", "name": "tiny", "licence": "CC0",
  "source": "us", "attribution": "nobody", "tz": "UTC", "topics": ["a", "b"], "unheard_of": [1]})";
constexpr const char* kHeader =
    "item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text\n";

}  // namespace

TEST_CASE("read_bytes: gzip of one or two members and plain text read the same", "[env][stream]") {
  const TempFolder folder;
  REQUIRE(read_bytes(folder.write("plain", "one,two\n")) == "one,two\n");
  REQUIRE(read_bytes(folder.write("one.gz", gzip_stored("one,two\n"))) == "one,two\n");
  const std::string both = gzip_stored("one,") + gzip_stored("two\n");
  REQUIRE(read_bytes(folder.write("both.gz", both)) == "one,two\n");
}

TEST_CASE("read_bytes: gzip data cut anywhere is refused", "[env][stream]") {
  const TempFolder folder;
  for (const std::string& whole :
       {gzip_stored("item_id,t_arrive\n0,5\n1,6\n"), bytes_of_hex(kManyX)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string path = folder.write("cut.gz", whole.substr(0, size));
      INFO("cut after " << size << " of " << whole.size() << " bytes");
      CHECK(contains(error_of([&] { read_bytes(path); }), "io: " + path));
    }
  }
}

TEST_CASE("read_bytes: no flipped bit passes for other content", "[env][stream]") {
  const TempFolder folder;
  const std::string text = "item_id,t_arrive\n0,5\n";
  const std::string whole = gzip_stored(text);
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const std::string path = folder.write("damaged.gz", damaged);
    std::string read;
    const std::string error = error_of([&] { read = read_bytes(path); });
    INFO("bit " << bit);
    CHECK((read == text || contains(error, "io: ")));
    refused += error.empty() ? 0 : 1;
  }
  // only the header's time, flags for text and system of origin may change unnoticed: 6 bytes
  CHECK(refused >= 8 * static_cast<int>(whole.size() - 7));
}

TEST_CASE("read_bytes: what follows the gzip data, is too large or no file is refused",
          "[env][stream]") {
  const TempFolder folder;
  const std::string junk = folder.write("junk.gz", gzip_stored("a\n") + "more");
  CHECK(contains(error_of([&] { read_bytes(junk); }), "4 bytes after the end of the gzip data"));
  const std::string packed = bytes_of_hex(kManyX);
  const std::string bomb = folder.write("bomb.gz", packed);
  CHECK(contains(error_of([&] { read_bytes(bomb, 4999); }), "unpacks to more than 4999 bytes"));
  CHECK(read_bytes(bomb, 5000) == std::string(5000, 'x'));
  const std::string twice = folder.write("twice.gz", packed + packed);
  CHECK(contains(error_of([&] { read_bytes(twice, 9999); }), "unpacks to more than 9999 bytes"));
  CHECK(contains(error_of([&] { read_bytes(bomb, 10); }), " bytes; at most 10 are read"));
  CHECK(contains(error_of([&] { read_bytes(folder.path()); }), "this is not a file"));
  CHECK(contains(error_of([&] { read_bytes(folder.file("none")); }), "there is no such file"));
}

TEST_CASE("is_utf8: accepts all scripts and refuses what is no UTF-8", "[env][stream]") {
  for (const char* good : {"", "plain", "\xc3\xa9", "\xe5\x8f\xb0\xe7\x81\xa3", "\xf0\x9f\x98\x80",
                           "\x10\x05", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe5\x8f"}) {
    CHECK_FALSE(is_utf8(bad));
  }
  CHECK(shown("a\x1b[2J\xff") == "'a\\x1b[2J\\xff'");
  CHECK(shown(std::string(100, 'a')) == "'" + std::string(40, 'a') + "...'");
}

TEST_CASE("parse_csv: columns are mapped by name and fields unquoted as in RFC 4180",
          "[env][stream]") {
  std::vector<std::int64_t> count;
  std::vector<double> share;
  std::vector<std::int8_t> flag;
  std::vector<std::string> text;
  const CsvColumn columns[] = {{"count", &count, "a whole number"},
                               {"share", &share, "a number"},
                               {"flag", &flag, "0 or 1"},
                               {"text", &text, "UTF-8"}};
  Problems problems;
  const auto lines = parse_csv(
      "text,flag,count,share\n"
      "\"a, \"\"b\"\"\nc\",1,-9223372036854775807,6.884e-05\n"
      ",,,\n"
      "\"\",0,\"12\",-.5\n",
      "t.csv", columns, problems);
  INFO(joined(problems));
  REQUIRE(problems.none());
  CHECK(lines == std::vector<std::uint32_t>{2, 4, 5});
  CHECK(text == std::vector<std::string>{"a, \"b\"\nc", "", ""});
  CHECK(flag == std::vector<std::int8_t>{1, kUnknownFlag, 0});
  CHECK(count == std::vector<std::int64_t>{-9223372036854775807, kUnknownInteger, 12});
  CHECK(share[0] == 6.884e-05);
  CHECK(std::isnan(share[1]));
  CHECK(share[2] == -0.5);
}

TEST_CASE("parse_csv: a wrong file is named with line, column and what is allowed",
          "[env][stream]") {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"", "t.csv:1: empty; expected a header"},
      {"\xef\xbb\xbfn,x,s\n", "byte order mark"},
      {"n,x,s\r\n1,2,\r\n", "t.csv:1: lines end with CR LF"},
      {"n,x\n", "t.csv:1: s: this column is missing (the header is n,x,s)"},
      {"n,x,s,n\n", "t.csv:1: n: this column stands in the header twice"},
      {"n,x,s,y\n", "t.csv:1: unknown column 'y' (known: n,x,s)"},
      {"n,x,s\n1,2,\nabc,2,\n", "t.csv:3: n: expected a whole number from 0 to 9, got 'abc'"},
      {"n,x,s\n,2,\n", "t.csv:2: n: expected a whole number from 0 to 9, got an empty field"},
      {"n,x,s\n10,2,\n", "t.csv:2: n: expected a whole number from 0 to 9, got '10'"},
      {"n,x,s\n99999999999999999999,2,\n", "got '99999999999999999999'"},
      {"n,x,s\n1.0,2,\n", "got '1.0'"},
      {"n,x,s\n+1,2,\n", "got '+1'"},
      {"n,x,s\n 1,2,\n", "got ' 1'"},
      {"n,x,s\n1,nan,\n", "t.csv:2: x: expected a number or nothing, got 'nan'"},
      {"n,x,s\n1,inf,\n", "got 'inf'"},
      {"n,x,s\n1,-inf,\n", "got '-inf'"},
      {"n,x,s\n1,1e999,\n", "got '1e999'"},
      {"n,x,s\n1,0x10,\n", "got '0x10'"},
      {"n,x,s\n1,\"1,5\",\n", "got '1,5'"},
      {"n,x,s\n1,2,\xff\n", "t.csv:2: s: expected UTF-8 or nothing, got '\\xff'"},
      {"n,x,s\n1,2\n", "t.csv:2: 2 fields, but the header has 3"},
      {"n,x,s\n1,2,,\n", "t.csv:2: 4 fields, but the header has 3"},
      {"n,x,s\n\n", "t.csv:2: an empty line"},
      {"n,x,s\n1,2,a", "t.csv:2: the last line does not end with a line feed"},
      {"n,x,s\n1,2,\"a", "t.csv:2: a quoted field that does not end"},
      {"n,x,s\n1,2,\"a\"b\n", "t.csv:2: text after the closing quote"},
      {"n,x,s\n1,2,a\"b\n", "t.csv:2: a quote inside a field without quotes"},
  };
  for (const auto& wrong : cases) {
    std::vector<std::int64_t> n;
    std::vector<double> x;
    std::vector<std::string> s;
    const CsvColumn columns[] = {
        {"n", &n, "a whole number", false, 0, 9}, {"x", &x, "a number"}, {"s", &s, "UTF-8"}};
    Problems problems;
    const auto lines = parse_csv(wrong.text, "t.csv", columns, problems);
    INFO("text: " << wrong.text << "\nwanted: " << wrong.message << "\ngot: " << joined(problems));
    CHECK(contains(joined(problems), wrong.message));
    CHECK(n.size() == lines.size());
    CHECK(x.size() == lines.size());
    CHECK(s.size() == lines.size());
  }
}

TEST_CASE("parse_json: values keep type, order and line", "[env][stream]") {
  const Json json = parse_json(
      "{\"text\": \"\\u00e9\\ud83d\\ude00\\n\", \"list\": [1, -2.5e3, true, null, {}],\n"
      " \"big\": 9223372036854775807}",
      "m.json");
  REQUIRE(json.kind == Json::Kind::kObject);
  CHECK(json.keys == std::vector<std::string>{"text", "list", "big"});
  CHECK(json.find("text")->text == "\xc3\xa9\xf0\x9f\x98\x80\n");
  const auto& list = json.find("list")->elements;
  REQUIRE(list.size() == 5);
  CHECK(list[0].kind == Json::Kind::kInteger);
  CHECK(list[1].real == -2500);
  CHECK(list[2].flag);
  CHECK(list[3].kind == Json::Kind::kNull);
  CHECK(list[4].kind == Json::Kind::kObject);
  CHECK(json.find("big")->integer == 9223372036854775807);
  CHECK(json.find("big")->line == 2);
  CHECK(json.find("small") == nullptr);
}

TEST_CASE("parse_json: what is no JSON is refused with its line", "[env][stream]") {
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
      {"", "m.json:1: the file ends where a value is wanted"},
      {"{\n\"a\": 1,\n}", "m.json:3: expected a key in quotes"},
      {"[1, 2", "expected , or ]"},
      {"{\"a\": 1, \"a\": 2}", "key 'a' stands here twice"},
      {"{\"a\" 1}", "expected : after the key 'a'"},
      {"[01]", "a number that begins with 0"},
      {"[1.]", "expected a digit"},
      {"[-]", "expected a digit"},
      {"[1e999]", "out of range"},
      {"[99999999999999999999]", "out of range"},
      {"[NaN]", "expected a value, got 'NaN]'"},
      {"[1] 2", "more text after the end"},
      {"[\"a\nb\"]", "does not end on its line"},
      {"[\"a\tb\"]", "a control character inside a string"},
      {"[\"\\x\"]", "unknown escape \\x"},
      {"[\"\\ud800\"]", "half of a surrogate pair"},
      {"[\"\\udc00\"]", "half of a surrogate pair"},
      {"[\"\\u12g4\"]", "four hexadecimal digits"},
      {"[\"\\u12", "four hexadecimal digits"},
      {"[\"\xff\"]", "is not UTF-8"},
      {std::string(100000, '['), "nested more than 64 levels deep"},
  };
  for (const auto& wrong : cases) {
    const std::string error = error_of([&] { parse_json(wrong.text, "m.json"); });
    INFO("text: " << wrong.text.substr(0, 40) << "\ngot: " << error);
    CHECK(contains(error, "io: m.json:"));
    CHECK(contains(error, wrong.message));
  }
}

TEST_CASE("stream folder: a plain and a packed table read the same; what is empty is unknown",
          "[env][stream]") {
  const TempFolder folder;
  folder.write("meta.json", kMeta);
  const std::string items = std::string(kHeader) +
                            "0,100,1,0.5,1,30,7,0,200,\"one, two\"\n"
                            "1,100,,,,,,,,\n";
  folder.write("items.csv", items);
  const StreamTables plain = read_stream_folder(folder.path());
  folder.remove("items.csv");
  folder.write("items.csv.gz", gzip_stored(items));
  const StreamTables packed = read_stream_folder(folder.path());
  REQUIRE(plain.items.size() == 2);
  CHECK(plain.items.t_arrive == packed.items.t_arrive);
  CHECK(plain.items.text == packed.items.text);
  CHECK(plain.items.text[0] == "one, two");
  CHECK(plain.items.topic == std::vector<std::int64_t>{1, kUnknownInteger});
  CHECK(plain.items.t_expire == std::vector<std::int64_t>{200, kUnknownInteger});
  CHECK(plain.items.is_ad == std::vector<std::int8_t>{0, kUnknownFlag});
  CHECK(std::isnan(plain.items.appeal[1]));
  CHECK(plain.meta.name == "tiny");
}

TEST_CASE("stream folder: every kind of fault is found, in all tables at once", "[env][stream]") {
  const TempFolder folder;
  folder.write("meta.json",
               R"({"format": "infodiet-stream-1", "name": "x", "licence": "CC0", "source": "us",
"attribution": "-", "tz": "UTC", "topics": ["a", "b"], "n_items": 5,
"rows": {"items": 4, "events": 9, "curve": 3}})");
  folder.write("items.csv", std::string(kHeader) +
                                "0,100,2,,,,,,,\n"           // topic out of range
                                "1,90,0,,,,,,,\n"            // not sorted
                                "3,1367366451000,,,,,,,,\n"  // milliseconds
                                "4,110,,,1.5,-1,,2,,\n"      // value, length, is_ad
                                "6,120,,,,,,,110,\n");       // not dense; expires too early
  folder.write("events.csv",
               "t,user,session,item_id,action,dwell_s\n"
               "5,1,,0,view,\n"
               "4,1,,0,View,\n");
  folder.write("arms.csv", "group_id,item_id,impressions,clicks\ng,0,5,6\n");
  folder.write("exposures.csv",
               "slate_id,t,user,pos,item_id,propensity,clicked,dwell_s\n0,5,1,0,0,0,1,\n");
  const Problems problems = check_stream_folder(folder.path());
  const std::string all = joined(problems);
  INFO(all);
  for (const char* message :
       {"items.csv:2: topic: expected an index into the topics of meta.json from 0 to 1",
        "items.csv:3: t_arrive: not sorted: 90 follows 100",
        "items.csv:4: t_arrive: expected a whole number of seconds", "got '1367366451000'",
        "items.csv:4: item_id: ids are dense: expected 2, got 3",
        "items.csv:5: value: expected a number from 0 to 1 or nothing, got '1.5'",
        "items.csv:5: length_s: expected a number of at least 0",
        "items.csv:5: is_ad: expected 0 or 1 or nothing, got '2'",
        "items.csv:6: item_id: ids are dense: expected 5, got 6",
        "items.csv:6: t_expire: 110 is before the arrival at 120",
        "events.csv: 2 rows, but meta.json gives it 9", "events.csv:3: t: not sorted",
        "events.csv:3: action: unknown action 'View'", "arms.csv:2: clicks: 6 clicks on 5",
        "exposures.csv:2: pos: expected a place in the slate of at least 1",
        "exposures.csv:2: propensity: 0", "curve.csv.gz: missing, but meta.json gives it 3 rows"}) {
    INFO("wanted: " << message);
    CHECK(contains(all, message));
  }
  const std::string error = error_of([&] { read_stream_folder(folder.path()); });
  CHECK(contains(error, "io: "));
  CHECK(contains(error, "items.csv:2"));
  CHECK(contains(error, "arms.csv:2"));
}

TEST_CASE("stream folder: at most 20 problems of a table are kept, and the rest counted",
          "[env][stream]") {
  const TempFolder folder;
  folder.write("meta.json", kMeta);
  std::string items = kHeader;
  for (int i = 0; i < 50; ++i) items += std::to_string(i) + ",x,,,,,,,,\n";
  const std::string path = folder.write("items.csv", items);
  const Problems problems = check_stream_folder(folder.path());
  CHECK(problems.count() == 50);
  CHECK(problems.messages().size() == 21);
  CHECK(problems.messages().back() == path + ": and 30 more problems");
}

TEST_CASE("stream folder: meta.json is held to the format", "[env][stream]") {
  const TempFolder folder;
  folder.write("items.csv", kHeader);
  const struct {
    const char* meta;
    const char* message;
  } cases[] = {
      {"[]", "meta.json:1: expected a JSON object"},
      {"{\"format\": \"infodiet-stream-2\"}", "format: expected 'infodiet-stream-1', got"},
      {"{}", "meta.json:1: licence: missing; expected a string"},
      {"{\"topics\": [1]}", "topics: expected a list of strings"},
      {"{\"tz\": \"CET\"}", "tz: times are in UTC; expected 'UTC', got 'CET'"},
      {"{\"n_items\": -1}", "n_items: expected a whole number from 0"},
      {"{\"split_t\": \"2020\"}", "split_t: expected a whole number"},
      {"{\"rows\": {\"items\": -3}}", "rows: expected a whole number of rows for 'items'"},
      {"{\n\n\"name\": 5}", "meta.json:3: name: expected a string"},
  };
  for (const auto& wrong : cases) {
    folder.write("meta.json", wrong.meta);
    const std::string all = joined(check_stream_folder(folder.path()));
    INFO(all << "wanted: " << wrong.message);
    CHECK(contains(all, wrong.message));
  }
  folder.write("meta.json", kMeta);
  CHECK(contains(joined(check_stream_folder(folder.path())),
                 "n_items: missing; it is required where there is no items table"));
  folder.remove("items.csv");
  CHECK(contains(joined(check_stream_folder(folder.path())), "holds no table"));
  CHECK(contains(joined(check_stream_folder(folder.file("none"))),
                 "there is no such folder. A recorded stream is a folder in the format "
                 "infodiet-stream-1 (meta.json, items.csv.gz); docs/streams.md"));
}

TEST_CASE("calendar: dates, weekdays and rounding down hold before 1970 too", "[env][stream]") {
  CHECK(parse_date("1970-01-01") == 0);
  CHECK(parse_date("2013-05-01") == 15826);
  CHECK(format_date(15826) == "2013-05-01");
  CHECK(weekday_of(15826) == 2);  // a Wednesday
  CHECK(weekday_of(-1) == 2);     // 1969-12-31 was one too
  CHECK(floor_div(-1, 86400) == -1);
  CHECK(floor_div(-86400, 86400) == -1);
  CHECK(floor_div(86399, 86400) == 0);
  for (const char* bad : {"", "2013-5-1", "2013-02-29", "2013-13-01", "2013/05/01", "2013-05-0a",
                          "2013-05-01 ", "-013-05-01"}) {
    INFO(bad);
    CHECK_FALSE(parse_date(bad).has_value());
  }
}

TEST_CASE("summary: a small stream has the numbers counted by hand", "[env][stream]") {
  const TempFolder folder;
  folder.write("meta.json", kMeta);
  // 1970-01-01 was a Thursday. UTC+1: 0:00:00, 0:30:00, 2:00:00 on Thursday, 0:00:00 on Saturday
  folder.write("items.csv", std::string(kHeader) +
                                "0,-3600,0,,1,60,1,,,\n"
                                "1,-1800,0,,0,,1,,,\n"
                                "2,3600,1,,,,4,,,x\n"
                                "3,169200,0,,,,2,,,\n");
  const StreamSummary s = summarize(read_stream_folder(folder.path()), {.utc_offset = 1});
  CHECK(s.items == 4);
  CHECK(s.span_days == Approx(2));
  CHECK(s.items_per_day == Approx(2));
  CHECK(s.gap_s[2] == 5400);  // 1800, 5400, 165600
  CHECK(s.gap_s[1] == 3600);  // half-way between 1800 and 5400
  CHECK(s.daily.bins == 3);   // 3, 0, 1: mean 4/3, sample variance 7/3
  CHECK(s.daily.variance_over_mean == Approx(1.75));
  CHECK(s.hourly.bins == 49);
  CHECK(s.per_hour[0] == Approx(1.5));
  CHECK(s.per_hour[2] == Approx(0.5));
  CHECK(s.by_weekday == std::array<std::size_t, 7>{0, 0, 0, 3, 0, 1, 0});
  CHECK(s.topics[0].share == Approx(0.75));
  CHECK(s.topics[0].mean_value == Approx(0.5));
  CHECK(std::isnan(s.topics[1].mean_value));
  CHECK(s.neighbours_share_topic == Approx(1.0 / 3));
  CHECK(s.strangers_share_topic == Approx(0.625));
  CHECK(s.unknown[2] == std::pair<std::string, double>("value", 0.5));
  // x = 1, 1, 2, 4: sum (2 i - 5) x = -3 - 1 + 2 + 12 = 10; 10 / (4 * 8)
  CHECK(s.popularity_gini == Approx(0.3125));
  const std::string text = to_text(s);
  for (const char* part : {"tiny", "CC0", "nobody", "UTC+1", "value 50%", "0.7500"}) {
    INFO(text << "wanted: " << part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("summary: recorded streams have their published statistics", "[env][stream][data]") {
  const std::string streams = recorded_streams();
  if (streams.empty()) {
    WARN("skipped: no recorded streams at hand (set INFODIET_STREAMS to their folder)");
    return;
  }
  // Each number is published with the digits that stand here; half a unit of the last is allowed.
  SECTION("cofacts") {
    const StreamTables tables = read_stream_folder(streams + "/cofacts");
    const StreamSummary all = summarize(tables, {.utc_offset = 8});
    CHECK(all.items == 37556);
    CHECK(all.popularity_gini == Approx(0.32).margin(0.005));
    CHECK(all.popularity[4] == 2);
    CHECK(all.popularity[5] == 10);
    CHECK(all.popularity[6] == 133);
    CHECK(all.topics[1].items == 7582);
    CHECK(all.topics[1].mean_value == Approx(0.294).margin(0.0005));
    CHECK(all.unknown[2].second * 37556 == Approx(8220));
    CHECK(all.actions[0] == std::pair<std::string, std::size_t>("request", 57696));

    const StreamSummary year =
        summarize(tables, {.utc_offset = 8, .from = *parse_date("2019-07-01") * kSecondsPerDay});
    CHECK(year.items == 10396);
    CHECK(year.span_days == Approx(370.0).margin(0.05));
    CHECK(year.items_per_day == Approx(28.1).margin(0.05));
    CHECK(year.daily.variance_over_mean == Approx(9.7).margin(0.05));
    CHECK(year.per_hour[4] == Approx(0.132).margin(0.0005));
    CHECK(year.per_hour[12] == Approx(1.784).margin(0.0005));
    const double gaps_min[] = {2.3, 8.3, 24.3, 58.9, 119.9, 436, 999};
    const double last_digit[] = {0.05, 0.05, 0.05, 0.05, 0.05, 0.5, 0.5};
    for (int i = 0; i < 7; ++i) {
      CHECK(year.gap_s[i] / 60 == Approx(gaps_min[i]).margin(last_digit[i]));
    }
    CHECK(year.by_weekday == std::array<std::size_t, 7>{1570, 1502, 1485, 1613, 1470, 1341, 1415});
  }
  SECTION("reddit_top_2013") {
    const auto begin = std::chrono::steady_clock::now();
    const StreamTables tables = read_stream_folder(streams + "/reddit_top_2013");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    CHECK(took.count() < 5);  // 0.1 s; room for sanitizers and busy machines
    const StreamSummary s = summarize(tables, {.utc_offset = -4});
    CHECK(s.items == 60759);
    CHECK(s.items_per_day == Approx(573.2).margin(0.05));
    CHECK(s.hourly.mean == Approx(23.88).margin(0.005));
    CHECK(s.hourly.variance_over_mean == Approx(5.26).margin(0.005));
    CHECK(s.per_hour[4] == Approx(9.52).margin(0.005));
    CHECK(s.per_hour[10] == Approx(40.73).margin(0.005));
    CHECK(s.by_weekday == std::array<std::size_t, 7>{9242, 9105, 9322, 8850, 8371, 7494, 8375});
    const double gaps_s[] = {13, 37, 92, 195, 353, 899, 3113};
    for (int i = 0; i < 7; ++i) CHECK(s.gap_s[i] == Approx(gaps_s[i]).margin(0.5));
    CHECK(s.neighbours_share_topic == Approx(0.0576).margin(0.00005));
    CHECK(s.strangers_share_topic == Approx(0.0543).margin(0.00005));
    CHECK(s.topics[17].share == Approx(0.0713).margin(0.00005));
    CHECK(s.popularity[2] == 311);
    CHECK(s.popularity_gini == Approx(0.605).margin(0.0005));
    CHECK(s.length_s[2] == Approx(3.1).margin(0.05));
    CHECK(s.length_s[5] == Approx(204).margin(0.5));
  }
  SECTION("upworthy and obd") {
    const StreamSummary arms = summarize(read_stream_folder(streams + "/upworthy"));
    CHECK(arms.impressions == 81024151);
    CHECK(arms.clicks == 1231208);
    const StreamSummary log = summarize(read_stream_folder(streams + "/obd_bts_men"));
    CHECK(log.items == 0);
    CHECK(log.impressions == 10000);
    CHECK(log.clicks == 69);
    CHECK(contains(to_text(log), "cannot be replayed"));
  }
}

}  // namespace infodiet::test
