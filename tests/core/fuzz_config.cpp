// Mutates valid configs with a fixed seed and reads what comes of it. Whatever the bytes: either a
// config that survives being written and read again, or an Error kConfig with a place in it. Best
// run with address and undefined-behaviour sanitizers.
//
//   fuzz_config ITERATIONS [SEED]
//   fuzz_config --samples FOLDER   writes configs, their bits and the schema for
//   pyyaml_roundtrip.py

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "tests/core/config_samples.hpp"

namespace infodiet::test {
namespace {

/// Breaks one claim: ends the program with the text that shows it.
void require(bool holds, const char* claim, const std::string& text) {
  if (holds) return;
  std::cerr << "fuzz_config: does not hold: " << claim << "\n--- text\n" << text << "\n---\n";
  std::exit(1);
}

/// @returns whether the text was sound
bool check_one(const std::string& yaml, const std::vector<std::string>& overrides) {
  std::string text = yaml;  // for messages
  for (const std::string& line : overrides) text += "\n--- override\n" + line;
  SampleConfig config;
  try {
    const ConfigFile file = ConfigFile::from_text(yaml, "exp.yaml", overrides);
    file.read_into(config);
    require(file.origins(config).size() >= 15, "every field has an origin", text);
  } catch (const Error& e) {
    require(e.code() == ErrorCode::kConfig, "a bad text is the caller's mistake", text);
    const std::string what = e.what();
    require(what.find("error: ") != std::string::npos && what.find("^") != std::string::npos,
            "an error has a place", text + "\n--- error\n" + what);
    return false;
  } catch (const std::exception& e) {
    require(false, e.what(), text);
  }
  const std::string written = write_yaml(config);
  try {
    SampleConfig again = read_sample(written);
    require(dump_bits(again) == dump_bits(config), "written configs read back to the same bits",
            text);
    require(write_yaml(again) == written, "writing is a fixed point", text);
  } catch (const Error& e) {
    require(false, e.what(), text + "\n--- written\n" + written);
  }
  return true;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string text() {
    std::string out = pick(sound_texts());
    if (chance(4)) out += pick(sound_texts());
    for (int edits = below(6); edits > 0; --edits) edit(out);
    return out;
  }

  std::vector<std::string> overrides() {
    std::vector<std::string> out;
    while (chance(2)) {
      std::string text = pick(kKeys) + "=" + pick(kTokens);
      if (chance(3)) edit(text);
      out.push_back(text);
    }
    return out;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int one_in) { return below(one_in) == 0; }
  const std::string& pick(const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

  void edit(std::string& text) {
    const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size()) + 1));
    const auto length = static_cast<std::size_t>(below(8));
    switch (below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, pick(kTokens));
        break;
      case 2:
        text.insert(at, pick(kKeys) + ": " + pick(kTokens) + "\n");
        break;
      case 3:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 4:
        text.insert(at,
                    text.substr(static_cast<std::size_t>(below(static_cast<int>(text.size()) + 1)),
                                length * 4));
        break;
      default:
        for (std::size_t line = text.find('\n', at); line != std::string::npos && chance(2);
             line = text.find('\n', line + 2))
          text.insert(line + 1, pick(kTokens));
    }
  }

  static const std::vector<std::string> kKeys;
  static const std::vector<std::string> kTokens;
  std::mt19937_64 random_;
};

const std::vector<std::string> Mutator::kKeys = {"flag",           "count",
                                                 "seed",           "rate",
                                                 "precise",        "cap",
                                                 "mode",           "label",
                                                 "weights",        "folder",
                                                 "inner",          "inner.kappa",
                                                 "inner.limits",   "inner.limits.low",
                                                 "inner.name",     "gadget",
                                                 "gadget.name",    "gadget.bulbs",
                                                 "gadget.content", "gadget.content.speed",
                                                 "gadgets",        "name",
                                                 "extends",        "<<",
                                                 "kappa",          "x"};

const std::vector<std::string> Mutator::kTokens = {"1",
                                                   "1e3",
                                                   "0.05",
                                                   "-0.0",
                                                   ".inf",
                                                   "-.inf",
                                                   ".nan",
                                                   "010",
                                                   "0x1",
                                                   "1_000",
                                                   "1e-400",
                                                   "1e999",
                                                   "18446744073709551616",
                                                   "true",
                                                   "yes",
                                                   "null",
                                                   "~",
                                                   "",
                                                   "lamp",
                                                   "motor",
                                                   "box",
                                                   "plain",
                                                   "off",
                                                   "fast",
                                                   "2026-01-01",
                                                   "12:30",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   "[]",
                                                   "{}",
                                                   "[1, 2]",
                                                   "{name: motor}",
                                                   "{name: box, content: lamp}",
                                                   "[plain, {name: lamp, bulbs: 2}]",
                                                   "{low: 1, high: 2}",
                                                   "\"",
                                                   "'",
                                                   "\\",
                                                   "\"\\u00e9\"",
                                                   "\"\\ud800\"",
                                                   "\"\\x\"",
                                                   "&a ",
                                                   "*a",
                                                   "&a [*a]",
                                                   "!!str ",
                                                   "!x ",
                                                   "!",
                                                   "|",
                                                   ">",
                                                   "|\n  text\n",
                                                   "- ",
                                                   "? ",
                                                   ": ",
                                                   ":",
                                                   "#",
                                                   " #",
                                                   ", ",
                                                   "\n",
                                                   "\r",
                                                   "\r\n",
                                                   "\t",
                                                   "  ",
                                                   "---\n",
                                                   "...\n",
                                                   "%YAML 1.2\n",
                                                   "%TAG ! x\n",
                                                   "\xEF\xBB\xBF",
                                                   "\xC3",
                                                   "\xE2\x80\xA8",
                                                   std::string(1, '\0'),
                                                   "\x04",
                                                   "@",
                                                   "`",
                                                   "<<: *a\n",
                                                   "extends: none.yaml\n"};

int run(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "3000";
  if (first == "--samples" && argc == 3) {
    write_samples(argv[2]);
    return 0;
  }
  const int iterations = std::atoi(first.c_str());
  Mutator mutator(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  for (const std::string& text : sound_texts())
    require(check_one(text, {}), "the sound texts are sound", text);
  int sound = 0;
  for (int i = 0; i < iterations; ++i) {
    const std::string text = mutator.text();
    sound += check_one(text, mutator.overrides()) ? 1 : 0;
  }
  std::cout << iterations << " mutated configs: " << sound << " sound, the others refused\n";
  // were none sound, or all, the mutations would test nothing
  return iterations < 1000 || (sound > 0 && sound < iterations) ? 0 : 1;
}

}  // namespace
}  // namespace infodiet::test

int main(int argc, char** argv) {
  try {
    return infodiet::test::run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "fuzz_config: " << e.what() << "\n";
    return 1;
  }
}
