#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/error.hpp"
#include "sim/tuning/halving.hpp"
#include "sim/tuning/knobs.hpp"
#include "tests/sim/tuning/aiming_world.hpp"
#include "tests/support/catch.hpp"

// What is tried, and how often: knobs, draws, rounds.

namespace infodiet::test {
namespace {

const AimingWorld kLinked;  // takes the agent "aiming" along

Choice aiming() { return Choice(AgentRegistry::instance(), "aiming"); }

std::map<std::string, std::string> values_of(const Choice& agent) {
  std::map<std::string, std::string> values;
  for (const Knob& knob : knobs_of(agent)) values[knob.key] = knob.value;
  return values;
}

std::vector<std::string> texts(const std::vector<Candidate>& candidates) {
  std::vector<std::string> out;
  for (const Candidate& candidate : candidates) out.push_back(write_value(candidate.agent));
  return out;
}

TuneConfig config(double budget, int candidates, int eta, int episodes, double recheck) {
  TuneConfig tune;
  tune.budget = budget;
  tune.candidates = candidates;
  tune.eta = eta;
  tune.episodes = episodes;
  tune.recheck = recheck;
  return tune;
}

}  // namespace

TEST_CASE("Knobs: only fields that declare a search, with range and unit", "[sim][tune]") {
  const std::vector<Knob> knobs = knobs_of(aiming());
  std::vector<std::string> keys;
  for (const Knob& knob : knobs) keys.push_back(knob.key);
  CHECK(keys == std::vector<std::string>{"first", "second", "shown", "hand", "loud"});
  CHECK(knobs[1].range == "0.01 to 100, log scale");
  CHECK(knobs[1].value == "0.1");
  CHECK(knobs[3].range == "steady, trembling");
  CHECK(knobs[4].range == "true, false");
  CHECK(knobs_of(Choice(AgentRegistry::instance(), "never")).empty());
}

TEST_CASE("Draws: uniform on the scale of the search, within it, and whole where ints are",
          "[sim][tune]") {
  const int draws = 3000;
  double low_first = 0, low_second = 0, trembling = 0, loud = 0;
  int shown[3] = {};
  for (std::uint32_t i = 0; i < draws; ++i) {
    auto values = values_of(draw_knobs(aiming(), {}, 7, i));
    const double first = std::stod(values["first"]), second = std::stod(values["second"]);
    REQUIRE((first >= 0 && first <= 1));
    REQUIRE((second >= 0.01 && second <= 100));
    REQUIRE(values["first"].size() <= 6);  // four digits: 0.1234
    low_first += first < 0.5 ? 1 : 0;
    low_second += second < 1 ? 1 : 0;  // the middle of the logarithms
    ++shown[std::stoi(values["shown"])];
    trembling += values["hand"] == "\"trembling\"" ? 1 : 0;
    loud += values["loud"] == "true" ? 1 : 0;
    REQUIRE_FALSE((values["loud"] == "true" && first > 0.95));  // the rule of the settings
  }
  CHECK(low_first / draws == Approx(0.51).margin(0.03));
  CHECK(low_second / draws == Approx(0.5).margin(0.03));
  CHECK(trembling / draws == Approx(0.5).margin(0.03));
  CHECK(loud / draws == Approx(0.49).margin(0.03));
  for (const int count : shown)
    CHECK(static_cast<double>(count) / draws == Approx(1. / 3).margin(0.03));
}

TEST_CASE("Draws: a fixed knob stays and changes no other; what is no knob is never touched",
          "[sim][tune]") {
  for (std::uint32_t i = 0; i < 20; ++i) {
    const Choice drawn = draw_knobs(aiming(), {}, 3, i);
    auto free = values_of(drawn), fixed = values_of(draw_knobs(aiming(), {"second"}, 3, i));
    CHECK(fixed["second"] == "0.1");
    if (free["loud"] == "false") {  // else the rule may ask for another draw
      CHECK(fixed["first"] == free["first"]);
      CHECK(fixed["shown"] == free["shown"]);
    }
    CHECK(write_value(drawn).find("untouched: 0.25") != std::string::npos);
  }
  CHECK(values_of(draw_knobs(aiming(), {}, 3, 0)) != values_of(draw_knobs(aiming(), {}, 4, 0)));
}

TEST_CASE("Candidates: defaults, given ones, then draws that do not depend on how many are asked",
          "[sim][tune]") {
  Choice given = aiming();
  fix_settings(given, {"first=0.5"});
  const auto few = texts(make_candidates(aiming(), {given, given}, {}, 5, 10));
  const auto many = texts(make_candidates(aiming(), {given}, {}, 5, 300));
  REQUIRE(few.size() == 10);
  REQUIRE(many.size() == 300);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  CHECK(few[0] == write_value(aiming()));
  CHECK(few[1] == write_value(given));
  CHECK(std::set<std::string>(many.begin(), many.end()).size() == many.size());
}

TEST_CASE("Candidates: what is fixed holds for all, and a small space is tried whole once",
          "[sim][tune]") {
  const std::vector<std::string> fixes = {"first=0.25", "second=1", "loud=false"};
  Choice given = aiming();
  fix_settings(given, {"first=0.9"});
  const auto all = make_candidates(aiming(), {given}, fixes, 1, 100);
  CHECK(all.size() == 6);  // three counts, two hands; what was given became the defaults
  for (const Candidate& candidate : all) {
    CHECK(values_of(candidate.agent)["first"] == "0.25");
    CHECK(values_of(candidate.agent)["loud"] == "false");
  }
  CHECK_THROWS_AS(make_candidates(aiming(), {}, {"frist=1"}, 1, 4), Error);
  CHECK_THROWS_AS(make_candidates(aiming(), {}, {"first=2"}, 1, 4), Error);
}

TEST_CASE("Halving: any budget is kept, and all but two seeds of it are used", "[sim][tune]") {
  int planned = 0;
  for (const double days : {0.05, 1.0, 6.0}) {
    for (const int available : {2, 3, 7, 32, 500}) {
      for (const int eta : {2, 3, 4, 50}) {
        for (const double recheck : {0.0, 0.1, 0.5}) {
          for (double budget = 10; budget < 2e5; budget *= 1.37) {
            const TuneConfig tune = config(budget, 64, eta, 4, recheck);
            INFO(budget << " d, " << available << " candidates, eta " << eta << ", " << days);
            TunePlan plan;
            try {
              plan = make_tune_plan(tune, days, available, 2);
            } catch (const Error& error) {
              // then the budget must be small indeed: two settings once, and four seeds of recheck
              REQUIRE(budget * (1 - recheck) < 8 * 4 * days);
              continue;
            }
            ++planned;
            const double seed = 4 * days;
            REQUIRE(plan.days() <= budget);
            const int last = plan.rounds.back().candidates;
            REQUIRE(plan.days() > budget - (recheck > 0 ? 2.001 : last + 0.001) * seed);
            REQUIRE(plan.rounds[0].candidates >= 2);
            REQUIRE(plan.rounds[0].candidates <= std::min(available, 64));
            REQUIRE(plan.rounds.back().candidates <= eta);
            REQUIRE(plan.recheck.candidates * plan.recheck.seeds * seed >=
                    recheck * budget - 2.001 * seed);
            REQUIRE((recheck > 0 ? plan.recheck.seeds >= 2 : plan.recheck.seeds == 0));
            int seeds = 0;
            for (std::size_t i = 0; i < plan.rounds.size(); ++i) {
              const TuneRound& round = plan.rounds[i];
              REQUIRE(round.first_seed == seeds);
              REQUIRE(round.seeds >= 1);
              seeds += round.seeds;
              if (i > 0)
                REQUIRE(round.candidates == std::max(2, plan.rounds[i - 1].candidates / eta));
            }
            REQUIRE(plan.recheck.first_seed == seeds);
          }
        }
      }
    }
  }
  CHECK(planned > 3000);
}

TEST_CASE("Draws: what doubles is one of its steps, each as likely", "[sim][tune]") {
  const Choice ppo(AgentRegistry::instance(), "ppo");
  std::map<std::string, int> dims, heads;
  for (std::uint32_t i = 0; i < 600; ++i) {
    auto values = values_of(draw_knobs(ppo, {}, 11, i));
    ++dims[values["policy.dim"]];
    ++heads[values["policy.heads"]];
    REQUIRE(std::stod(values["horizon"]) >= 240);
  }
  REQUIRE(dims.size() == 3);
  for (const char* dim : {"16", "32", "64"}) CHECK(dims[dim] == Approx(200).margin(50));
  REQUIRE(heads.size() == 4);
  for (const char* head : {"1", "2", "4", "8"}) CHECK(heads[head] == Approx(150).margin(45));
}

TEST_CASE("Halving: rounds cost about the same", "[sim][tune]") {
  const TunePlan plan = make_tune_plan(config(20000, 32, 3, 8, 0.1), 6, 32, 1);
  REQUIRE(plan.rounds.size() == 3);
  for (const TuneRound& round : plan.rounds)
    CHECK(round.candidates * round.seeds * plan.days_per_seed == Approx(6000).epsilon(0.25));
  CHECK(plan.rounds[1].candidates == 10);
  CHECK(plan.rounds[2].candidates == 3);
}

TEST_CASE("Halving: the budget that a refusal asks for is enough", "[sim][tune]") {
  for (const int given : {1, 5, 40}) {
    for (const double recheck : {0.0, 0.1, 0.9}) {
      TuneConfig tune = config(1, 8, 3, 2, recheck);
      try {
        make_tune_plan(tune, 3, 64, given);
        FAIL("one day was enough for " << given);
      } catch (const Error& error) {
        const std::string what = error.what();
        CHECK(what.find("tune.budget") == 0);
        tune.budget = std::stod(what.substr(what.find("needed: ") + 8));
      }
      CHECK(make_tune_plan(tune, 3, 64, given).rounds.size() ==
            (given > 1 ? (given > 5 ? 4 : 2) : (recheck > 0 ? 0 : 1)));
    }
  }
  CHECK_THROWS_AS(make_tune_plan(config(1e12, 8, 2, 1, 0), 0.01, 8, 1), Error);
}

TEST_CASE("Halving: settings that stand alone are scored and no more", "[sim][tune]") {
  const TunePlan plan = make_tune_plan(config(1000, 32, 3, 10, 0.2), 1, 1, 1);
  CHECK(plan.rounds.empty());
  CHECK(plan.recheck.candidates == 1);
  CHECK(plan.days() == 200);
}

TEST_CASE(
    "Halving: the best come first, of equals the one that stands first, what is no number last",
    "[sim][tune]") {
  const double nan = std::nan("");
  CHECK(best_of(std::vector<double>{1, 3, nan, 3, 2}, 5) == std::vector<int>{1, 3, 4, 0, 2});
  CHECK(best_of(std::vector<double>{nan, -1e300}, 1) == std::vector<int>{1});
}

}  // namespace infodiet::test
