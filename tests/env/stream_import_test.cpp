#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/format/stream_import.hpp"
#include "env/stream/format/stream_text.hpp"
#include "env/stream/format/timestamp.hpp"
#include "env/stream/replay_stream.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// A plan with the columns that the texts below have.
ImportPlan plan_for(const std::string& items, const std::string& events = "") {
  ImportPlan plan;
  plan.items_file = items;
  plan.columns = {{"t_arrive", "when"}};
  plan.events_file = events;
  plan.meta.name = plan.meta.licence = plan.meta.source = plan.meta.attribution = "ours";
  return plan;
}

struct Result {
  Import made;
  std::string problems;
};

Result imported(const ImportPlan& plan) {
  Problems problems;
  Result result;
  result.made = import_stream(plan, problems);
  for (const std::string& message : problems.messages()) result.problems += message + '\n';
  return result;
}

std::string refusal(const ImportPlan& plan) {
  try {
    imported(plan);
  } catch (const Error& error) {
    return error.code() == ErrorCode::kConfig ? error.what() : "another kind of error";
  }
  return "";
}

bool notes(const Import& made, const std::string& piece) {
  for (const std::string& note : made.notes) {
    if (contains(note, piece)) return true;
  }
  return false;
}

std::optional<std::int64_t> seconds(const std::string& text, std::int64_t per_second = 1,
                                    std::int64_t offset = 0) {
  const auto stamp = parse_timestamp(text, per_second, offset);
  return stamp ? std::optional<std::int64_t>(stamp->t) : std::nullopt;
}

std::string written(const StreamTables& tables) {
  std::string all;
  for (const StreamFile& file : stream_files(tables)) all += file.name + '\n' + file.text;
  return all;
}

}  // namespace

TEST_CASE("parse_timestamp: reads numbers and ISO 8601, with and without a zone", "[env][stream]") {
  constexpr std::int64_t kMoment = 1717173000;  // 2024-05-31 16:30:00 UTC
  for (const char* text :
       {"1717173000", "1717173000.9", "2024-05-31T16:30:00Z", "2024-05-31 16:30Z",
        "2024-05-31T18:30:00+02:00", "2024-05-31T18:30:00.25+0200", "2024-05-31t06:30:00-10",
        "2024-05-31 16:30:00 UTC", "2024-05-31T16:30:00,5", "2024-05-31 22:00:00 +05:30"}) {
    INFO(text);
    CHECK(seconds(text) == kMoment);
  }
  CHECK(seconds("2024-05-31T18:30", 1, 7200) == kMoment);
  CHECK(seconds("2024-05-31T16:30Z", 1, 7200) == kMoment);
  CHECK(seconds("2024-06-01", 1, 7200) == 1717200000 - 7200);
  CHECK(seconds("1717173000999", 1000) == kMoment);
  CHECK(seconds("-1", 1000) == -1);
  CHECK(seconds("-0.5") == -1);
  CHECK(seconds("0") == 0);
  CHECK(parse_timestamp("2024-05-31", 1, 0)->form == Timestamp::Form::kLocal);
  CHECK(parse_timestamp("2024-05-31T00:00Z", 1, 0)->form == Timestamp::Form::kZone);
  for (const char* text :
       {"", "yesterday", "2024-02-30", "2024-05-31T24:00", "2024-05-31T16", "2024-05-31T16:3",
        "2024-05-31T16:30:60", "2024-05-31T16:30+2", "2024-05-31T16:30Zulu", "31.05.2024",
        "05/31/2024", "1717173000000", "1e9", "1717173000 s", "2024-05-31T16:30:00.",
        "2024-05-31T16:30+02:", "9999-12-31T23:59:59-01:00", "1.2.3"}) {
    INFO(text);
    CHECK_FALSE(seconds(text).has_value());
  }
}

TEST_CASE("stream import: columns of any name become a folder that checks, replays and reads back",
          "[env][stream]") {
  const TempFolder folder;
  // as a spreadsheet writes it: a mark, CR LF, quotes, another order, a last line without an end
  std::string text = "\xef\xbb\xbfkey,title,when,section,stars,worth,secs,ad,gone,extra\r\n";
  for (int i = 59; i >= 0; --i) {
    text += "k" + std::to_string(i) + ",\"say \"\"" + std::to_string(i) + "\"\",\r\nthen\"," +
            std::to_string(1704067200 + i * 43200) + (i % 3 == 0 ? ", sport " : ",news") + "," +
            std::to_string(i) + ".5," + (i % 2 == 0 ? "0.25," : ",") + "90,no,,x" +
            (i > 0 ? "\r\n" : "");
  }
  ImportPlan plan =
      plan_for(folder.write("a.csv", text), folder.write("e.csv",
                                                         "at,what,who,item\n"
                                                         "2024-01-05T12:00:00+00:00,view,zoe,k7\n"
                                                         "1704153600,like,abe,k2\n"
                                                         "2024-01-05T13:00:00+01:00,view,,k2\n"
                                                         "1704153700,view,abe,nobody\n"));
  plan.columns = {{"item_id", "key"},  {"t_arrive", "when"}, {"topic", "section"},
                  {"appeal", "stars"}, {"value", "worth"},   {"length_s", "secs"},
                  {"is_ad", "ad"},     {"t_expire", "gone"}, {"text", "title"}};
  plan.event_columns = {{"t", "at"}, {"action", "what"}, {"user", "who"}, {"item_id", "item"}};
  plan.meta.note = "a \"note\"\nof two lines";
  plan.meta.split_t = 1705276800;
  const Result result = imported(plan);
  REQUIRE(result.problems == "");
  const StreamTables& made = result.made.tables;

  CHECK(made.meta.topics == std::vector<std::string>{"news", "sport"});
  REQUIRE(made.items.size() == 60);
  CHECK(made.items.t_arrive[7] == 1704067200 + 7 * 43200);
  CHECK(made.items.topic[7] == 0);
  CHECK(made.items.topic[9] == 1);
  CHECK(made.items.appeal[7] == 7.5);
  CHECK(std::isnan(made.items.value[7]));
  CHECK(made.items.value[8] == 0.25);
  CHECK(made.items.is_ad[7] == 0);
  CHECK(made.items.t_expire[7] == kUnknownInteger);
  CHECK(made.items.text[7] == "say \"7\",\nthen");
  CHECK(made.events.item_id == std::vector<std::int64_t>{2, 7, 2});
  CHECK(made.events.user == std::vector<std::int64_t>{0, 1, kUnknownInteger});
  CHECK(made.events.action == std::vector<std::string>{"like", "view", "view"});
  CHECK(notes(result.made, "1 of 4 left out"));
  CHECK(notes(result.made, "line 5, 'nobody'"));
  CHECK(notes(result.made, "not used of " + folder.file("a.csv") + ": extra"));

  const TempFolder out;
  for (const StreamFile& file : stream_files(made)) out.write(file.name, file.text);
  CHECK(check_stream_folder(out.path()).messages() == std::vector<std::string>{});
  const StreamTables read = read_stream_folder(out.path());
  CHECK(written(read) == written(made));
  CHECK(read.meta.note == plan.meta.note);
  CHECK(read.meta.split_t == plan.meta.split_t);
  CHECK(written(imported(plan).made.tables) == written(made));  // the same again
  ReplayStream::Config config;
  config.path = out.path();
  config.part = "test";
  const Stream stream = ReplayStream(config).load();
  CHECK(stream.items.size() == 58);  // the last day is not whole
  CHECK(stream.first_day == 14);
  CHECK(stream.popularity(7, 30 * kMinutesPerDay) == 1);
}

TEST_CASE("stream import: numbers come back to the last bit", "[env][stream]") {
  StreamTables tables;
  tables.meta.format = "infodiet-stream-1";
  tables.meta.name = tables.meta.licence = tables.meta.source = tables.meta.attribution = "x";
  tables.meta.tz = "UTC";
  tables.meta.topics = {"only", "with \"quotes\", \\ and \t"};
  const double appeals[] = {0.1 + 0.2, -1e-17, 1.0 / 3, 123456.789, -0.0, std::nan("")};
  for (const double appeal : appeals) {
    ItemTable& t = tables.items;
    t.t_arrive.push_back(5);
    t.topic.push_back(kUnknownInteger);
    t.appeal.push_back(appeal);
    t.value.push_back(0.7);
    t.length_s.push_back(1e300);
    t.popularity.push_back(9007199254740993);
    t.is_ad.push_back(1);
    t.t_expire.push_back(6);
    t.text.emplace_back("a\rb,\"\n");
  }
  tables.items.text[1] = "only \"quotes\"";
  tables.items.text[2] = "\"";
  tables.items.text[3] = "a,b";
  const TempFolder out;
  for (const StreamFile& file : stream_files(tables)) out.write(file.name, file.text);
  const StreamTables read = read_stream_folder(out.path());
  CHECK(written(read) == written(tables));
  for (std::size_t i = 0; i < 5; ++i) CHECK(read.items.appeal[i] == appeals[i]);
  CHECK(std::isnan(read.items.appeal[5]));
  CHECK(read.items.popularity[0] == 9007199254740993);
  CHECK(read.items.text == tables.items.text);
  CHECK(read.meta.topics == tables.meta.topics);
}

TEST_CASE("stream import: too many topics leave the frequent ones, and the rest is 'other'",
          "[env][stream]") {
  const TempFolder folder;
  const bool some_unknown = GENERATE(false, true);
  std::string text = "when,topic\n";
  int t = 0;
  const auto add = [&](const std::string& topic, int times) {
    for (int i = 0; i < times; ++i) text += std::to_string(++t) + "," + topic + "\n";
  };
  for (int k = 0; k < 40; ++k) add("t" + std::to_string(100 + k), 40 - k);
  add("other", 3);
  if (some_unknown) add("", 2);
  ImportPlan plan = plan_for(folder.write("a.csv", text));
  plan.columns["topic"] = "topic";
  const Result result = imported(plan);
  REQUIRE(result.problems == "");
  const auto& topics = result.made.tables.meta.topics;
  const std::size_t most = some_unknown ? 31 : 32;
  REQUIRE(topics.size() == most);
  CHECK(topics.front() == "t100");
  CHECK(topics[most - 2] == "t" + std::to_string(100 + most - 2));
  CHECK(topics.back() == "other");
  CHECK(notes(result.made, "are one topic 'other'"));
  std::size_t others = 0;
  for (const std::int64_t topic : result.made.tables.items.topic)
    others += topic == static_cast<std::int64_t>(most) - 1 ? 1 : 0;
  std::size_t expected = 3;
  for (std::size_t k = most - 1; k < 40; ++k) expected += 40 - k;
  CHECK(others == expected);
  const TempFolder out;
  for (const StreamFile& file : stream_files(result.made.tables)) out.write(file.name, file.text);
  CHECK(check_stream_folder(out.path()).none());
  CHECK(read_stream_folder(out.path()).meta.topics.size() + (some_unknown ? 1 : 0) == 32);
}

TEST_CASE("stream import: 32 topics stay as they are, equal ones in order of name",
          "[env][stream]") {
  const TempFolder folder;
  std::string text = "when,topic\n";
  for (int k = 31; k >= 0; --k) text += "1,t" + std::to_string(100 + k) + "\n";
  ImportPlan plan = plan_for(folder.write("a.csv", text));
  plan.columns["topic"] = "topic";
  const auto topics = imported(plan).made.tables.meta.topics;
  REQUIRE(topics.size() == 32);
  CHECK(topics[0] == "t100");
  CHECK(topics[31] == "t131");
}

TEST_CASE("stream import: what is wrong is told with file, line, column and cure",
          "[env][stream]") {
  const TempFolder folder;
  const auto said = [&](const std::string& text, const ColumnMap& columns = {}) {
    ImportPlan plan = plan_for(folder.write("a.csv", text));
    for (const auto& [ours, theirs] : columns) plan.columns[ours] = theirs;
    return imported(plan).problems;
  };
  const std::string file = folder.file("a.csv");
  struct Case {
    const char* text;
    ColumnMap columns;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"when\n1\nsoon\n", {}, file + ":3: when: expected seconds since 1970 (--time-unit) or"},
      {"when\n1700000000000\n", {}, "--time-unit"},
      {"when,x\n,2\n", {}, file + ":2: when: empty; expected"},
      {"time\n1\n", {}, file + ":1: there is no column 'when' (there are: 'time')"},
      {"when;x\n1;2\n", {}, "are they separated by ';'?"},
      {"when,when\n1,2\n", {}, "2 columns are named 'when'"},
      {"when,x\n1,2,3\n", {}, file + ":2: 3 fields, but the header has 2"},
      {"when,x\n1,2\n\"3\n", {}, file + ":3: a quoted field that does not end"},
      {"when\n", {}, "has no rows below its header"},
      {"", {}, "empty; expected a header line"},
      {"when,v\n1,1.5\n",
       {{"value", "v"}},
       file + ":2: v: expected a number from 0 to 1 or nothing"},
      {"when,v\n1,-3\n", {{"popularity", "v"}}, ":2: v: expected a whole number of at least 0"},
      {"when,v\n1,maybe\n", {{"is_ad", "v"}}, "true or false, yes or no"},
      {"when,v\n9,8\n", {{"t_expire", "v"}}, ":2: v: is before the arrival"},
      {"when,v\n1,a\n2,a\n", {{"item_id", "v"}}, ":3: v: 'a' stands in line 2 already"},
      {"when,v\n1,\xff\n", {{"text", "v"}}, ":2: v: not UTF-8"},
  };
  for (const Case& it : cases) {
    INFO(it.text);
    const std::string text = said(it.text, it.columns);
    INFO(text);
    CHECK(contains(text, it.message));
  }
  CHECK(contains(imported(plan_for(folder.file("nowhere.csv"))).problems, "there is no such file"));

  ImportPlan plan = plan_for(file);
  plan.columns = {{"appeal", "x"}};
  CHECK(contains(refusal(plan), "--column t_arrive=NAME"));
  plan.columns = {{"t_arrive", "when"}, {"colour", "x"}};
  CHECK(contains(refusal(plan), "no column 'colour' to fill"));
}

TEST_CASE("stream import: events of another file or with unknown actions are refused",
          "[env][stream]") {
  const TempFolder folder;
  const std::string items = folder.write("a.csv", "when,key\n1,a\n2,b\n");
  const auto said = [&](const std::string& text, bool action) {
    ImportPlan plan = plan_for(items, folder.write("e.csv", text));
    plan.columns["item_id"] = "key";
    plan.event_columns = {{"t", "t"}, {"item_id", "item"}};
    if (action) plan.event_columns["action"] = "do";
    return imported(plan);
  };
  CHECK(contains(said("t,item\n1,x\n2,y\n", false).problems, "'x' is no item of " + items));
  CHECK(contains(said("t,item,do\n1,a,buy\n", true).problems,
                 "e.csv:2: do: unknown action 'buy' (known: view"));
  const Result plain = said("t,item\n5,b\n0,a\n", false);
  CHECK(plain.problems == "");
  CHECK(plain.made.tables.events.action == std::vector<std::string>{"view", "view"});
  CHECK(plain.made.tables.meta.t_first == 0);
  CHECK(plain.made.tables.meta.t_last == 5);
  CHECK(notes(plain.made, "every one is a view"));
  CHECK(notes(plain.made, "1 lie before the arrival"));
}

}  // namespace infodiet::test
