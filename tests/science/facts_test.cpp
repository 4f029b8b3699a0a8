#include <cmath>
#include <set>
#include <string>

#include "env/person/mechanisms.hpp"
#include "sim/facts/fact_run.hpp"
#include "tests/support/catch.hpp"

// The published findings, as far as they fit into a test run. `infodiet facts` measures all of them
// on several populations.

namespace infodiet::test {

TEST_CASE("Facts: those that take seconds are reproduced on one population", "[science]") {
  const std::set<std::string> quick_ones = {"T1", "T2", "T3", "T5", "T6", "T12", "T14", "T15"};
  Workers workers;
  FactPlan plan;
  plan.seeds = 1;
  std::vector<Fact> facts;
  for (const Fact& fact : all_facts()) {
    if (quick_ones.contains(fact.label)) facts.push_back(fact);
  }
  REQUIRE(facts.size() == quick_ones.size());
#ifdef INFODIET_SANITIZED
  plan.quick = true;
#endif
  for (const FactResult& result : run_facts(facts, plan, workers)) {
    for (std::size_t i = 0; i < result.bands.size(); ++i) {
      const Band& band = result.fact.bands[i];
      INFO(result.fact.label << ": " << band.what << ": " << result.bands[i].interval.estimate
                             << " (must be " << band.low << " to " << band.high << ")");
      // a smoke test has too few people to meet a band
      CHECK((plan.quick ? std::isfinite(result.bands[i].interval.estimate) : result.bands[i].pass));
    }
  }
}

#ifndef INFODIET_SANITIZED  // half a minute without sanitizers, ten with
TEST_CASE("Facts: every one measures what it claims to, if only roughly", "[science]") {
  Workers workers;
  FactPlan plan;
  plan.quick = true;
  for (const FactResult& result : run_facts(all_facts(), plan, workers)) {
    for (std::size_t i = 0; i < result.bands.size(); ++i) {
      INFO(result.fact.label << ": " << result.fact.bands[i].what);
      CHECK(std::isfinite(result.bands[i].interval.estimate));
    }
  }
}
#endif

}  // namespace infodiet::test
