#include <limits>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "tests/core/config_samples.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A field that could not be written.
struct Unwritable : ConfigOf<Unwritable> {
  SampleInner inner;
  void fields(Fields& f) override { f({"inner", "-", "A section."}, inner); }
};

/// A plug-in's key `name` is that of the plug-in.
struct Clash : ConfigOf<Clash> {
  int count = 1;
  void fields(Fields& f) override {
    f({"count", "-", "Once."}, count);
    f({"count", "-", "Twice."}, count);
  }
};

}  // namespace

TEST_CASE("write_yaml: writes every field, strings quoted and floats as floats", "[core]") {
  SampleConfig config = read_sample("folder: /data\ngadgets: [plain, {name: motor, speed: 1e-5}]");
  CHECK(write_yaml(config) ==
        "flag: true\n"
        "count: 3\n"
        "seed: 18446744073709551615\n"
        "rate: 0.1\n"
        "precise: 0.3333333333333333\n"
        "cap: .inf\n"
        "mode: \"slow\"\n"
        "label: \"a \\\"quoted\\\" text\"\n"
        "weights: [1.0, 2.5e-07]\n"
        "folder: \"/data\"\n"
        "inner:\n"
        "  kappa: 0.125\n"
        "  name: \"inner\"\n"
        "  limits:\n"
        "    low: 0.25\n"
        "    high: 0.75\n"
        "gadget:\n"
        "  name: \"lamp\"\n"
        "  brightness: 0.5\n"
        "  bulbs: 1\n"
        "  limits:\n"
        "    low: 0.25\n"
        "    high: 0.75\n"
        "gadgets:\n"
        "  - name: \"plain\"\n"
        "  - name: \"motor\"\n"
        "    speed: 1.0e-05\n"
        "    bulbs: 0\n"
        "    \"on\": true\n"
        "    manual: \"\"\n");
}

TEST_CASE("write_yaml: reads back to the same bits and writes itself again", "[core]") {
  for (const std::string& text : sound_texts()) {
    INFO(text);
    SampleConfig config = read_sample(text);
    const std::string written = write_yaml(config);
    SampleConfig again = read_sample(written);
    CHECK(dump_bits(again) == dump_bits(config));
    CHECK(write_yaml(again) == written);
  }
}

TEST_CASE("write_yaml: what has no form in YAML is refused with its key", "[core]") {
  Unwritable config;
  const auto complaint = [&]() -> std::string {
    try {
      return write_yaml(config);
    } catch (const Error& e) {
      return e.what();
    }
  };
  config.inner.limits.low = std::numeric_limits<double>::quiet_NaN();
  CHECK(complaint() == "inner: limits: low: a NaN cannot be written to YAML");
  config.inner.limits.low = 0;
  config.inner.name = "\xFF";
  CHECK(complaint() == "inner: name: a text that is not UTF-8 cannot be written to YAML");
}

TEST_CASE("read_into: a struct that lists a field twice is our own mistake", "[core]") {
  Clash config;
  try {
    ConfigFile::from_text("count: 2", "exp.yaml").read_into(config);
    FAIL("nothing was thrown");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::kInternal);
  }
}

// Whether the schema accepts and refuses what it should is tried by pyyaml_roundtrip.py.
TEST_CASE("write_json_schema: describes every field and plug-in", "[core]") {
  const std::string schema = write_json_schema(SampleConfig(), "A \"sample\"");
  CHECK(has(schema, "\"$schema\": \"http://json-schema.org/draft-07/schema#\""));
  CHECK(has(schema, "\"title\": \"A \\\"sample\\\"\""));
  CHECK(has(schema, "\"description\": \"How many | of them. [d]\""));
  CHECK(has(schema, "\"maximum\": 18446744073709551615"));
  CHECK(has(schema, "\"const\": \"motor\""));
  CHECK(has(schema, "\"#/definitions/gadget.box\""));
  CHECK_FALSE(has(schema, "inf"));  // JSON has none
}

TEST_CASE("write_reference: lists every key with default, range, unit and meaning", "[core]") {
  const std::string page = write_reference(SampleConfig());
  CHECK(has(page, "| `count` | int | `3` | 1 to 365 | d | How many \\| of them. |\n"));
  CHECK(has(page, "| `mode` | text | `\"slow\"` | slow, fast, off |  | How. |\n"));
  CHECK(has(page, "## `inner`\n\nA section.\n\n| key |"));
  CHECK(has(page, "| `inner.limits.low` | double | `0.25` |  | min | Where it begins. |\n"));
  CHECK(has(page, "### gadget `plain`\n\nDoes nothing.\n\nIt has no keys.\n"));
  CHECK(has(page, "### gadget `box`\n\nHolds another gadget.\n\n| key |"));
  CHECK(has(page, "| `content` | gadget | `\"plain\"` | box, lamp, motor, plain |"));
}

}  // namespace infodiet::test
