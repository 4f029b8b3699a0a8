#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "env/core/config/suggest.hpp"
#include "env/core/config/yaml_scalar.hpp"
#include "env/core/config/yaml_tree.hpp"
#include "env/core/error.hpp"
#include "tests/core/config_samples.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {

namespace {

/// The tree in one line: scalars bare or in quotes, `~` for null, `_` for nothing.
std::string outline(const YamlNode& node) {
  using Kind = YamlNode::Kind;
  if (node.kind == Kind::kNothing) return "_";
  if (node.kind == Kind::kNull) return "~";
  if (node.kind == Kind::kScalar) return node.quoted ? "\"" + node.text + "\"" : node.text;
  std::string text;
  for (const YamlEntry& entry : node.entries) {
    text += (text.empty() ? "" : ", ") + (node.kind == Kind::kMap ? entry.key + ": " : "");
    text += outline(*entry.value);
  }
  return node.kind == Kind::kMap ? "{" + text + "}" : "[" + text + "]";
}

std::string parse(const std::string& text) {
  ConfigProblems problems;
  bool sound = false;
  const auto source = std::make_shared<ConfigSource>(ConfigSource{"exp.yaml", text, "/", 0, false});
  const auto root = parse_yaml(source, 0, problems, sound);
  try {
    problems.throw_if_any();
  } catch (const Error& e) {
    return e.what();
  }
  REQUIRE(sound);
  return outline(*root);
}

bool starts(const std::string& text, const std::string& part) { return text.rfind(part, 0) == 0; }

}  // namespace

TEST_CASE("parse_yaml: quotes, nulls and missing values are told apart", "[core]") {
  CHECK(parse("a: 1\nb: '1'\nc: ~\nd: null\ne:\nf: \"\"\n") ==
        "{a: 1, b: \"1\", c: ~, d: ~, e: _, f: \"\"}");
  // a key that looks like null, after a missing value
  CHECK(parse("a:\nnullable: 1\n") == "{a: _, nullable: 1}");
  CHECK(parse("{a: , b: null}") == "{a: _, b: ~}");
  CHECK(parse("a: |\n  x\n  y\nb: !!str 5\n") == "{a: \"x\ny\n\", b: \"5\"}");
  CHECK(parse("a: [1, [2, x y], {b: c}]\n") == "{a: [1, [2, x y], {b: c}]}");
  CHECK(parse("") == "_");
  CHECK(parse("# nothing\n") == "_");
  CHECK(parse("%YAML 1.2\n---\na: 1\n...\n") == "{a: 1}");
  CHECK(parse("\"a b\": 'it''s'\r\nc: d\r\n") == "{a b: \"it's\", c: d}");
}

TEST_CASE("parse_yaml: aliases are expanded and merge keys applied", "[core]") {
  CHECK(parse("a: &x {p: 1, q: 2}\nb: *x\n") == "{a: {p: 1, q: 2}, b: {p: 1, q: 2}}");
  // a key written beside << wins, before or after it; of several maps the earlier
  CHECK(parse("a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}\n") == "{a: {p: 1, q: 2}, b: {q: 3, p: 1}}");
  CHECK(parse("a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc: {<<: [*x, *y]}\n") ==
        "{a: {p: 1}, b: {p: 2, q: 3}, c: {p: 1, q: 3}}");
  CHECK(starts(parse("a: {<<: 1}\n"), "exp.yaml:1:5: error: '<<' takes over a map"));
  CHECK(starts(parse("a: *x\n"), "exp.yaml:1:4: error: no value above is marked"));
  CHECK(starts(parse("a: &x [*x]\n"), "exp.yaml:1:8: error: an alias inside the value"));
}

TEST_CASE("parse_yaml: what a parser would pass in silence is a problem", "[core]") {
  CHECK(starts(parse("a: 1\nb: 2\na: 3\n"),
               "exp.yaml:3:1: error: duplicate key 'a' (first written "
               "in line 1)\n     3 | a: 3\n       | ^"));
  CHECK(starts(parse("x: {a: 1, a: 2}\n"), "exp.yaml:1:11: error: duplicate key"));
  CHECK(starts(parse("a: 1\nb\n"), "exp.yaml:2:1: error: there is no ':'"));
  CHECK(starts(parse("x: {a, b: 1}\n"), "exp.yaml:1:5: error: there is no ':'"));
  CHECK(starts(parse("a: \"x\nb: 1\n"), "exp.yaml:1:4: error: this quote is never closed"));
  CHECK(starts(parse("a: 'x\n"), "exp.yaml:1:4: error: "));
  CHECK(starts(parse("a:\n\tb: 1\n"), "exp.yaml:2:1: error: tab in the indentation"));
  CHECK(starts(parse("a:\n  b: 1\n \tc: 1\n"), "exp.yaml:3:2: error: tab in the indentation"));
  CHECK(starts(parse("a: !!int 5\n"), "exp.yaml:1:4: error: tags"));
  CHECK(starts(parse("a: !x {b: 1}\n"), "exp.yaml:1:4: error: tags"));
  CHECK(starts(parse("a: 1\n---\nb: 2\n"), "exp.yaml:3:1: error: a second document"));
  CHECK(starts(parse("%foo\na: 1\n"), "exp.yaml:1:1: error: directives"));
  CHECK(starts(parse("[a]: 1\n"), "exp.yaml:1:1: error: a key must be a name"));
  CHECK(starts(parse("~: 1\n"), "exp.yaml:1:1: error: a key must be a name"));
  CHECK(starts(parse("a: \"\\_\"\n"), "exp.yaml:1:4: error: the escapes"));
  CHECK(starts(parse("a: \xC3\n"), "exp.yaml:1:4: error: not a text"));
  // yaml-cpp takes the byte 4 for the end of the file
  CHECK(starts(parse("a: 1\n\x04\nb: 2\n"), "exp.yaml:2:1: error: control character 0x04"));
}

TEST_CASE("parse_yaml: broken syntax is placed and explained", "[core]") {
  CHECK(starts(parse("a: {b: 1\nc: 2\n"), "exp.yaml:1:4: error: this bracket is not closed"));
  CHECK(starts(parse("a: [1, 2\n"), "exp.yaml:1:4: error: this bracket is not closed"));
  CHECK(starts(parse("a: 1}\nb: ]\n"), "exp.yaml:2:4: error: this bracket closes nothing"));
  CHECK(starts(parse("a: b: c\n"), "exp.yaml:1:5: error: a ':' where no key can be"));
  CHECK(starts(parse("a: @x\n"), "exp.yaml:1:4: error: no value can begin with this character"));
  CHECK(starts(parse("a: 'x' y\n"), "exp.yaml:1:8: error: "));
  // columns count characters; the caret stands under the value
  CHECK(parse("\xC3\xA9\xC3\xA9: @x\n") ==
        "exp.yaml:1:5: error: no value can begin with this character (put it in quotes)\n"
        "     1 | \xC3\xA9\xC3\xA9: @x\n"
        "       |     ^");
}

TEST_CASE("parse_yaml: hostile texts are refused in bounded time", "[core]") {
  CHECK(starts(parse(std::string(100000, '[')), "exp.yaml:1:"));
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(parse(deep).find("nested deeper than 64 levels") != std::string::npos);
  // each line stands for ten times the one before
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k > 0 ? ", *a" : "*a") + last;
    bomb += "]\n";
  }
  CHECK(parse(bomb).find("more than 100000 values") != std::string::npos);
  // aliases in aliases are levels too
  std::string chain = "a0: &a0 [1]\n";
  for (int i = 1; i < 70; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
             "]\n";
  CHECK(parse(chain).find("nested deeper than 64 levels") != std::string::npos);
  // messages stay short
  const std::string many = parse("a: " + std::string(1'000'000, 'x') + ": 1\n");
  CHECK(many.size() < 1000);
  std::string doubles = "a: 1\n";
  for (int i = 0; i < 500; ++i) doubles += "a: 1\n";
  const std::string text = parse(doubles);
  CHECK(text.find("500 errors, of which 100 are listed") != std::string::npos);
}

TEST_CASE("write_number: digits are shortest and read back to the same bits", "[core]") {
  CHECK(write_number(1.0) == "1.0");
  CHECK(write_number(0.1) == "0.1");
  CHECK(write_number(0.1f) == "0.1");
  CHECK(write_number(-0.0) == "-0.0");
  CHECK(write_number(1e-5) == "1.0e-05");
  CHECK(write_number(1.5e-7) == "1.5e-07");
  CHECK(write_number(1e22) == "1.0e+22");
  CHECK(write_number(1e6) == "1000000.0");
  CHECK(write_number(0.0001) == "0.0001");
  CHECK(write_number(1.0 / 3.0) == "0.3333333333333333");
  CHECK(write_number(kInfinity) == ".inf");
  CHECK(write_number(-kInfinity) == "-.inf");
  CHECK_THROWS_AS(write_number(std::numeric_limits<double>::quiet_NaN()), Error);

  // random bits, and the edges of the types
  std::uint64_t state = 1;
  for (int i = 0; i < 20000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto wide = std::bit_cast<double>(state);
    const auto narrow = std::bit_cast<float>(static_cast<std::uint32_t>(state >> 32));
    double wide_again = 0;
    float narrow_again = 0;
    if (wide == wide) {
      REQUIRE(to_float(scan_number(write_number(wide)), wide_again) == NumberFit::kFits);
      REQUIRE(std::bit_cast<std::uint64_t>(wide_again) == state);
    }
    if (narrow == narrow) {
      REQUIRE(to_float(scan_number(write_number(narrow)), narrow_again) == NumberFit::kFits);
      REQUIRE(std::bit_cast<std::uint32_t>(narrow_again) ==
              static_cast<std::uint32_t>(state >> 32));
    }
  }
  for (const double edge : {std::numeric_limits<double>::max(), std::numeric_limits<double>::min(),
                            std::numeric_limits<double>::denorm_min()}) {
    double again = 0;
    CHECK(to_float(scan_number(write_number(edge)), again) == NumberFit::kFits);
    CHECK(again == edge);
  }
}

TEST_CASE("scan_number: accepts the numbers of YAML 1.2 and underscores between digits", "[core]") {
  for (const char* good :
       {"0", "-0", "+1", ".5", "5.", "1.5e3", "1E+3", "1_000", "0.1_5", ".inf", "-.Inf", "+.INF"}) {
    INFO(good);
    CHECK(scan_number(good).valid);
  }
  for (const char* bad :
       {"",    "+",   ".",   "1__0", "_1",   "1_",  "1e",    "1e+", "01", "00", "-010",
        "0x1", "0o7", "0b1", "1:30", ".nan", "inf", "1.2.3", "1 ",  " 1", "1f", "e5"}) {
    INFO(bad);
    CHECK_FALSE(scan_number(bad).valid);
  }
  double value = 1;
  CHECK(to_float(scan_number("1e-99999999999999999999"), value) == NumberFit::kTooSmall);
  CHECK(to_float(scan_number("1e99999999999999999999"), value) == NumberFit::kTooLarge);
  CHECK(to_float(scan_number("0e99999999999999999999"), value) == NumberFit::kFits);
  CHECK(value == 0);
  int whole = 1;
  CHECK(to_integer(scan_number("-2147483648"), whole) == NumberFit::kFits);
  CHECK(whole == std::numeric_limits<int>::min());
  CHECK(to_integer(scan_number("2147483648"), whole) == NumberFit::kTooLarge);
  CHECK(to_integer(scan_number("0e99999999999999999999"), whole) == NumberFit::kFits);
  CHECK(whole == 0);
}

TEST_CASE("write_text: every text reads back", "[core]") {
  CHECK(write_text("a\"\\\n\t\x01") == "\"a\\\"\\\\\\n\\t\\x01\"");
  CHECK(write_text("\xC3\xA9") == "\"\xC3\xA9\"");
  CHECK(write_text("\xC2\x85\xC2\xA0\xE2\x80\xA8\xEF\xBB\xBF") == "\"\\x85\\xa0\\u2028\\ufeff\"");
  CHECK_THROWS_AS(write_text("\xC3"), Error);
  // every character of the first plane, a hundred to a text
  std::string text;
  for (std::uint32_t code = 0; code < 0x10000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    append_utf8(text, code);
    if (code % 100 == 0 || code == 0xFFFF) {
      const std::string written = write_text(text);
      REQUIRE(parse(written) == "\"" + text + "\"");
      text.clear();
    }
  }
}

TEST_CASE("is_plain_text: numbers, bools, nulls and dates are none", "[core]") {
  for (const char* good : {"a", "runs/x", "1.2.3", "1a", "v1", "-a", "nan", "inf", "1-2", "a 1",
                           "y", "n", "2026-01", "1e", "x:y", "1.2.3.4", "-", "."}) {
    INFO(good);
    CHECK(is_plain_text(good));
  }
  for (const char* bad : {"1",    "-1.5", "1e5",  "1.0e+5", ".5",         "1_0",
                          "0x1f", "0o7",  "017",  "1:30",   "2026-01-01", "2026-1-1 10:00:00",
                          "yes",  "Off",  "true", "null",   "~",          "",
                          "=",    "<<",   ".inf", ".nan"}) {
    INFO(bad);
    CHECK_FALSE(is_plain_text(bad));
  }
}

TEST_CASE("edit_distance: a swap of neighbours is one edit", "[core]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("entorpy", "entropy") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ca", "abc") == 3);  // 2 without the restriction
}

TEST_CASE("similar: names the nearest first, and nothing that is far", "[core]") {
  const std::vector<std::string> words = {"entropy_coef", "value_coef", "lr", "lambda"};
  CHECK(similar("entorpy_coef", words) == std::vector<std::string>{"entropy_coef"});
  CHECK(similar("Entropy-Coef", words) == std::vector<std::string>{"entropy_coef"});
  CHECK(similar("lamda", words) == std::vector<std::string>{"lambda"});
  CHECK(similar("momentum", words).empty());
  CHECK(similar("x", {"y"}).empty());  // one edit, but nothing is left of it
  CHECK(similar(std::string(1000, 'a'), words).empty());
  CHECK(did_you_mean({"a", "b", "c"}) == " (did you mean 'a', 'b' or 'c'?)");
  CHECK(did_you_mean({}).empty());
}

}  // namespace infodiet::test
