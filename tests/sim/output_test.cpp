#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "env/core/error.hpp"
#include "sim/json_writer.hpp"
#include "sim/progress.hpp"
#include "sim/run_directory.hpp"
#include "sim/table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// What is printed into a temporary file by `body(file)`.
template <class Body>
std::string printed(const Body& body) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  body(file);
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace

TEST_CASE("display_width: it counts columns, not bytes", "[sim][output]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("plain") == 5);
  CHECK(display_width("1.5 ± 0.2") == 9);
  CHECK(display_width("Müller") == 6);
  CHECK(display_width("e\u0301t\u00e9") == 3);  // one accent combines, one does not
  CHECK(display_width("日本") == 4);
}

TEST_CASE("Table: columns line up whatever the letters, and titles break before they widen",
          "[sim][output]") {
  Table table({{"agent", "", true}, {"value per minute read", "min/day"}});
  table.add_row({"Müller", "1.5 ± 0.2"});
  table.add_row({"x", "-12.5 ± 0.2"});
  CHECK(table.text() ==
        "          value per\n"
        "agent   minute read\n"
        "            min/day\n"
        "──────  ───────────\n"
        "Müller    1.5 ± 0.2\n"
        "x       -12.5 ± 0.2\n");
  CHECK(table.width() == 19);
  CHECK(table.text(true).find("\x1b[1m") != std::string::npos);
  CHECK(table.markdown() ==
        "| agent | value per minute read [min/day] |\n"
        "| :-- | --: |\n"
        "| Müller | 1.5 ± 0.2 |\n"
        "| x | -12.5 ± 0.2 |\n");
  CHECK_THROWS_AS(table.add_row({"one cell"}), Error);
}

TEST_CASE("Table: a bar in a cell does not end it in Markdown", "[sim][output]") {
  Table table({{"a"}});
  table.add_row({"x|y"});
  CHECK(table.markdown().find("| x\\|y |") != std::string::npos);
}

TEST_CASE("progress_line: share, time past, time left and rate are right", "[sim][output]") {
  CHECK(progress_line("eval", "task", 37, 100, 41, 70, false) ==
        "eval  37%|########                | 37/100 [00:41<01:10, 0.902 task/s]");
  const std::string eighths = progress_line("eval", "task", 1, 16, 2, 50, true);
  CHECK(display_width(eighths) == 50);
  CHECK(eighths.find("▌") != eighths.npos);  // 1/16 of 8 columns is half a column
  CHECK(progress_line("eval", "task", 0, 100, 0, 70, false).find("[00:00<?, 0 task/s]") !=
        std::string::npos);
  CHECK(progress_line("eval", "task", 1, 2, 7322, 0, false) ==
        "eval  50% 1/2 [2:02:02<2:02:02, 0.000137 task/s]");
  CHECK(progress_line("eval", "task", 0, 0, 1, 70, false).find("  0%") != std::string::npos);
}

TEST_CASE("progress_line: numbers stand at the end, and counts may be short", "[sim][output]") {
  const ProgressExtras extras{.short_counts = true,
                              .numbers = {"score 2.31", "value 3.4", "overload 1.1"}};
  const auto line = [&extras](int width) {
    return progress_line("train", "decision", 370000, 1000000, 40.5, width, false, extras);
  };
  CHECK(line(120) ==
        "train  37%|###########                    | 370k/1.0M [00:41<01:09, 9.1k decision/s] "
        "score 2.31  value 3.4  overload 1.1");
  CHECK(line(0) ==
        "train  37% 370k/1.0M [00:41<01:09, 9.1k decision/s] score 2.31  value 3.4  overload 1.1");
  CHECK(progress_line("train", "decision", 1050, 9999, 10, 0, false, {.short_counts = true}) ==
        "train  10% 1.0k/9.9k [00:10<01:25, 105 decision/s]");
}

TEST_CASE("progress_line: what was done before the clock started does not count for its rate",
          "[sim][output]") {
  CHECK(progress_line("train", "decision", 700, 1000, 10, 0, false, {.first = 600}) ==
        "train  70% 700/1000 [00:10<00:30, 10 decision/s]");
}

TEST_CASE("progress_line: it is never wider than it may be, and the bar outlives the numbers",
          "[sim][output]") {
  const ProgressExtras extras{.short_counts = true,
                              .numbers = {"score 2.31", "Wert 3,4 ± 0,1", "overload 1.1"}};
  std::size_t parts_before = 0;
  for (int width = 1; width <= 160; ++width) {
    CAPTURE(width);
    const std::string line =
        progress_line("Übung", "decision", 370000, 1000000, 40.5, width, true, extras);
    CAPTURE(line);
    CHECK(display_width(line) <= width);
    // the wider, the more is told
    std::size_t parts = 0;
    for (const char* part : {"37%", "Übung", "370k/1.0M", "[00:41<01:09", "|", "score 2.31",
                             "Wert 3,4 ± 0,1", "overload 1.1"}) {
      if (line.find(part) == line.npos) break;
      ++parts;
    }
    CHECK(parts >= parts_before);
    parts_before = parts;
  }
  CHECK(parts_before == 8);
}

TEST_CASE("short_count: four characters at most, and never more than there is", "[sim][output]") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(999) == "999");
  CHECK(short_count(1000) == "1.0k");
  CHECK(short_count(1999) == "1.9k");
  CHECK(short_count(9999) == "9.9k");
  CHECK(short_count(10000) == "10k");
  CHECK(short_count(999999) == "999k");
  CHECK(short_count(1000000) == "1.0M");
  CHECK(short_count(2500000000) == "2.5G");
  CHECK(short_count(999999999999999) == "999T");
  CHECK(short_count(12000000000000000) == "12000T");
}

TEST_CASE("Progress: the last line has the last numbers, though the count is the same",
          "[sim][output]") {
  for (const ProgressMode mode : {ProgressMode::kPlain, ProgressMode::kBar}) {
    const std::string text = printed([mode](std::FILE* file) {
      Progress progress(mode, "train", "decision", 2000, {.short_counts = true}, file);
      progress.update(1000, {"score 1"});
      progress.update(2000, {"score 2"});
      progress.update(1500, {"score 3"});  // late, and ignored
      progress.update(2000, {"score 4"});
    });
    CAPTURE(text);
    CHECK(text.find("2.0k/2.0k") != text.npos);
    CHECK(text.rfind("score 4") != text.npos);
    CHECK(text.rfind("score") == text.rfind("score 4"));
    CHECK(text.find("score 3") == text.npos);
  }
  const std::string text = printed([](std::FILE* file) {
    Progress progress(ProgressMode::kBar, "train", "decision", 2000, {}, file);
    progress.update(2000, {"score 1"});  // drawn at once
    progress.update(2000, {"score 2"});  // too soon to be drawn
  });
  CHECK(text.find("score 2") != text.npos);
}

TEST_CASE("Progress: plain mode waits ten seconds, and the end is always told", "[sim][output]") {
  const std::string text = printed([](std::FILE* file) {
    Progress progress(ProgressMode::kPlain, "eval", "task", 500, file);
    for (int i = 1; i <= 500; ++i) progress.update(i);
  });
  CHECK(text.find("500/500") != text.npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.find('\r') == text.npos);
}

TEST_CASE("Progress: a bar is one line, redrawn at most ten times a second", "[sim][output]") {
  const std::string text = printed([](std::FILE* file) {
    Progress progress(ProgressMode::kBar, "eval", "task", 100000, file);
    for (int i = 1; i <= 100000; ++i) progress.update(i);
  });
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.back() == '\n');
  CHECK(std::count(text.begin(), text.end(), '\r') < 50);  // 100000 updates, far below 5 s
  CHECK(text.find("100%") != text.npos);
}

TEST_CASE("Progress: what is no terminal gets no bar, and none means nothing", "[sim][output]") {
  const auto text_of = [](ProgressMode mode) {
    return printed([mode](std::FILE* file) {
      Progress progress(mode, "eval", "task", 2, file);
      progress.update(2);
    });
  };
  CHECK(text_of(ProgressMode::kAuto).find('\r') == std::string::npos);
  CHECK_FALSE(text_of(ProgressMode::kAuto).empty());
  CHECK(text_of(ProgressMode::kNone).empty());
  CHECK(progress_mode("plain") == ProgressMode::kPlain);
  CHECK_THROWS_AS(progress_mode("fancy"), Error);
}

TEST_CASE("Progress: threads may report in any order", "[sim][output]") {
  const std::string text = printed([](std::FILE* file) {
    Progress progress(ProgressMode::kPlain, "eval", "task", 2000, file);
    std::vector<std::thread> threads;
    for (int first = 1; first <= 2; ++first) {
      threads.emplace_back([&progress, first] {
        for (int i = first; i <= 2000; i += 2) progress.update(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  CHECK(text.find("2000/2000") != text.npos);
}

TEST_CASE("write_whole: it replaces a file at once and leaves nothing beside it", "[sim][output]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "scores.csv";
  write_whole(file, "first");
  CHECK(content(file) == "first");
  const std::string large(3000000, 'x');
  write_whole(file, large);
  CHECK(content(file) == large);
  CHECK(entries(folder.path()) == 1);

  CHECK_THROWS_AS(write_whole(folder.path() / "missing" / "file", "x"), Error);
  // a folder stands in the way: the old state stays, the temporary file goes
  fs::create_directory(folder.path() / "taken");
  write_whole(folder.path() / "taken" / "inside", "x");
  CHECK_THROWS_AS(write_whole(folder.path() / "taken", "x"), Error);
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("RunDirectory: two runs of one second have folders of their own", "[sim][output]") {
  const TemporaryFolder folder;
  std::set<fs::path> paths;
  for (int i = 0; i < 50; ++i) {
    RunDirectory run({.root = folder.path().string(), .name = "a", .what = "eval", .seeds = {7}});
    paths.insert(run.path());
    run.finish("finished", 0);
  }
  CHECK(paths.size() == 50);
  CHECK(entries(folder.path() / "a") == 50);
  const std::string name = paths.begin()->filename().string();
  // 20261122-103021-eval-s7-k3f2a
  REQUIRE(name.size() == 29);
  CHECK(name.find_first_not_of("0123456789") == 8);
  CHECK(name.substr(15, 9) == "-eval-s7-");
}

TEST_CASE("RunDirectory: it tells how the run was made and how it ended", "[sim][output]") {
  const TemporaryFolder folder;
  const RunDirectory::Start start{.root = folder.path().string(),
                                  .name = "quick",
                                  .what = "eval",
                                  .seeds = {3, 4},
                                  .threads = 2,
                                  .command = "infodiet eval x.yaml",
                                  .config = "run:\n  seed: 3\n"};
  fs::path path;
  {
    RunDirectory run(start);
    path = run.path();
    CHECK(content(path / "config.yaml") == start.config);
    CHECK(content(path / "command.txt") == start.command + "\n");
    CHECK(content(path / "meta.json").find("\"status\": \"running\"") != std::string::npos);
    run.log("one");
    run.log("two");
    CHECK(content(path / "log.txt").find(" one\n") != std::string::npos);
    run.finish("interrupted", 130);
  }
  const std::string meta = content(path / "meta.json");
  CHECK(meta.find("\"status\": \"interrupted\"") != meta.npos);
  CHECK(meta.find("\"exit_code\": 130") != meta.npos);
  for (const char* key : {"version", "commit", "dirty", "compiler", "build_type", "arch", "kernels",
                          "cpu", "cores", "threads", "started", "stopped", "seeds"}) {
    INFO(key);
    CHECK(meta.find("\"" + std::string(key) + "\": ") != meta.npos);
  }
  {
    RunDirectory run(start);  // left by an exception
    path = run.path();
  }
  CHECK(content(path / "meta.json").find("\"status\": \"failed\"") != std::string::npos);
}

TEST_CASE("RunDirectory: a place where nothing can be made is an error with a cure",
          "[sim][output]") {
  const TemporaryFolder folder;
  write_whole(folder.path() / "file", "in the way");
  try {
    const RunDirectory run({.root = (folder.path() / "file").string(), .name = "a", .seeds = {1}});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kIo);
    CHECK(std::string(error.what()).find("--out") != std::string::npos);
  }
}

TEST_CASE("JsonWriter: it nests, escapes, and keeps every bit of a number", "[sim][output]") {
  JsonWriter json;
  json.begin_object()
      .member("text", "a \"b\" \\ \n\t")
      .member("true", true)
      .member("count", 18446744073709551615ull)
      .begin_array("numbers")
      .element(0.1)
      .element(1e300)
      .element(std::numeric_limits<double>::quiet_NaN())
      .end()
      .begin_object("empty")
      .end()
      .end();
  CHECK(json.text() ==
        "{\n"
        "  \"text\": \"a \\\"b\\\" \\\\ \\n\\u0009\",\n"
        "  \"true\": true,\n"
        "  \"count\": 18446744073709551615,\n"
        "  \"numbers\": [\n"
        "    0.1,\n"
        "    1e+300,\n"
        "    null\n"
        "  ],\n"
        "  \"empty\": {}\n"
        "}\n");
}

}  // namespace infodiet::test
