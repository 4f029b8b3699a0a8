#include "tests/core/config_samples.hpp"

#include <bit>
#include <cstdio>
#include <utility>

#include "env/core/error.hpp"

namespace infodiet::test {

namespace {

class Plain : public Gadget {
 public:
  struct Config : ConfigOf<Config> {
    void fields(Fields&) override {}
  };
  explicit Plain(const Config&) {}
  std::string say() const override { return "plain"; }
};

class Lamp : public Gadget {
 public:
  struct Config : ConfigOf<Config> {
    float brightness = 0.5f;
    int bulbs = 1;
    SampleLimits limits;

    void fields(Fields& f) override {
      f({"brightness", "-", "Share of full power.", 0, 1}, brightness);
      f({"bulbs", "-", "How many bulbs burn.", 1, 100}, bulbs);
      f({"limits", "-", "Where it dims."}, limits);
    }
  };
  explicit Lamp(const Config& config) : bulbs_(config.bulbs) {}
  std::string say() const override { return "lamp with " + std::to_string(bulbs_); }

 private:
  int bulbs_;
};

class Motor : public Gadget {
 public:
  struct Config : ConfigOf<Config> {
    double speed = 100;
    int bulbs = 0;   // the lamp has this key too
    bool on = true;  // PyYAML takes this key for a bool
    std::string manual = "";

    void fields(Fields& f) override {
      f({"speed", "1/min", "Turns in a minute.", 0, 9000}, speed);
      f({"bulbs", "-", "Signal lights.", 0, 2}, bulbs);
      f({"on", "-", "Whether it runs."}, on);
      f.path({"manual", "-", "A file to read | \"first\"."}, manual);
    }
  };
  explicit Motor(const Config&) {}
  std::string say() const override { return "motor"; }
};

class Box : public Gadget {
 public:
  struct Config : ConfigOf<Config> {
    Choice content{GadgetRegistry::instance(), "plain"};

    void fields(Fields& f) override { f({"content", "-", "What is inside."}, content); }
  };
  explicit Box(const Config&) {}
  std::string say() const override { return "box"; }
};

const Registered<GadgetRegistry, Plain> kPlain("plain", "Does nothing.");
const Registered<GadgetRegistry, Lamp> kLamp("lamp", "Gives light.");
const Registered<GadgetRegistry, Motor> kMotor("motor", "Turns.");
const Registered<GadgetRegistry, Box> kBox("box", "Holds another gadget.");

std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += digits;
  }
  return out;
}

class Dumper final : public Fields {
 public:
  explicit Dumper(std::string& out) : out_(out) {}

  void operator()(const Field& field, bool& value) override {
    add(field, "bool", value ? "true" : "false");
  }
  void operator()(const Field& field, int& value) override {
    add(field, "int", std::to_string(value));
  }
  void operator()(const Field& field, std::uint64_t& value) override {
    add(field, "int", std::to_string(value));
  }
  void operator()(const Field& field, float& value) override {
    add(field, "float32", std::to_string(std::bit_cast<std::uint32_t>(value)));
  }
  void operator()(const Field& field, double& value) override {
    add(field, "float64", std::to_string(std::bit_cast<std::uint64_t>(value)));
  }
  void operator()(const Field& field, std::string& value) override {
    add(field, "text", hex(value));
  }
  void operator()(const Field& field, std::vector<double>& value) override {
    std::string bits;
    for (const double number : value)
      bits += std::to_string(std::bit_cast<std::uint64_t>(number)) + " ";
    add(field, "float64s", bits);
  }
  void path(const Field& field, std::string& value) override { add(field, "text", hex(value)); }
  void operator()(const Field& field, Config& section) override {
    within(std::string(field.name), section);
  }
  void operator()(const Field& field, Choice& choice) override {
    dump(std::string(field.name), choice);
  }
  void operator()(const Field& field, std::vector<Choice>& choices, const Choice&) override {
    add(field, "length", std::to_string(choices.size()));
    for (std::size_t i = 0; i < choices.size(); ++i)
      dump(std::string(field.name) + "." + std::to_string(i), choices[i]);
  }

 private:
  void add(const Field& field, const std::string& type, const std::string& bits) {
    out_ += prefix_ + std::string(field.name) + "\t" + type + "\t" + bits + "\n";
  }
  void within(const std::string& name, Config& config) {
    const std::string outer = std::exchange(prefix_, prefix_ + name + ".");
    config.fields(*this);
    prefix_ = outer;
  }
  void dump(const std::string& name, Choice& choice) {
    out_ += prefix_ + name + ".name\ttext\t" + hex(choice.name()) + "\n";
    if (choice.known()) within(name, choice.config());
  }

  std::string& out_;
  std::string prefix_;
};

}  // namespace

void SampleLimits::fields(Fields& f) {
  f({"low", "min", "Where it begins."}, low);
  f({"high", "min", "Where it ends."}, high);
}

void SampleLimits::check(const Complain& complain) const {
  if (low > high) complain("low", "must not be above high");
}

void SampleInner::fields(Fields& f) {
  f({"kappa", "1/h", "How fast it fills.", 0, 10}, kappa);
  f({"name", "-", "What to call it."}, name);
  f({"limits", "-", "Where it stays."}, limits);
}

SampleConfig::SampleConfig()
    : gadgets{Choice(GadgetRegistry::instance(), "plain"),
              Choice(GadgetRegistry::instance(), "motor")} {}

void SampleConfig::fields(Fields& f) {
  f({"flag", "-", "On or off."}, flag);
  f({"count", "d", "How many | of them.", 1, 365}, count);
  f({"seed", "-", "Where chance begins."}, seed);
  f({"rate", "1/min", "How often.", 0, 0.1}, rate);
  f({"precise", "-", "A number with many digits.", -1e300, 1e300}, precise);
  f({"cap", "min", "Where it is cut.", 0}, cap);
  f({"mode", "-", "How.", -kInfinity, kInfinity, {"slow", "fast", "off"}}, mode);
  f({"label", "-", "Any text, \"quoted\" or not."}, label);
  f({"weights", "-", "Some numbers.", -100, 100}, weights);
  f.path({"folder", "-", "Where results go."}, folder);
  f({"inner", "-", "A section."}, inner);
  f({"gadget", "-", "A plug-in."}, gadget);
  f({"gadgets", "-", "Several plug-ins."}, gadgets, Choice(GadgetRegistry::instance(), "plain"));
}

SampleConfig read_sample(const std::string& text, const std::vector<std::string>& overrides) {
  SampleConfig config;
  ConfigFile::from_text(text, "exp.yaml", overrides).read_into(config);
  return config;
}

std::string complaints(const std::string& text, const std::vector<std::string>& overrides) {
  try {
    read_sample(text, overrides);
  } catch (const Error& e) {
    if (e.code() != ErrorCode::kConfig) throw;
    return e.what();
  }
  return "";
}

std::string dump_bits(SampleConfig& config) {
  std::string out;
  Dumper dumper(out);
  config.fields(dumper);
  return out;
}

const std::vector<std::string>& sound_texts() {
  static const std::vector<std::string> kTexts = {
      "",
      "# nothing but a comment\n",
      "---\nflag: false\ncount: 1e1\nseed: 18_446_744_073_709_551_615\n...\n",
      "rate: 0.1\nprecise: -1.7976931348623157e+299\ncap: .inf\nmode: \"off\"\nlabel: 'it''s'\n"
      "weights: [1, -2.5, 1e-7, 0.30000000000000004]\nfolder: ../out\n",
      "inner: {kappa: 1, name: x, limits: {low: -.inf, high: .inf}}\ngadget: box\ngadgets: []\n",
      "gadget: {name: box, content: {name: box, content: {name: lamp, bulbs: 7}}}\n"
      "gadgets:\n  - plain\n  - name: motor\n    speed: 3.0e+2\n  - {name: lamp, brightness: 1}\n",
      "inner:\n  limits: &x\n    low: 0\n    high: 1\ngadget:\n  name: lamp\n  limits:\n"
      "    <<: *x\n    low: 0.5\n",
      "label: |\n  two\n  lines\ngadget: ~\ncount:\n",
      "label: \"\\0\\x01 \\t \\\\ \\\" \\u00e9 \\U0001F600 \\L \\uFEFF\"\r\nflag: true\r\n",
      "label: \"\xC3\xA9\xE2\x80\xA8 \xF0\x9F\x98\x80\"\n",
  };
  return kTexts;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto rest = [&](int shift) { text += static_cast<char>(0x80u | (code >> shift & 0x3Fu)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0u | code >> 6);
    rest(0);
  } else {
    text += static_cast<char>(0xE0u | code >> 12);
    rest(6);
    rest(0);
  }
}

}  // namespace infodiet::test
