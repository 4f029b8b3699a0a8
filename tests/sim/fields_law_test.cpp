#include <cmath>
#include <set>
#include <string>

#include "agents/agent.hpp"
#include "env/core/config/config_file.hpp"
#include "env/stream/stream.hpp"
#include "env/worlds/world.hpp"
#include "sim/experiment.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {

namespace {

/// Notes whatever is wrong with how a config lists its fields.
class FieldLaw final : public Fields {
 public:
  void operator()(const Field& f, bool&) override {
    common(f);
    if (is_number_search(f)) complain(f, "cannot be searched as a number");
  }
  void operator()(const Field& f, int& value) override { number(f, value); }
  void operator()(const Field& f, std::uint64_t& value) override {
    number(f, static_cast<double>(value));
  }
  void operator()(const Field& f, float& value) override { real(f, double{value}); }
  void operator()(const Field& f, double& value) override { real(f, value); }
  void operator()(const Field& f, std::string& value) override {
    common(f);
    bool allowed = f.options.empty();
    for (const std::string_view option : f.options) allowed |= option == value;
    if (!allowed) complain(f, "its default '" + value + "' is not allowed");
    if (is_number_search(f)) complain(f, "cannot be searched as a number");
    if (f.search.scale == Search::Scale::kAny && f.options.size() < 2)
      complain(f, "lists no words to search");
  }
  void operator()(const Field& f, std::vector<double>&) override { no_knob(f); }
  void path(const Field& f, std::string&) override { no_knob(f); }
  void operator()(const Field& f, Config& section) override {
    common(f);
    inside(f, section);
  }
  void operator()(const Field& f, Choice& choice) override {
    common(f);
    if (!choice.known()) return complain(f, "its default '" + choice.name() + "' is unknown");
    inside(f, choice.config());
  }
  void operator()(const Field& f, std::vector<Choice>& choices, const Choice&) override {
    common(f);
    for (Choice& choice : choices) {
      if (!choice.known()) complain(f, "its default '" + choice.name() + "' is unknown");
    }
  }

  void visit(const std::string& name, Config& config) {
    path_ = name;
    names_.clear();
    config.fields(*this);
    config.check([this](std::string_view field, const std::string& what) {
      problems += path_ + "." + std::string(field) + ": " + what + "\n";
    });
  }

  std::string problems;
  int fields = 0;

 private:
  void complain(const Field& f, const std::string& what) {
    problems += path_ + "." + std::string(f.name) + ": " + what + "\n";
  }
  void common(const Field& f) {
    ++fields;
    if (!names_.insert(std::string(f.name)).second) complain(f, "is listed twice");
    if (f.help.size() < 10) complain(f, "says too little of what it means");
  }
  static bool is_number_search(const Field& f) {
    return f.search.scale == Search::Scale::kLinear || f.search.scale == Search::Scale::kLog ||
           f.search.scale == Search::Scale::kDoubling;
  }
  void no_knob(const Field& f) {
    common(f);
    if (f.search.scale != Search::Scale::kNone) complain(f, "cannot be searched");
  }
  void real(const Field& f, double value) {
    number(f, value);
    if (f.search.scale == Search::Scale::kDoubling) complain(f, "is not whole, and cannot double");
  }
  void number(const Field& f, double value) {
    common(f);
    if (!(value >= f.low && value <= f.high)) complain(f, "its default lies outside its range");
    if (f.low > f.high) complain(f, "its range is empty");
    const Search& search = f.search;
    if (search.scale == Search::Scale::kAny) complain(f, "needs a range to be searched over");
    if (!is_number_search(f)) return;
    if (!(search.from < search.to)) complain(f, "its search is empty");
    if (search.from < f.low || search.to > f.high) complain(f, "its search leaves its range");
    if (search.scale != Search::Scale::kLinear && search.from <= 0)
      complain(f, "its search is logarithmic and not above 0");
  }
  void inside(const Field& f, Config& section) {
    FieldLaw law;
    law.visit(path_ + "." + std::string(f.name), section);
    problems += law.problems;
    fields += law.fields;
  }

  std::string path_;
  std::set<std::string> names_;
};

}  // namespace

TEST_CASE("Every field has a meaning, and a default that it would accept", "[sim][laws]") {
  FieldLaw law;
  ExperimentConfig experiment;
  law.visit("experiment", experiment);
  const Catalogue* catalogues[] = {&WorldRegistry::instance(), &StreamRegistry::instance(),
                                   &AgentRegistry::instance()};
  for (const Catalogue* catalogue : catalogues) {
    for (const auto& [name, entry] : catalogue->entries()) {
      const auto config = entry.make_config();
      law.visit(name, *config);
      CHECK(entry.summary.size() > 20);
    }
  }
  CHECK(law.problems == "");
  CHECK(law.fields > 100);
}

TEST_CASE("Every plug-in's defaults are written and read back to the same text", "[sim][laws]") {
  const Catalogue* catalogues[] = {&WorldRegistry::instance(), &StreamRegistry::instance(),
                                   &AgentRegistry::instance()};
  for (const Catalogue* catalogue : catalogues) {
    for (const auto& [name, entry] : catalogue->entries()) {
      INFO(name);
      const auto config = entry.make_config();
      const std::string written = write_yaml(*config);
      const auto again = entry.make_config();
      ConfigFile::from_text(written, name).read_into(*again);
      CHECK(write_yaml(*again) == written);
    }
  }
}

TEST_CASE("Every world says how long an episode is", "[sim][laws]") {
  for (const auto& [name, entry] : WorldRegistry::instance().entries()) {
    INFO(name);
    CHECK(make_world(Choice(WorldRegistry::instance(), name))->spec().episode_days > 0);
  }
}

TEST_CASE("Worlds of other settings have other fingerprints", "[sim][laws]") {
  std::set<std::uint64_t> seen;
  for (const char* overrides : {"world.days=6", "world.days=5", "world.stream.seed=2",
                                "world.person.attention.kappa=4", "world.reward.overload=2"}) {
    ExperimentConfig experiment;
    ConfigFile::from_text("world: {name: feed}", "test", {overrides}).read_into(experiment);
    const std::uint64_t fingerprint = make_world(experiment.world)->fingerprint();
    CHECK(fingerprint == make_world(experiment.world)->fingerprint());
    CHECK(seen.insert(fingerprint).second);
  }
  for (const auto& [name, entry] : WorldRegistry::instance().entries())
    CHECK(make_world(Choice(WorldRegistry::instance(), name))->fingerprint() != 0);
}

}  // namespace infodiet::test
