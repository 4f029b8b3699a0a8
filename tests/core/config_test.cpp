#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "tests/core/config_samples.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {

namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Files that are gone at the end of a test.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / ("infodiet_config_test_" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "sub");
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

SampleConfig read_file(const std::string& path, const std::vector<std::string>& overrides = {}) {
  SampleConfig config;
  ConfigFile(path, overrides).read_into(config);
  return config;
}

std::string file_complaints(const std::string& path,
                            const std::vector<std::string>& overrides = {}) {
  try {
    read_file(path, overrides);
  } catch (const Error& e) {
    REQUIRE(e.code() == ErrorCode::kConfig);
    return e.what();
  }
  return "";
}

std::map<std::string, ConfigFile::Origin> origins_of(const ConfigFile& file) {
  SampleConfig config;
  file.read_into(config);
  std::map<std::string, ConfigFile::Origin> rows;
  for (const auto& row : file.origins(config)) rows[row.key] = row;
  return rows;
}

/// The value of a field by its dotted key, as it would be written.
std::string value(const std::string& text, const std::string& key,
                  const std::vector<std::string>& overrides = {}) {
  return origins_of(ConfigFile::from_text(text, "exp.yaml", overrides)).at(key).value;
}

}  // namespace

TEST_CASE("ConfigFile: an absent key keeps the default", "[core]") {
  const SampleConfig config = read_sample("count: 4\n");
  CHECK(config.count == 4);
  CHECK(config.seed == 18446744073709551615u);
  CHECK(config.gadget.name() == "lamp");
  CHECK(config.gadgets.size() == 2);
  // null and an empty value are absent keys
  CHECK(read_sample("count: ~\nflag:\ninner:\ngadget: null\n").count == 3);
  CHECK(read_sample("").count == 3);
}

TEST_CASE("ConfigFile: every type is read", "[core]") {
  const SampleConfig config = read_sample(
      "flag: false\ncount: 365\nseed: 18446744073709551614\nrate: 0.1\nprecise: 1e-7\ncap: .inf\n"
      "mode: fast\nlabel: plain words, with a comma\nweights: [1, -2.5]\n"
      "inner: {kappa: 2, name: x, limits: {low: -1}}\ngadget: {name: motor, speed: 5}\n"
      "gadgets: [motor, {name: lamp, bulbs: 9}]\n");
  CHECK_FALSE(config.flag);
  CHECK(config.count == 365);
  CHECK(config.seed == 18446744073709551614u);
  CHECK(config.rate == 0.1f);
  CHECK(config.precise == 1e-7);
  CHECK(std::isinf(config.cap));
  CHECK(config.mode == "fast");
  CHECK(config.label == "plain words, with a comma");
  CHECK(config.weights == std::vector<double>{1, -2.5});
  CHECK(config.inner.kappa == 2);
  CHECK(config.inner.name == "x");
  CHECK(config.inner.limits.low == -1);
  CHECK(config.inner.limits.high == 0.75);
  CHECK(config.gadget.name() == "motor");
  REQUIRE(config.gadgets.size() == 2);
  CHECK(config.gadgets[0].name() == "motor");
  CHECK(GadgetRegistry::instance().make(config.gadgets[1])->say() == "lamp with 9");
}

TEST_CASE("ConfigFile: whole numbers may be written as floats, lossy ones are refused", "[core]") {
  for (const char* hundred : {"100", "1e2", "1.0e+2", "100.0", "1_00", "+100", "10000e-2"})
    CHECK(read_sample(std::string("count: ") + hundred).count == 100);
  CHECK(read_sample("seed: 1.8446744073709551615e19").seed == 18446744073709551615u);
  CHECK(read_sample("seed: 9007199254740993").seed == 9007199254740993u);  // 2^53 + 1
  for (const char* bad :
       {"1.5", "1e-1",   "010",  "0x10", "0b1",  "1e99", "1:30", "ten", "'3'", "true",
        "[1]", "{a: 1}", "1__0", ".inf", ".nan", "1e",   "-1",   "366", "_1",  "1_"})
    CHECK(has(complaints(std::string("count: ") + bad), "exp.yaml:1:8: error: count: "));
  CHECK(has(complaints("seed: 18446744073709551616"), "out of range"));
  CHECK(has(complaints("seed: -1"), "out of range"));
  CHECK(has(complaints("count: 010"), "without leading zeros"));
  CHECK(has(complaints("count: '3'"), "remove the quotes"));
}

TEST_CASE("ConfigFile: floats are exact, and infinite only where the range is", "[core]") {
  CHECK(read_sample("precise: 0.30000000000000004").precise == 0.1 + 0.2);
  CHECK(std::signbit(read_sample("precise: -0.0").precise));
  // 0.1f is above 0.1, the upper limit; what was written is not
  CHECK(read_sample("rate: 0.1").rate == 0.1f);
  CHECK(complaints("cap: .inf").empty());
  CHECK(has(complaints("precise: .inf"), "out of range"));
  CHECK(has(complaints("precise: -.inf"), "out of range"));
  CHECK(has(complaints("cap: .nan"), "expected a number"));
  CHECK(has(complaints("cap: inf"), "write .inf"));
  CHECK(has(complaints("cap: 1e999"), "too large"));
  CHECK(has(complaints("rate: 1e-60"), "too near to zero"));
  CHECK(has(complaints("weights: [1, 101, x]"), "exp.yaml:1:14"));
  CHECK(has(complaints("weights: [1, 101, x]"), "exp.yaml:1:19"));
  CHECK(has(complaints("weights: 1"), "expected a list of numbers"));
}

TEST_CASE("ConfigFile: a bool is true or false and nothing else", "[core]") {
  CHECK_FALSE(read_sample("flag: false").flag);
  for (const char* yes : {"yes", "on", "True", "1", "Y"})
    CHECK(has(complaints(std::string("flag: ") + yes), "(write true)"));
  for (const char* no : {"no", "off", "FALSE", "0"})
    CHECK(has(complaints(std::string("flag: ") + no), "(write false)"));
  CHECK(has(complaints("flag: 'true'"), "remove the quotes"));
}

TEST_CASE("ConfigFile: what another reader takes for no text must be quoted", "[core]") {
  for (const char* word : {"1.2", "yes", "off", "2026-01-01", "12:30", "1e6", "0x1f", ".inf", "="})
    CHECK(has(complaints(std::string("label: ") + word), "write it in quotes"));
  CHECK(read_sample("label: 1.2.3").label == "1.2.3");
  CHECK(read_sample("label: '1.2'").label == "1.2");
  CHECK(read_sample("label: !!str 1.2").label == "1.2");
  CHECK(has(complaints("mode: off"), "write it in quotes"));
  CHECK(read_sample("mode: 'off'").mode == "off");
}

TEST_CASE("ConfigFile: all problems are told at once, in the order of the file", "[core]") {
  const std::string text = complaints(
      "count: 0\n"
      "rate: x\n"
      "inner:\n"
      "  kapa: 1\n"
      "count: 1\n"
      "gadgets: [plain, plian]\n",
      {"seed=-1", "mode"});
  const std::vector<std::string> expected = {
      "exp.yaml:1:8: error: count: 0 is out of range (1 to 365 d)\n",
      "exp.yaml:2:7: error: rate: expected a number (0 to 0.1 per min), got 'x'\n",
      "exp.yaml:4:3: error: unknown key 'kapa' in inner (did you mean 'kappa'?)\n"
      "     4 |   kapa: 1\n"
      "       |   ^~~~\n",
      "exp.yaml:5:1: error: duplicate key 'count' (first written in line 1)\n",
      "exp.yaml:6:18: error: gadgets[1]: unknown gadget 'plian' (known: box, lamp, motor, plain; "
      "did you mean 'plain'?)\n",
      "command line: seed=-1: error: seed: -1 is out of range (0 to 18446744073709551615)\n"
      "       | seed=-1\n"
      "       |      ^~\n",
      "command line: mode: error: expected key=value, as in run.seed=7\n",
      "7 errors"};
  std::size_t at = 0;
  for (const std::string& part : expected) {
    INFO(text);
    INFO(part);
    const std::size_t found = text.find(part, at);
    REQUIRE(found != std::string::npos);
    at = found + part.size();
  }
  CHECK(at == text.size());
}

TEST_CASE("ConfigFile: a config is filled whole or left as it was", "[core]") {
  SampleConfig config;
  const ConfigFile file = ConfigFile::from_text("count: 9\nrate: x\n", "exp.yaml");
  CHECK_THROWS_AS(file.read_into(config), Error);
  CHECK(config.count == 3);
}

TEST_CASE("ConfigFile: an unknown key gets the nearest known one", "[core]") {
  CHECK(
      has(complaints("cuont: 1"), "unknown key 'cuont' at the top level (did you mean 'count'?)"));
  // '-' for '_' and the wrong case
  CHECK(has(complaints("Fl-ag: true"), "did you mean 'flag'?"));
  // the key belongs to another section
  CHECK(has(complaints("kappa: 1"), "did you mean 'inner.kappa'?"));
  CHECK(has(complaints("inner: {flag: true}"), "did you mean 'flag'?"));
  CHECK(has(complaints("speed: 1"), "'gadget.speed'"));
  // to another plug-in
  CHECK(has(complaints("gadget: {name: lamp, speed: 1}"), "(a key of motor, but this is lamp)"));
  CHECK(has(complaints("gadgets: [{name: lamp, speed: 1}]"), "(a key of motor, but this is lamp)"));
  // nowhere
  CHECK(has(complaints("inner: {qqqqqq: 1}"), "(known keys: kappa, name, limits)"));
  CHECK(has(complaints("inner.kappa: 1"), "dots are for the command line"));
  CHECK(has(complaints("inner: {extends: x}"), "only the top of a file"));
}

TEST_CASE("ConfigFile: a section is a map and a plug-in is a name or a map", "[core]") {
  CHECK(has(complaints("inner: 5"), "inner: expected a map of settings, got '5'"));
  CHECK(has(complaints("inner: [1]"), "inner: expected a map of settings, got a list"));
  CHECK(has(complaints("gadget: [lamp]"), "expected the name of a gadget or a map with it"));
  CHECK(has(complaints("gadget: lmap"), "did you mean 'lamp'?"));
  CHECK(has(complaints("gadget: {name: 5}"), "gadget: expected text"));
  CHECK(has(complaints("gadgets: lamp"), "expected a list of gadgets"));
  CHECK(has(complaints("gadgets: [~]"), "expected a gadget, got nothing"));
  CHECK(has(complaints("- 1"), "a config is a map of settings"));
  CHECK(has(complaints("word"), "a config is a map of settings"));
  // without a name the keys are those of the default
  CHECK(value("gadget: {bulbs: 8}", "gadget.bulbs") == "8");
}

TEST_CASE("ConfigFile: a check that fails is placed at the value it names", "[core]") {
  CHECK(has(complaints("inner:\n  limits:\n    high: 1\n    low: 2\n"),
            "exp.yaml:4:10: error: inner.limits.low: must not be above high"));
  // at the section where the value is absent
  CHECK(has(complaints("inner:\n  limits:\n    high: 0\n"),
            "exp.yaml:2:3: error: inner.limits.low: must not be above high"));
  CHECK(has(complaints("gadgets:\n  - {name: lamp, limits: {low: 2}}"),
            "exp.yaml:2:32: error: gadgets[0]"));
  CHECK(has(complaints("", {"inner.limits.low=9"}), "command line: inner.limits.low=9: error: "));
  // not run on values that could not be read
  CHECK_FALSE(has(complaints("inner: {limits: {low: 9, high: x}}"), "must not be above"));
}

TEST_CASE("ConfigFile: overrides win, the later over the earlier", "[core]") {
  const std::string text = "count: 4\ninner: {kappa: 1, name: x}\n";
  const SampleConfig config =
      read_sample(text, {"count=5", "inner.kappa=2", "count=6", "inner.limits={low: -3}",
                         "weights=[7, 8]", "label=a = b", "gadgets=[motor]"});
  CHECK(config.count == 6);
  CHECK(config.inner.kappa == 2);
  CHECK(config.inner.name == "x");
  CHECK(config.inner.limits.low == -3);
  CHECK(config.weights == std::vector<double>{7, 8});
  CHECK(config.label == "a = b");
  CHECK(config.gadgets.size() == 1);
  CHECK(read_sample(text, {"count=null"}).count == 3);  // back to the default
  CHECK(read_sample(text, {"label=\"\""}).label.empty());

  // what YAML would drop in silence is refused
  for (const char* bad :
       {"count", "=1", "inner..kappa=1", "a b=1", "count=", "label=a #b", "label=#b", "label=\"a",
        "inner={kappa: 1", "extends=x.yaml", "label=--- a", "count=*a"})
    CHECK(has(complaints(text, {bad}), std::string("command line: ") + bad + ": error: "));
}

TEST_CASE("ConfigFile: a name on the command line starts a plug-in afresh", "[core]") {
  const std::string text = "gadget: {name: motor, speed: 7, bulbs: 2}\n";
  // the same name changes nothing
  CHECK(value(text, "gadget.speed", {"gadget=motor"}) == "7.0");
  CHECK(value(text, "gadget.speed", {"gadget.bulbs=1"}) == "7.0");
  // another one leaves what the file says of the motor behind, also a key that both have
  CHECK(value(text, "gadget.bulbs", {"gadget=lamp"}) == "1");
  CHECK(value(text, "gadget.bulbs", {"gadget.bulbs=5", "gadget.name=lamp"}) == "5");
  CHECK(value("gadget: motor", "gadget.brightness", {"gadget=lamp"}) == "0.5");
  CHECK(value("gadget: motor", "gadget.speed", {"gadget.speed=3"}) == "3.0");
  // in one layer a key unknown to the plug-in named there is an error, in whatever order
  CHECK(has(complaints("gadget: {speed: 1, name: lamp}"), "unknown key 'speed'"));
  CHECK(has(complaints(text, {"gadget.speed=1", "gadget=lamp"}), "unknown key 'speed'"));
  CHECK(has(complaints("", {"gadget.brightness=1", "gadget=motor"}), "unknown key 'brightness'"));
  // a slip in what is left behind is a slip
  CHECK(
      has(complaints("gadget: {name: motor, sped: 1}", {"gadget=lamp"}), "did you mean 'speed'?"));
  // keys of a nameless layer were meant for the default, or for what a later layer names
  CHECK(value("gadget: {brightness: 0.25, bulbs: 2}", "gadget.bulbs", {"gadget=motor"}) == "2");
  CHECK(has(complaints("gadget: {sped: 1}", {"gadget=motor"}), "unknown key 'sped'"));
  // the section `inner` has a key `name` too, but is no plug-in
  CHECK(value("inner: {name: a, kappa: 2}", "inner.kappa", {"inner.name=b"}) == "2.0");
  CHECK(has(complaints("inner: {kappa: 2}", {"inner=b"}),
            "inner: expected a map of settings, got 'b'"));
}

TEST_CASE("ConfigFile: files extend one another", "[core]") {
  const Folder folder;
  folder.write("base.yaml",
               "count: 10\nseed: 1\nweights: [1, 2, 3]\ninner: {kappa: 1, name: base}\n");
  folder.write("sub/more.yaml", "extends: ../base.yaml\nseed: 2\ninner: {limits: {low: -5}}\n");
  folder.write("sub/other.yaml", "seed: 3\nrate: 0.01\n");
  const std::string path = folder.write(
      "exp.yaml", "rate: 0.02\nweights: [9]\nextends: [sub/more.yaml, sub/other.yaml]\ninner:\n");

  const SampleConfig config = read_file(path, {"flag=false"});
  CHECK(config.count == 10);                        // two files down
  CHECK(config.seed == 3);                          // of a list the later wins
  CHECK(config.rate == 0.02f);                      // the file itself wins, wherever it says so
  CHECK(config.weights == std::vector<double>{9});  // lists replace
  CHECK(config.inner.kappa == 1);                   // maps merge; an empty section says nothing
  CHECK(config.inner.limits.low == -5);
  CHECK_FALSE(config.flag);

  // null is not nothing: it returns to the default
  CHECK(read_file(folder.write("reset.yaml", "extends: base.yaml\nseed: ~\n")).seed ==
        SampleConfig().seed);
}

TEST_CASE("ConfigFile: an extends that leads nowhere or back is refused at its place", "[core]") {
  const Folder folder;
  const std::string a = folder.write("a.yaml", "extends: sub/b.yaml\n");
  folder.write("sub/b.yaml", "extends: [../a.yaml]\n");
  CHECK(has(file_complaints(a), "b.yaml:1:11: error: extends: a circle: "));
  CHECK(has(file_complaints(a), "a.yaml -> "));
  const std::string self = folder.write("self.yaml", "extends: self.yaml\n");
  CHECK(has(file_complaints(self), "a circle"));

  CHECK(has(file_complaints(folder.write("c.yaml", "extends: none.yaml\n")),
            "c.yaml:1:10: error: extends: cannot read '"));
  CHECK(has(file_complaints(folder.write("d.yaml", "extends: sub\n")), "it is not a file"));
  CHECK(has(file_complaints(folder.write("e.yaml", "extends: {a: b}\n")), "expected a path"));
  CHECK(has(file_complaints(folder.write("f.yaml", "extends:\n")), "expected a path"));
  // a file extended twice is no circle
  folder.write("g.yaml", "count: 7\n");
  CHECK(read_file(folder.write("h.yaml", "extends: [g.yaml, g.yaml]\n")).count == 7);
  // twice at each of many levels must not explode
  for (int i = 0; i < 40; ++i) {
    const std::string next = "x" + std::to_string(i + 1) + ".yaml";
    folder.write("x" + std::to_string(i) + ".yaml", "extends: [" + next + ", " + next + "]\n");
  }
  folder.write("x40.yaml", "count: 7\n");
  CHECK(has(file_complaints(folder.path("x0.yaml")), "more than 256 files"));

  CHECK_THROWS_AS(ConfigFile(folder.path("missing.yaml"), {}), Error);
  try {
    ConfigFile(folder.path("missing.yaml"), {});
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::kIo);
  }
}

TEST_CASE("ConfigFile: problems of an extended file are placed in that file", "[core]") {
  const Folder folder;
  folder.write("base.yaml", "\ncount: 0\ngadget: {name: motor, sped: 1}\n");
  const std::string path = folder.write("exp.yaml", "extends: base.yaml\ngadget: lamp\n");
  const std::string text = file_complaints(path);
  CHECK(has(text, "base.yaml:2:8: error: count: 0 is out of range"));
  CHECK(has(text, "base.yaml:3:23: error: unknown key 'sped'"));
  CHECK(has(text, "2 errors"));
}

TEST_CASE("ConfigFile: a path is relative to the file it is written in", "[core]") {
  const Folder folder;
  folder.write("sub/base.yaml", "folder: ../data/\n");
  const std::string path =
      folder.write("exp.yaml", "extends: sub/base.yaml\ngadget: {name: motor, manual: m.txt}\n");
  const SampleConfig config = read_file(path);
  CHECK(config.folder == folder.path("data"));
  CHECK(has(write_yaml(config), "manual: \"" + folder.path("m.txt") + "\""));
  const std::string here = fs::current_path().string();
  CHECK(read_file(path, {"folder=x"}).folder == here + "/x");
  CHECK(read_file(path, {"folder=/abs"}).folder == "/abs");
  CHECK(read_file(path, {"folder=\"\""}).folder.empty());
  CHECK(read_sample("folder: a/../b").folder == here + "/b");
  // the default is relative to the working directory, and absolute once read
  CHECK(read_sample("").folder == here + "/runs");
  CHECK(has(complaints("folder: \"a\\0b\""), "control characters"));
  // and absolute when written, so that the resolved file may lie anywhere
  CHECK(has(write_yaml(SampleConfig()), "folder: \"" + here + "/runs\"\n"));
}

TEST_CASE("ConfigFile: every value knows where it came from", "[core]") {
  const Folder folder;
  folder.write("base.yaml", "count: 10\nseed: 5\ninner:\n  kappa: 1\n  name: x\n");
  const std::string path = folder.write(
      "exp.yaml", "extends: base.yaml\n\ninner:\n  kappa: 2\ngadget: motor\nseed: ~\n");
  const ConfigFile file(path, {"rate=0.05", "gadget.speed=6", "gadgets=[plain]"});
  const auto rows = origins_of(file);
  const auto origin = [&](const std::string& key) { return rows.at(key).origin; };
  CHECK(origin("count") == folder.path("base.yaml") + ":1");
  CHECK(origin("inner.kappa") == path + ":4");
  CHECK(origin("inner.name") == folder.path("base.yaml") + ":5");
  CHECK(origin("inner.limits.low") == "default");
  CHECK(origin("seed") == "default");  // returned to it
  CHECK(origin("rate") == "command line");
  CHECK(origin("gadget.name") == path + ":5");
  CHECK(origin("gadget.speed") == "command line");
  CHECK(origin("gadget.bulbs") == "default");
  CHECK(origin("gadgets") == "command line");
  CHECK(rows.at("gadgets").value == "[{name: \"plain\"}]");
  CHECK(rows.at("rate").unit == "1/min");
  CHECK(rows.at("count").unit == "d");
  CHECK(rows.at("label").value == "\"a \\\"quoted\\\" text\"");

  // in the order of the fields; what a former plug-in was told has left no trace
  SampleConfig config;
  const ConfigFile changed =
      ConfigFile::from_text("gadget: {name: motor, bulbs: 2}", "exp.yaml", {"gadget=lamp"});
  changed.read_into(config);
  const auto list = changed.origins(config);
  CHECK(list.front().key == "flag");
  CHECK(list.back().key == "gadgets");
  CHECK(origins_of(changed).at("gadget.bulbs").origin == "default");
}

TEST_CASE("Registry: a choice of an unknown plug-in is refused when it is made", "[core]") {
  const Choice choice(GadgetRegistry::instance(), "ladder");
  CHECK_FALSE(choice.known());
  CHECK_THROWS_AS(GadgetRegistry::instance().make(choice), Error);
  // it can be written, and an untouched default is no error of the file
  SampleConfig config;
  config.gadget = choice;
  CHECK(has(write_yaml(config), "gadget:\n  name: \"ladder\"\n"));
  ConfigFile::from_text("count: 4", "exp.yaml").read_into(config);
  CHECK(config.count == 4);
}

}  // namespace infodiet::test
