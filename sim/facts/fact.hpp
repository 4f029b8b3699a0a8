#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/parallel.hpp"
#include "env/person/person.hpp"

// A published finding, and what this simulator makes of it. A fact is one file that ends in its own
// registration. What it claims (numbers, bands, axes, published points) is data, so it stands
// before any run and can be listed without one; its `run` only measures.

namespace infodiet {

/// How a band came to be met.
enum class Basis {
  kFitted,     ///< a parameter was set with this finding in sight
  kPredicted,  ///< nothing was set with it
  kBuiltIn,    ///< an equation or a parameter says so at once: a check of the program, no more
};

/// A number that a fact measures, and where it must lie.
struct Band {
  std::string what;  ///< "slope of responses over 60-960 items/h, log-log"
  std::string unit;  ///< "-" if it has none
  double low = 0;
  double high = 0;  ///< +-infinity for a side without bound
  /// The figure as published, "about 30/h"; "" if only a direction was.
  std::string published = "";
  std::optional<Basis> basis = {};  ///< where it differs from that of the fact
};

/// An axis of a plot.
struct Axis {
  std::string label;
  std::string unit;  ///< "-" if it has none
  bool log = false;
  std::vector<std::string> names = {};  ///< of the values 1, 2, ... of an axis without numbers
};

/// A line of a plot, either measured here (`y` is empty: `run` gives it) or published.
struct Curve {
  std::string label;
  std::vector<double> x;
  std::vector<double> y = {};  ///< published values; empty for a measured curve
  bool published() const { return !y.empty(); }
};

struct PlotClaim {
  std::string name;  ///< of the files: "knee"; small letters, digits, '_'
  std::string title;
  Axis x, y;
  std::vector<Curve> curves;
};

/// What is handed to a fact when it runs.
struct FactSetting {
  Person person;  ///< the person the fact is about, with those of his parts that take part
  /// Mechanisms that were taken out of him. One that a person does not have by default is put into
  /// him by the facts about it, unless it is named here.
  std::vector<std::string> without = {};
  std::uint64_t seed = 1;  ///< one population and its dice
  bool quick = false;      ///< fewer people and shorter times: a smoke test, bands may be missed
  Workers* workers = nullptr;
  /// If it becomes true, `run` ends soon, in any way: what it then returns or throws is not used.
  const std::atomic<bool>* cancel = nullptr;

  bool may_have(std::string_view mechanism) const {
    return std::find(without.begin(), without.end(), mechanism) == without.end();
  }
  bool is_cancelled() const { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
};

/// What one run on one seed gives.
struct FactSample {
  std::vector<double> numbers;              ///< one per band, in their order
  std::vector<std::vector<double>> curves;  ///< y of every measured curve, plot by plot in order
};

struct Fact {
  std::string label;      ///< "T1": letters and digits
  std::string name;       ///< "knee": small letters, digits, '_'
  std::string title;      ///< the finding in one sentence
  std::string published;  ///< what was found, and by whom
  std::string source;     ///< where: a citation
  std::string procedure;  ///< what is done here: policy, pool, M, K, days, people, opt-out
  Basis basis = Basis::kPredicted;
  std::vector<Band> bands;
  std::vector<PlotClaim> plots = {};
  /// Parts of the person that take part, "attention"; all others are switched off, so that they can
  /// neither make nor spoil the finding. Empty: all that a person has.
  std::vector<std::string> parts = {};
  std::vector<std::string> mechanisms = {};  ///< whose removal must break it; among `parts`
  std::function<FactSample(const FactSetting&)> run;
  int seeds = 5;  ///< populations of a full run

  bool has_part(const std::string& mechanism) const {
    return parts.empty() || std::find(parts.begin(), parts.end(), mechanism) != parts.end();
  }
  Basis basis_of(std::size_t band) const { return bands[band].basis.value_or(basis); }
};

/// All facts, by label in natural order (T1, T2, T10).
/// @throws Error kInternal naming what is wrong with a fact
const std::vector<Fact>& all_facts();

/// What `all_facts` makes of what was registered: checked, and in order.
/// @throws Error kInternal naming the first fact that is malformed, or two of one label or name
std::vector<Fact> checked_facts(std::vector<Fact> facts);

/// Whether `a` comes before `b` when runs of digits count as numbers: T2 before T10.
bool natural_less(std::string_view a, std::string_view b);

/// Puts a fact into the list: `const RegisteredFact kKnee{{.label = "T1", ...}};`
struct RegisteredFact {
  explicit RegisteredFact(Fact fact);
};

}  // namespace infodiet
