#include <cmath>
#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

#include "env/core/config/yaml_scalar.hpp"
#include "tests/core/config_samples.hpp"

namespace infodiet::test {

void write_samples(const std::string& folder) {
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + folder + "/" + name);
  };
  int count = 0;
  const auto add = [&](SampleConfig config) {
    const std::string stem = "config" + std::to_string(count++);
    write(stem + ".yaml", write_yaml(config));
    write(stem + ".bits", dump_bits(config));
  };
  for (const std::string& text : sound_texts()) add(read_sample(text));

  // numbers of every size, texts of every character
  std::mt19937_64 random(7);
  for (int i = 0; i < 300; ++i) {
    SampleConfig config;
    config.precise = std::ldexp(static_cast<double>(random()) * 0x1p-64 - 0.5,
                                static_cast<int>(random() % 1900) - 950);
    config.rate =
        std::ldexp(static_cast<float>(random() % 9999999u), -static_cast<int>(random() % 140) - 27);
    config.seed = random() >> (random() % 64);
    config.weights = {static_cast<double>(random() % 100), -0.0, 1e-4, 9.9e-5};
    config.inner.limits = SampleLimits();
    config.inner.limits.low = i % 2 == 0 ? 1e15 : 999999999999999.9;
    config.inner.limits.high = 1e16;
    config.folder = "/runs";
    config.label.clear();
    for (int k = 0; k < 8; ++k) {
      const auto code = static_cast<std::uint32_t>(random() % (k < 4 ? 0x100u : 0x3000u));
      append_utf8(config.label, code);
    }
    add(config);
  }

  std::istringstream candidates(
      "yes no on off y n true True null ~ 1 01 0o7 0b1 0xF 1. .5 1.5 1e5 1e+5 1.e+5 1_0 1:30 "
      "1:30.5 12:59:59 +1 -.5 +.inf .NaN 1.2.3 2026-01-01 2026-01-01T01:00:00Z 2026-01 = << a -a "
      "v1 1a 1e e1 _1 0_ 0b 0x runs/x x:y 1-2 + - . .. Yes NO nan inf 1:60 1: 190:20:30 0. 1_000.5 "
      "685_230.15 0x_0A 02472256 0b1010_0111 .inF 1.0e5 -0 +0.0 1e-5 00 08 0_8 9:99 .e5 ._5 1.e5");
  std::string words;
  for (std::string word; candidates >> word;)
    words += std::string(is_plain_text(word) ? "text\t" : "other\t") + word + "\n";
  write("words.txt", words);
  write("schema.json", write_json_schema(SampleConfig(), "Sample"));
}

}  // namespace infodiet::test
