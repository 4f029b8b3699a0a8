#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Where `infodiet tune` looks for a value. Wider than sense is waste, and what is out of range
/// here may still be set by hand.
struct Search {
  enum class Scale {
    kNone,      ///< not a knob
    kLinear,    ///< uniform in [from, to]
    kLog,       ///< uniform in its logarithm
    kDoubling,  ///< any of from, 2 from, 4 from, ... to; for whole numbers
    kAny,       ///< any of the words allowed, or either of true and false
  };

  Scale scale = Scale::kNone;
  double from = 0, to = 0;

  static constexpr Search linear(double from, double to) { return {Scale::kLinear, from, to}; }
  static constexpr Search log(double from, double to) { return {Scale::kLog, from, to}; }
  static constexpr Search doubling(int from, int to) {
    return {Scale::kDoubling, double{1} * from, double{1} * to};
  }
  static constexpr Search any() { return {Scale::kAny, 0, 0}; }
};

/// What one config value is called, may be, and means. Written once, beside the value; the reader,
/// the checks, the overrides, the writer, the JSON Schema and the reference page all use it.
struct Field {
  std::string_view name;    ///< the name in C++, in YAML and in Python
  std::string_view unit;    ///< e.g. "min", "1/h"; "-" if it has none
  std::string_view help;    ///< one sentence
  double low = -kInfinity;  ///< smallest number allowed
  double high =
      kInfinity;  ///< largest number allowed; `.inf` may be written only if this is infinite
  std::vector<std::string_view> options = {};  ///< for strings: the words allowed; empty = any text
  Search search = {};                          ///< for knobs of agents
};

class Fields;

/// Receives what is wrong with a config: (field name, what is wrong and what is allowed).
using Complain = std::function<void(std::string_view field, const std::string& what)>;

/// A plain struct of settings that can list its own fields.
struct Config {
  virtual ~Config() = default;

  /// Lists every field, in the order in which it is written.
  virtual void fields(Fields& f) = 0;

  /// Says what cannot be said of one field alone.
  virtual void check(const Complain& complain) const { (void)complain; }

  virtual std::unique_ptr<Config> clone() const = 0;

  /// What tells these settings from others of their kind, in a word, for tables: "push". "" if
  /// nothing does.
  virtual std::string variant() const { return {}; }

 protected:
  Config() = default;
  Config(const Config&) = default;
  Config(Config&&) = default;
  Config& operator=(const Config&) = default;
  Config& operator=(Config&&) = default;
};

/// `struct Attention : ConfigOf<Attention> { ... }` gives `Attention` its `clone`.
template <class Derived>
struct ConfigOf : Config {
  std::unique_ptr<Config> clone() const override {
    return std::make_unique<Derived>(static_cast<const Derived&>(*this));
  }
};

class Choice;

/// Visits the fields of a config, one call each. Reading, writing, checking and describing are
/// visitors; no config knows which of them is looking.
class Fields {
 public:
  virtual ~Fields() = default;

  virtual void operator()(const Field& field, bool& value) = 0;
  virtual void operator()(const Field& field, int& value) = 0;
  virtual void operator()(const Field& field, std::uint64_t& value) = 0;
  virtual void operator()(const Field& field, float& value) = 0;
  virtual void operator()(const Field& field, double& value) = 0;
  virtual void operator()(const Field& field, std::string& value) = 0;
  virtual void operator()(const Field& field, std::vector<double>& value) = 0;

  /// A file or folder. Written in a YAML file it is relative to that file; given on the command
  /// line, to the working directory. The value holds the path as it can be opened.
  virtual void path(const Field& field, std::string& value) = 0;

  /// A group of fields of its own.
  virtual void operator()(const Field& field, Config& section) = 0;

  /// A plug-in picked by name, with its own fields beside the name.
  virtual void operator()(const Field& field, Choice& choice) = 0;

  /// A list of plug-ins. Each starts from `choices.blank()`.
  virtual void operator()(const Field& field, std::vector<Choice>& choices,
                          const Choice& blank) = 0;
};

}  // namespace infodiet
