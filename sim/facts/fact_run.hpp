#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "sim/facts/fact.hpp"
#include "sim/statistics.hpp"

namespace infodiet {

/// On which populations facts are measured.
struct FactPlan {
  Person person;
  std::vector<std::string> without = {};  ///< mechanisms that were taken out of him
  int seeds = 0;  ///< 1, 2, ... `seeds`; 0: as many as each fact asks for, or one if `quick`
  bool quick = false;

  int seeds_of(const Fact& fact) const { return seeds > 0 ? seeds : quick ? 1 : fact.seeds; }
};

/// The person with those of his parts that take part in a fact.
Person person_in(const Fact& fact, Person person);

/// What a band is held against.
struct BandResult {
  Interval interval;  ///< mean over seeds, with Student's 95 % interval
  bool pass = false;  ///< the mean lies in [low, high], ends included; no number never does
  double miss = 0;    ///< mean minus the bound it is beyond, in the band's unit; 0 if it passes
};

/// @param values  one per seed. If one of them is no finite number, the mean is none either
BandResult judge(const Band& band, const std::vector<double>& values);

/// A fact, measured on all its seeds.
struct FactResult {
  Fact fact;
  int seeds = 0;
  std::vector<BandResult> bands;              ///< as in the fact
  std::vector<std::vector<Interval>> curves;  ///< of the measured curves, plot by plot: each point
                                              ///< over the seeds on which it exists
  double seconds = 0;                         ///< wall time

  bool pass() const;
  int missed() const;  ///< bands
};

/// What is being measured: `done` of `total` pairs of fact and seed are complete.
struct FactProgress {
  const Fact* fact;
  int seed;   ///< 1, 2, ...
  int seeds;  ///< of this fact
  int done;
  int total;
};

struct FactCallbacks {
  std::function<void(const FactProgress&)> starts = nullptr;  ///< before each pair
  std::function<void(const FactResult&)> finished = nullptr;  ///< after each fact
};

/// Measures facts one after another, seed by seed. A fact shares its work out among the threads;
/// the result has the same bits for any number of them.
/// @param cancel  if it becomes true, the facts that are complete until then are returned
/// @throws Error kInternal naming a fact whose sample is not what it claims; what a fact throws,
///         with its name
std::vector<FactResult> run_facts(const std::vector<Fact>& facts, const FactPlan& plan,
                                  Workers& workers, const std::atomic<bool>* cancel = nullptr,
                                  const FactCallbacks& callbacks = {});

}  // namespace infodiet
