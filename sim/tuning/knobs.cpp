#include "sim/tuning/knobs.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <type_traits>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_values.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "env/core/philox.hpp"

namespace infodiet {
namespace {

using Scale = Search::Scale;

/// Walks through the knobs of a config, sections and chosen plug-ins included.
class KnobVisitor : public Fields {
 public:
  void operator()(const Field& field, bool& value) override { visit(field, value); }
  void operator()(const Field& field, int& value) override { visit(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { visit(field, value); }
  void operator()(const Field& field, float& value) override { visit(field, value); }
  void operator()(const Field& field, double& value) override { visit(field, value); }
  void operator()(const Field& field, std::string& value) override { visit(field, value); }
  void operator()(const Field&, std::vector<double>&) override {}
  void path(const Field&, std::string&) override {}
  void operator()(const Field& field, Config& section) override { enter(field, section); }
  void operator()(const Field& field, Choice& choice) override {
    if (choice.known()) enter(field, choice.config());
  }
  void operator()(const Field&, std::vector<Choice>&, const Choice&) override {}

 protected:
  virtual void knob(const std::string& key, const Field& field, bool& value) = 0;
  virtual void knob(const std::string& key, const Field& field, int& value) = 0;
  virtual void knob(const std::string& key, const Field& field, std::uint64_t& value) = 0;
  virtual void knob(const std::string& key, const Field& field, float& value) = 0;
  virtual void knob(const std::string& key, const Field& field, double& value) = 0;
  virtual void knob(const std::string& key, const Field& field, std::string& value) = 0;

 private:
  template <class T>
  void visit(const Field& field, T& value) {
    if (field.search.scale != Scale::kNone) knob(prefix_ + std::string(field.name), field, value);
  }
  void enter(const Field& field, Config& section) {
    const std::string outer = prefix_;
    prefix_ += std::string(field.name) + ".";
    section.fields(*this);
    prefix_ = outer;
  }

  std::string prefix_;
};

class KnobLister final : public KnobVisitor {
 public:
  explicit KnobLister(std::vector<Knob>& out) : out_(out) {}

 private:
  void knob(const std::string& key, const Field& f, bool& value) override { add(key, f, value); }
  void knob(const std::string& key, const Field& f, int& value) override { add(key, f, value); }
  void knob(const std::string& key, const Field& f, std::uint64_t& value) override {
    add(key, f, value);
  }
  void knob(const std::string& key, const Field& f, float& value) override { add(key, f, value); }
  void knob(const std::string& key, const Field& f, double& value) override { add(key, f, value); }
  void knob(const std::string& key, const Field& f, std::string& value) override {
    add(key, f, value);
  }

  template <class T>
  void add(const std::string& key, const Field& f, const T& value) {
    out_.push_back(
        {key, std::string(unit_of(f)), std::string(f.help), search_text(f), write_value(value)});
  }

  std::vector<Knob>& out_;
};

/// `value` with so many digits behind the leading one of `size`.
double rounded(double value, double size, int digits) {
  if (!(size > 0)) return value;
  const double step = std::pow(10.0, std::floor(std::log10(size)) - digits);
  // 1/step is whole where step is below 1: dividing by it gives the nearest of the short decimals
  return step < 1 ? std::round(value / step) / std::round(1 / step)
                  : std::round(value / step) * step;
}

/// A number within the search, at `u` of (0, 1) on its scale.
double at(const Search& search, double u) {
  if (search.scale == Scale::kLog) {
    const double log_from = std::log(search.from), log_to = std::log(search.to);
    const double value = std::exp(log_from + (log_to - log_from) * u);
    return rounded(value, value, 3);
  }
  return rounded(search.from + (search.to - search.from) * u, search.to - search.from, 3);
}

class KnobDrawer final : public KnobVisitor {
 public:
  KnobDrawer(const std::vector<std::string>& fixed, std::uint64_t seed, std::uint32_t index,
             std::uint32_t attempt)
      : fixed_(fixed), seed_(seed), index_(index), attempt_(attempt) {}

 private:
  void knob(const std::string& key, const Field&, bool& value) override {
    if (is_free(key)) value = uniform_below(word(key), 2) == 1;
  }
  void knob(const std::string& key, const Field& f, int& value) override { whole(key, f, value); }
  void knob(const std::string& key, const Field& f, std::uint64_t& value) override {
    whole(key, f, value);
  }
  void knob(const std::string& key, const Field& f, float& value) override { real(key, f, value); }
  void knob(const std::string& key, const Field& f, double& value) override { real(key, f, value); }
  void knob(const std::string& key, const Field& f, std::string& value) override {
    if (!is_free(key) || f.options.empty()) return;
    value = f.options[uniform_below(word(key), static_cast<std::uint32_t>(f.options.size()))];
  }

  bool is_free(const std::string& key) const {
    return std::find(fixed_.begin(), fixed_.end(), key) == fixed_.end();
  }
  /// The knob is named by its key, so that it has dice of its own.
  std::uint32_t word(const std::string& key) const {
    const auto name = static_cast<std::uint32_t>(hash_text(key, kHashStart));
    return random_words({.seed = seed_, .env = name}, Purpose::kTuning, index_, attempt_)[0];
  }
  double uniform(const std::string& key) const { return double{uniform_open(word(key))}; }

  template <class Integer>
  void whole(const std::string& key, const Field& f, Integer& value) const {
    if (!is_free(key)) return;
    if (f.search.scale == Scale::kDoubling) {
      std::uint32_t count = 1;
      while (std::ldexp(f.search.from, static_cast<int>(count)) <= f.search.to) ++count;
      const auto times = static_cast<int>(uniform_below(word(key), count));
      value = static_cast<Integer>(std::ldexp(f.search.from, times));
      return;
    }
    // half a step beyond either end, so that the ends are as likely as what lies between
    Search wide = f.search;
    wide.from -= 0.5;
    wide.to += 0.5;
    if (wide.scale == Scale::kLog) wide.from = std::max(wide.from, 0.5);
    const double u = uniform(key);
    const double drawn = wide.scale == Scale::kLog
                             ? std::exp(std::log(wide.from) + std::log(wide.to / wide.from) * u)
                             : wide.from + (wide.to - wide.from) * u;
    value = static_cast<Integer>(
        std::clamp(std::round(drawn), std::ceil(least(f)), std::floor(most(f))));
  }
  template <class Real>
  void real(const std::string& key, const Field& f, Real& value) const {
    if (is_free(key))
      value = static_cast<Real>(std::clamp(at(f.search, uniform(key)), least(f), most(f)));
  }

  static double least(const Field& f) { return std::max(f.search.from, f.low); }
  static double most(const Field& f) { return std::min(f.search.to, f.high); }

  const std::vector<std::string>& fixed_;
  std::uint64_t seed_;
  std::uint32_t index_, attempt_;
};

/// Adds the keys of two knobs in three.
void keep_some(const Choice& choice, std::uint64_t seed, std::uint32_t index,
               std::vector<std::string>& keys) {
  constexpr std::uint32_t kLane = 1000;  // beyond the attempts of `draw_knobs`
  for (const Knob& knob : knobs_of(choice)) {
    const auto name = static_cast<std::uint32_t>(hash_text(knob.key, kHashStart));
    const auto word = random_words({.seed = seed, .env = name}, Purpose::kTuning, index, kLane)[0];
    if (uniform_below(word, 3) != 0) keys.push_back(knob.key);
  }
}

}  // namespace

std::vector<Knob> knobs_of(const Choice& choice) {
  std::vector<Knob> knobs;
  Choice copy = choice;
  KnobLister lister(knobs);
  copy.config().fields(lister);
  return knobs;
}

Choice draw_knobs(const Choice& choice, const std::vector<std::string>& fixed, std::uint64_t seed,
                  std::uint32_t index) {
  std::string wrong;
  for (std::uint32_t attempt = 0; attempt < 100; ++attempt) {
    Choice drawn = choice;
    KnobDrawer drawer(fixed, seed, index, attempt);
    drawn.config().fields(drawer);
    wrong.clear();
    drawn.config().check([&wrong](std::string_view field, const std::string& what) {
      wrong = std::string(field) + ": " + what;
    });
    if (wrong.empty()) return drawn;
  }
  throw Error(ErrorCode::kConfig, choice.name(),
              "a hundred draws of its knobs in a row broke a rule of its settings: " + wrong +
                  " (narrow Field::search, or fix a knob with --fix)");
}

std::string fixed_key(const std::string& fix) { return fix.substr(0, fix.find('=')); }

void fix_settings(Choice& choice, const std::vector<std::string>& fixes) {
  if (fixes.empty()) return;
  try {
    ConfigFile::from_text("", "--fix", fixes).read_into(choice.config());
  } catch (const Error& error) {
    throw Error(error.code(), "--fix for agent '" + choice.name() + "'", error.what());
  }
}

std::vector<Candidate> make_candidates(const Choice& defaults, const std::vector<Choice>& given,
                                       const std::vector<std::string>& fixes, std::uint64_t seed,
                                       int count, double near) {
  std::vector<std::string> fixed;
  for (const std::string& fix : fixes) fixed.push_back(fixed_key(fix));
  std::vector<Candidate> candidates;
  std::set<std::string> seen;
  const auto add = [&](Candidate::From from, Choice agent) {
    fix_settings(agent, fixes);
    const bool is_new = seen.insert(write_value(agent)).second;
    if (is_new) candidates.push_back({from, std::move(agent)});
    return is_new;
  };
  add(Candidate::From::kDefaults, defaults);
  for (const Choice& choice : given) add(Candidate::From::kGiven, choice);

  // what is left of a small space is hit ever more rarely: at some point it is taken for exhausted
  std::vector<Choice> bases;
  for (const Candidate& candidate : candidates) bases.push_back(candidate.agent);
  constexpr int kMisses = 200;
  for (std::uint32_t index = 0, misses = 0; static_cast<int>(candidates.size()) < count; ++index) {
    const auto dice = random_words({.seed = seed, .env = ~0u}, Purpose::kTuning, index);
    const bool stays_near = double{uniform_open(dice[0])} < near;
    const Choice& base =
        bases[stays_near ? uniform_below(dice[1], static_cast<std::uint32_t>(bases.size())) : 0];
    std::vector<std::string> kept = fixed;
    if (stays_near) keep_some(base, seed, index, kept);
    if (add(Candidate::From::kDrawn, draw_knobs(base, kept, seed, index)))
      misses = 0;
    else if (++misses == kMisses)
      break;
  }
  return candidates;
}

}  // namespace infodiet
