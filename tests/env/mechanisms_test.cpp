#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "env/person/compression.hpp"
#include "env/person/mechanisms.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/person_leaves.hpp"

// Each equation of a mechanism against the same one worked in double precision with the C library's
// functions, and what follows from it in closed form.

namespace infodiet::test {

namespace {
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// Rounding of a float, and of an exponent of some tens that is a float.
constexpr double kFloat = 4e-6;
}  // namespace

TEST_CASE("Traces: each fades as its equation says, over a and then b as over a + b",
          "[env][person]") {
  Drift drift;
  drift.rate = 0.1f;
  const struct {
    const char* name;
    std::function<float(double)> kept;
    double tau;  // min
  } traces[] = {
      {"satiation", [](double m) { return Satiation{}.kept(m); }, 120},
      {"impulse", [](double m) { return Temptation{}.kept(m); }, 120},
      {"goodwill", [](double m) { return Goodwill{}.kept(m); }, 60 * 1440},
      {"habit", [](double m) { return Habit{}.kept(m); }, 18 * 1440},
      {"annoyance", [](double m) { return Annoyance{}.kept(m); }, 7 * 1440},
      {"drift", [&drift](double m) { return drift.kept(m); }, 30 * 1440},
      {"knowledge", [](double m) { return Forgetting{}.kept(m); }, 1440 / std::log(2.0)},
      {"fatigue",
       [](double m) {
         return Fatigue{}.after_break({1, 0}, m).recoverable;
       },
       30},
      {"fatigue asleep",
       [](double m) {
         return Fatigue{}.after_sleep({1, 1}, m).recoverable;
       },
       30},
      {"strain asleep",
       [](double m) {
         return Fatigue{}.after_sleep({1, 1}, m).strain;
       },
       300},
  };
  for (const auto& trace : traces) {
    INFO(trace.name);
    CHECK(trace.kept(0) == 1);
    for (const double a : {0.01, 3.0, 15.0, 480.0}) {
      CHECK(trace.kept(a) == Approx(std::exp(-a / trace.tau)).epsilon(kFloat).margin(1e-30));
      for (const double b : {0.5, 60.0, 1440.0}) {
        const auto both = static_cast<double>(trace.kept(a + b));
        CHECK(trace.kept(a) * trace.kept(b) == Approx(both).epsilon(2 * kFloat).margin(1e-30));
      }
    }
    CHECK(trace.kept(1e9) == 0);
  }
}

TEST_CASE("Fatigue: it follows its differential equations, cut or whole", "[env][person]") {
  const Fatigue fatigue;
  for (const Fatigue::Level start : {Fatigue::Level{0, 0}, {0.4f, 0.1f}, {1, 1}}) {
    auto f = static_cast<double>(start.recoverable);
    auto s = static_cast<double>(start.strain);
    const int parts = 200000;
    const double minutes = 47;
    for (int i = 0; i < parts; ++i) {  // Euler, with steps of 14 ms
      f += (1 - f) / 90 * minutes / parts;
      s += (1 - s) / 2000 * minutes / parts;
    }
    const Fatigue::Level after = fatigue.after_reading(start, minutes);
    CHECK(after.recoverable == Approx(f).epsilon(1e-5));
    CHECK(after.strain == Approx(s).epsilon(1e-5));
    const Fatigue::Level cut = fatigue.after_reading(fatigue.after_reading(start, 12), 35);
    CHECK(cut.recoverable == Approx(f).epsilon(1e-5));
    CHECK(cut.strain == Approx(s).epsilon(1e-5));
  }
  CHECK(Fatigue::phi({0.5f, 0.2f}) == Approx(1 - 0.5 * 0.8).epsilon(1e-6));
  CHECK(Fatigue::phi({0, 0}) == 0);
  CHECK(Fatigue::phi({1, 0}) == 1);
}

TEST_CASE("Fatigue: ten minutes of rest give back 28 % of it and none of the strain",
          "[env][person]") {
  const Fatigue::Level rested = Fatigue{}.after_break({0.6f, 0.3f}, 10);
  CHECK(rested.recoverable == Approx(0.6 * (1 - 0.2835)).epsilon(1e-4));
  CHECK(rested.strain == 0.3f);
  // a night of eight hours leaves a fifth of the strain
  CHECK(Fatigue{}.after_sleep({0.6f, 0.3f}, 480).strain == Approx(0.3 * std::exp(-1.6)));
}

TEST_CASE("Fatigue: with both time constants of reading infinite nothing builds", "[env][person]") {
  Fatigue fatigue;
  fatigue.rise = fatigue.strain = kInfinity;
  const Fatigue::Level after = fatigue.after_reading({0, 0}, 1e6);
  CHECK(after.recoverable == 0);
  CHECK(after.strain == 0);
}

TEST_CASE("Satiation: the n-th reading in a row costs a geometric sum, and idling leaves a power",
          "[env][person]") {
  const Satiation satiation;
  const double spacing = 20;
  const double g = std::exp(-spacing / 120);
  float s = 0;
  for (int n = 1; n <= 30; ++n) {
    s *= satiation.kept(spacing);
    const double cost = 0.5 * g * (1 - std::pow(g, n - 1)) / (1 - g);
    CHECK(satiation.cost * s == Approx(cost).epsilon(2e-5).margin(1e-12));
    s += 1;
  }
  const double before = static_cast<double>(s);
  for (int m = 0; m < 7; ++m) s *= satiation.kept(spacing);
  CHECK(s == Approx(before * std::pow(g, 7)).epsilon(1e-5));
}

TEST_CASE("Forgetting: the integral of what is left is the sum over thin slices", "[env][person]") {
  for (const double half_life : {0.01, 60.0, 1440.0, 1e6, 1e12, 1e60, kInfinity}) {
    Forgetting forgetting;
    forgetting.half_life = half_life;
    for (const double minutes : {0.0, 1e-3, 1.0, 137.0, 5000.0}) {
      const int parts = 100000;
      double sum = 0;
      for (int i = 0; i < parts; ++i)
        sum += std::exp2(-minutes * (i + 0.5) / parts / half_life) * minutes / parts;
      INFO("half-life " << half_life << ", " << minutes << " min");
      // the slices are too wide for the shortest half-life, whose integral is plain
      const double exact = half_life < 1 && minutes > 1 ? half_life / std::log(2.0) : sum;
      CHECK(forgetting.kept_minutes(minutes) == Approx(exact).epsilon(1e-5).margin(1e-12));
    }
  }
}

TEST_CASE("Temptation, Goodwill, Habit: one reading adds what the equations say", "[env][person]") {
  const Temptation temptation;
  for (const float appeal : {-3.0f, 0.0f, 0.7f, 4.0f})
    CHECK(temptation.gain(appeal) ==
          Approx(std::exp(static_cast<double>(appeal) / 2) * 60 / 120).epsilon(kFloat));
  CHECK(Goodwill{}.gain(-1.5f) == Approx(-1.5 / 60));
  CHECK(Habit{}.gain(9.0f) == Approx(9.0 / 18));
}

TEST_CASE("Habit: its factor is a power of use, held between a sixteenth and sixteen times",
          "[env][person]") {
  Habit habit;
  CHECK(habit.factor(20) == Approx(1.0));
  CHECK(habit.factor(35) == Approx(std::pow(35.0 / 20, 0.6)).epsilon(kFloat));
  const double least = std::pow(1.0 / 16, 0.6);
  CHECK(habit.factor(20.0f / 16) == Approx(least).epsilon(kFloat));
  CHECK(habit.factor(0.1f) == Approx(least).epsilon(kFloat));
  CHECK(habit.factor(0) == Approx(least).epsilon(kFloat));
  CHECK(habit.factor(320) == Approx(1 / least).epsilon(kFloat));
  CHECK(habit.factor(1e9f) == Approx(1 / least).epsilon(kFloat));
  habit.strength = 0;
  for (const float use : {0.0f, 3.0f, 1e9f}) CHECK(habit.factor(use) == 1);
}

TEST_CASE("Annoyance: opting out is logistic in its logarithm, and the urge falls with ln(1 + n)",
          "[env][person]") {
  const Annoyance annoyance;
  CHECK(annoyance.per_unwanted() == 1);
  for (const double n : {0.2, 3.0, 6.5, 8.0, 40.0}) {
    const double x = (std::log(n) - std::log(6.5)) / 0.2;
    CHECK(annoyance.opt_out_rate(static_cast<float>(n), std::log(6.5f)) ==
          Approx(logistic(x) / (3 * 1440)).epsilon(2e-5));
    CHECK(annoyance.urge(static_cast<float>(n)) == Approx(-0.1 * std::log1p(n)).epsilon(kFloat));
  }
  CHECK(annoyance.urge(0) == 0);
  // pushes at a steady rate r a week settle at n = r, whatever tau is
  for (const double tau : {0.5, 7.0, 30.0}) {
    Annoyance steady;
    steady.tau = tau;
    float n = 0;
    double sum = 0;
    const int each = 5000;  // pushes 10 min apart: 1008 a week
    for (int i = 0; i < 4 * each; ++i) {
      n = n * steady.kept(10) + steady.per_unwanted();
      if (i >= 3 * each) sum += static_cast<double>(n);
    }
    const double kept = std::exp(-10 / (1440 * tau));
    CHECK(sum / each == Approx(7 / tau / (1 - kept)).epsilon(0.01 + std::pow(kept, 3 * each)));
    CHECK(7 / tau / (1 - kept) == Approx(1008).epsilon(0.01));
  }
}

TEST_CASE("Churn: the hazard is proportional to e^-R2, within ten either way", "[env][person]") {
  Churn churn;
  CHECK(churn.rate(0) == 0);
  churn.hazard = 0.5;
  for (const double goodwill : {-3.0, 0.0, 0.4, 9.0})
    CHECK(churn.rate(static_cast<float>(goodwill)) ==
          Approx(0.5 * std::exp(-goodwill) / 960).epsilon(kFloat));
  CHECK(churn.rate(1e6f) == Approx(0.5 * std::exp(-10.0) / 960).epsilon(kFloat));
  CHECK(churn.rate(-1e6f) == Approx(0.5 * std::exp(10.0) / 960).epsilon(kFloat));
}

TEST_CASE("Sessions: the rate of return is a base and a gap, times habit, urge and commute",
          "[env][person]") {
  Sessions sessions;
  sessions.commute = 3;
  for (const double urge : {-4.0, -1.5, -0.3, 0.0, 0.8, 1.5, 60.0}) {
    const double factor = 1.7 * std::exp(std::clamp(urge, -1.5, 1.5));
    const double rate = (5 + 0.6) / 960 * factor;
    CHECK(sessions.return_rate(0.6, 1.7f, static_cast<float>(urge), false) ==
          Approx(rate).epsilon(kFloat));
    CHECK(sessions.return_rate(0.6, 1.7f, static_cast<float>(urge), true) ==
          Approx(4 * rate).epsilon(kFloat));
  }
  sessions.base = sessions.pull = 0;
  CHECK(sessions.return_rate(1, 16, 1.5f, true) == 0);
}

TEST_CASE("Drift: an experience is what a reading was worth beside a minute elsewhere, in [-1, 1]",
          "[env][person]") {
  CHECK(Drift::experience(0, 1) == -1);
  CHECK(Drift::experience(0.5f, 1) == -0.5f);
  CHECK(Drift::experience(1, 1) == 0);
  CHECK(Drift::experience(1.25f, 1) == 0.25f);
  CHECK(Drift::experience(7, 1) == 1);
  // where elsewhere is worth nothing, anything is better
  CHECK(Drift::experience(0.1f, 0) == 1);
  CHECK(Drift::experience(0, 0) == 0);
  CHECK(Drift{}.kept(1e6) == 1);  // off: interests stay where they are
}

TEST_CASE("Adverts: a reading is cut at the first advert that is not sat through",
          "[env][person]") {
  Adverts adverts;
  CHECK_FALSE(adverts.on(3));
  CHECK(adverts.cut(9, 1e-9f) == 9);  // none come
  CHECK(adverts.taken(9) == 0);
  adverts.rate = 0.25;
  adverts.minutes = 0.5;
  adverts.from = 2;
  CHECK_FALSE(adverts.on(1.999));
  CHECK(adverts.on(2));
  CHECK(adverts.taken(8) == Approx(8 * 0.25 * 0.5));
  // T ~ Exp(0.25 * 0.1): the mean of min(9, T) is (1 - e^(-9 r)) / r
  const double ends = 0.025;
  const int parts = 100000;
  double sum = 0;
  for (int i = 0; i < parts; ++i)
    sum += static_cast<double>(adverts.cut(9, static_cast<float>(-std::log((i + 0.5) / parts))));
  CHECK(sum / parts == Approx((1 - std::exp(-9 * ends)) / ends).epsilon(1e-4));
  adverts.stay = 1;  // he sits through all
  CHECK(adverts.cut(9, 1e-9f) == 9);
}

TEST_CASE("Day: the hours of commuting lie around office hours, over midnight too",
          "[env][person]") {
  Day day;
  const auto hours = [&day] {
    std::vector<int> found;
    for (int hour = 0; hour < 24; ++hour) {
      const bool commutes = day.commuting(3 * 1440 + hour * 60);
      if (commutes) found.push_back(hour);
      CHECK(day.commuting(hour * 60 + 59.9) == commutes);
    }
    return found;
  };
  CHECK(hours() == std::vector<int>{8, 17});
  day.busy_from = 0;
  day.busy_to = 8;
  CHECK(hours() == std::vector<int>{8, 23});
  day.busy_from = 16;
  day.busy_to = 24;
  CHECK(hours() == std::vector<int>{0, 15});
}

TEST_CASE("Day: shifting it moves waking, sleep and office hours alike, and no further than a day",
          "[env][person]") {
  Day day;
  day.shift(1.5);
  CHECK(day.wake == 8.5);
  CHECK(day.sleep == 24.5);
  CHECK(day.busy_from == 10.5);
  CHECK(day.busy_to == 18.5);
  day.shift(-20);  // as far as midnight
  CHECK(day.wake == 0);
  CHECK(day.sleep == 16);
  CHECK(day.awake_minutes() == 960);
}

TEST_CASE("PersonTypes: each kind changes exactly what it says", "[env][person]") {
  const std::map<std::string, std::map<std::string, double>> expected = {
      {"typical", {}},
      {"focused",
       {{"attention.kappa", 3},
        {"annoyance.tolerance", 3.25},
        {"day.wake", 6},
        {"day.sleep", 22},
        {"day.busy_from", 8},
        {"day.busy_to", 16},
        {"day.busy", 1}}},
      {"grazer",
       {{"temptation.appeal", 1.8 * 1.15},
        {"temptation.impulse", 0.15},
        {"day.wake", 8},
        {"day.sleep", 24},
        {"day.busy_from", 10},
        {"day.busy_to", 18}}},
      {"expert", {{"forgetting.half_life", 5760}, {"dwell.depth", 16}, {"outside_option", 0.28}}},
      {"commuter",
       {{"sessions.commute", 3},
        {"sessions.base", 3},
        {"day.wake", 6},
        {"day.sleep", 22},
        {"day.busy_from", 8},
        {"day.busy_to", 16},
        {"day.busy", 1}}},
      {"anxious", {{"sessions.pull", 5}, {"annoyance.tolerance", 13}}},
      {"novelty_seeker",
       {{"satiation.tau", 480},
        {"satiation.cost", 1},
        {"day.wake", 8.5},
        {"day.sleep", 24.5},
        {"day.busy_from", 10.5},
        {"day.busy_to", 18.5}}},
  };
  REQUIRE(expected.size() == kPersonTypes.size());
  for (const PersonType& type : kPersonTypes) {
    INFO(type.name);
    Person person;
    type.apply(person);
    const auto& traits = expected.at(std::string(type.name));
    std::set<std::string> keys;
    for (const auto& [key, value] : traits) {
      keys.insert(key);
      CHECK(number_of(person, key) == Approx(value).epsilon(1e-6));
    }
    const auto changed = differences(Person{}, person);
    CHECK(std::set<std::string>(changed.begin(), changed.end()) == keys);
  }
}

TEST_CASE("PersonTypes: a kind is drawn as often as its share asks, and never without one",
          "[env][person]") {
  PersonTypes types;
  CHECK(types.draw(0.001) == 0);
  CHECK(types.draw(0.999) == 0);
  types.share = {0, 3, 0, 0, 1, 0, 0};
  CHECK(types.draw(1e-9) == 1);
  CHECK(types.draw(0.749) == 1);
  CHECK(types.draw(0.751) == 4);
  CHECK(types.draw(1 - 1e-9) == 4);
}

TEST_CASE("compressed: all that is slow runs faster, and nothing else changes", "[env][person]") {
  Person person;
  person.churn.hazard = 0.3;
  person.drift.rate = 0.2f;
  const Person fast = compressed(person, 20);
  const std::map<std::string, double> expected = {
      {"goodwill.tau", 3}, {"habit.tau", 0.9}, {"annoyance.tau", 0.35}, {"annoyance.patience", .15},
      {"churn.hazard", 6}, {"drift.rate", 4},  {"drift.tau", 1.5},
  };
  for (const auto& [key, value] : expected)
    CHECK(number_of(fast, key) == Approx(value).epsilon(1e-6));
  CHECK(differences(person, fast).size() == expected.size());
  CHECK(differences(person, compressed(person, 1)).empty());
  // what is switched off stays off
  const Person off = compressed(Person{}, 20);
  CHECK(off.churn.hazard == 0);
  CHECK(off.drift.rate == 0);
}

TEST_CASE("Mechanisms: each has a file, a name of its own, and a neutral value that is a change",
          "[env][person]") {
  std::set<std::string> names;
  for (const Mechanism& mechanism : all_mechanisms()) {
    INFO(mechanism.name);
    CHECK(names.insert(mechanism.name).second);
    CHECK_FALSE(mechanism.summary.empty());
    CHECK(std::filesystem::exists(std::filesystem::path(INFODIET_SOURCE_DIR) / "env/person" /
                                  mechanism.file()));
    Person person;
    mechanism.remove(person);
    CHECK(differences(Person{}, person).empty() == !mechanism.by_default);
    Person twice = person;
    mechanism.remove(twice);
    CHECK(differences(person, twice).empty());
  }
}

TEST_CASE("Parameters: every setting of the person is listed once, with where it comes from",
          "[env][person]") {
  std::vector<std::string> listed, there;
  for (const Parameter& parameter : all_parameters()) {
    INFO(parameter.key);
    listed.push_back(parameter.key);
    const bool known = parameter.basis == "source" || parameter.basis == "fitted";
    CHECK((known || parameter.basis == "free"));
    CHECK(known == !parameter.source.empty());
  }
  for (const PersonSetting& leaf : leaves_of(Person{})) there.push_back(leaf.key);
  CHECK(listed == there);
}

}  // namespace infodiet::test
