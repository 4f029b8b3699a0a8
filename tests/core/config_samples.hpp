#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/config/config_file.hpp"
#include "env/core/registry.hpp"

namespace infodiet::test {

/// A kind of plug-in that only the tests of configuration know: "plain" without settings, "lamp",
/// "motor", and "box", which holds a gadget itself.
struct Gadget {
  static constexpr std::string_view kKind = "gadget";
  virtual ~Gadget() = default;
  virtual std::string say() const = 0;
};
using GadgetRegistry = Registry<Gadget>;

struct SampleLimits : ConfigOf<SampleLimits> {
  double low = 0.25;
  double high = 0.75;

  void fields(Fields& f) override;
  void check(const Complain& complain) const override;
};

struct SampleInner : ConfigOf<SampleInner> {
  double kappa = 0.125;
  std::string name = "inner";  // a section's own `name`, which is no plug-in's
  SampleLimits limits;

  void fields(Fields& f) override;
};

/// A field of every type.
struct SampleConfig : ConfigOf<SampleConfig> {
  bool flag = true;
  int count = 3;
  std::uint64_t seed = 18446744073709551615u;
  float rate = 0.1f;
  double precise = 1.0 / 3.0;
  double cap = kInfinity;
  std::string mode = "slow";
  std::string label = "a \"quoted\" text";
  std::vector<double> weights = {1.0, 2.5e-7};
  std::string folder = "runs";
  SampleInner inner;
  Choice gadget{GadgetRegistry::instance(), "lamp"};
  std::vector<Choice> gadgets;

  SampleConfig();
  void fields(Fields& f) override;
};

/// Reads a text, which must be sound.
SampleConfig read_sample(const std::string& text, const std::vector<std::string>& overrides = {});

/// What is said about a text and overrides, or "" if they are sound.
/// @throws any Error that is not kConfig
std::string complaints(const std::string& text, const std::vector<std::string>& overrides = {});

/// One line for each value: key, type and its bits or bytes in hexadecimal, tab-separated. For
/// comparing with what another reader makes of a file.
std::string dump_bits(SampleConfig& config);

/// Valid texts that together use every part of the language.
const std::vector<std::string>& sound_texts();

/// Appends a character below 0x10000.
void append_utf8(std::string& text, std::uint32_t code);

/// Writes files for a reader in another language: resolved configs (config*.yaml) with the bits of
/// their values (config*.bits), words and whether we take them for text (words.txt), schema.json.
void write_samples(const std::string& folder);

}  // namespace infodiet::test
