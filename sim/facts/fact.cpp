#include "sim/facts/fact.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "env/person/mechanisms.hpp"

namespace infodiet {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/// Whether a text may become the name of a file or an argument as it is.
bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_small(c) || is_digit(c) || c == '_';
  });
}

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
  });
}

std::string called(const Fact& fact) {
  return fmt::format("fact '{}' ({})", fact.name, fact.label);
}

// Each of these returns what is wrong, or "".

std::string wrong_band(const Band& band) {
  if (band.what.empty()) return "a band does not say what is measured";
  const std::string head = fmt::format("band '{}': ", band.what);
  if (band.unit.empty()) return head + "no unit (needed: a unit, or \"-\")";
  if (!(band.low <= band.high))
    return head + fmt::format("[{}, {}] holds no number", band.low, band.high);
  if (std::isinf(band.low) && std::isinf(band.high))
    return head + fmt::format("[{}, {}] claims nothing", band.low, band.high);
  return "";
}

std::string wrong_axis(const Axis& axis, const std::vector<double>& values) {
  if (axis.label.empty() || axis.unit.empty()) return "an axis without label or unit";
  const auto names = static_cast<double>(axis.names.size());
  if (names > 0 && std::any_of(values.begin(), values.end(), [names](double v) {
        return v < 1 || v > names || v != std::floor(v);
      }))
    return fmt::format("the axis '{}' has {} names, and there is a value without one", axis.label,
                       names);
  if (axis.log && std::any_of(values.begin(), values.end(), [](double v) { return v <= 0; }))
    return fmt::format("the axis '{}' is logarithmic, and there is a value of 0 or less",
                       axis.label);
  return "";
}

std::string wrong_plot(const PlotClaim& plot) {
  if (!is_name(plot.name))
    return fmt::format("plot '{}': the name may hold small letters, digits and '_'", plot.name);
  const std::string head = fmt::format("plot '{}': ", plot.name);
  if (plot.title.empty()) return head + "no title";
  if (plot.curves.empty()) return head + "no curves";
  for (const Curve& curve : plot.curves) {
    const std::string which = head + fmt::format("curve '{}': ", curve.label);
    if (curve.label.empty()) return head + "a curve without a label";
    if (curve.x.empty()) return which + "no points";
    if (curve.published() && curve.y.size() != curve.x.size())
      return which + fmt::format("{} x and {} y", curve.x.size(), curve.y.size());
    if (!std::all_of(curve.x.begin(), curve.x.end(), [](double x) { return std::isfinite(x); }))
      return which + "an x that is no finite number";
    for (const std::string& wrong : {wrong_axis(plot.x, curve.x), wrong_axis(plot.y, curve.y)})
      if (!wrong.empty()) return which + wrong;
  }
  return "";
}

/// A name that no mechanism has would never be seen to break the fact, nor missed.
std::string wrong_mechanism(const Fact& fact) {
  std::vector<std::string> known;
  for (const Mechanism& mechanism : all_mechanisms()) known.push_back(mechanism.name);
  for (const auto* names : {&fact.parts, &fact.mechanisms}) {
    for (const std::string& name : *names) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        return fmt::format("unknown mechanism '{}' (known: {}){}", name, join(known),
                           did_you_mean(similar(name, known)));
    }
  }
  for (const std::string& name : fact.mechanisms) {
    if (!fact.has_part(name))
      return fmt::format("it needs '{}', which does not take part (its parts: {})", name,
                         join(fact.parts));
  }
  return "";
}

std::string wrong_fact(const Fact& fact) {
  if (!is_label(fact.label)) return "the label may hold letters and digits, at least one";
  if (!is_name(fact.name)) return "the name may hold small letters, digits and '_', at least one";
  for (const auto& [what, text] :
       {std::pair{"title", &fact.title},
        std::pair{"statement of what was published", &fact.published},
        std::pair{"source", &fact.source}, std::pair{"procedure", &fact.procedure}})
    if (text->empty()) return fmt::format("no {}", what);
  if (!fact.run) return "nothing to run";
  if (fact.seeds < 1) return fmt::format("{} seeds (needed: one or more)", fact.seeds);
  if (fact.bands.empty()) return "no bands: it claims nothing that can fail";
  for (const Band& band : fact.bands)
    if (const std::string wrong = wrong_band(band); !wrong.empty()) return wrong;
  std::set<std::string> names;
  for (const PlotClaim& plot : fact.plots) {
    if (const std::string wrong = wrong_plot(plot); !wrong.empty()) return wrong;
    if (!names.insert(plot.name).second) return fmt::format("two plots named '{}'", plot.name);
  }
  return wrong_mechanism(fact);
}

/// Filled before main(), so it lives in a function; checked when it is first asked for.
std::vector<Fact>& registered() {
  static std::vector<Fact> facts;
  return facts;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
      continue;
    }
    const auto number = [](std::string_view text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const std::size_t begin = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const std::string_view left = number(a, i), right = number(b, j);
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  if (i < a.size() || j < b.size()) return i == a.size();
  return a < b;  // T1 and T01: one number, two texts
}

std::vector<Fact> checked_facts(std::vector<Fact> facts) {
  // a fact is asked for by either, so a label must not be another's name
  std::set<std::string> taken;
  for (const Fact& fact : facts) {
    if (const std::string wrong = wrong_fact(fact); !wrong.empty())
      throw Error(ErrorCode::kInternal, called(fact), wrong);
    std::set<std::string> own = {fact.label, fact.name};
    for (const std::string& word : own) {
      if (!taken.insert(word).second)
        throw Error(ErrorCode::kInternal, called(fact),
                    fmt::format("'{}' names another fact already", word));
    }
  }
  std::stable_sort(facts.begin(), facts.end(),
                   [](const Fact& a, const Fact& b) { return natural_less(a.label, b.label); });
  return facts;
}

const std::vector<Fact>& all_facts() {
  static const std::vector<Fact> kFacts = checked_facts(registered());
  return kFacts;
}

RegisteredFact::RegisteredFact(Fact fact) { registered().push_back(std::move(fact)); }

}  // namespace infodiet
