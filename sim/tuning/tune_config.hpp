#pragma once

#include <cstdint>

#include "env/core/fields.hpp"

namespace infodiet {

/// How `infodiet tune` looks for the settings of an agent.
struct TuneConfig : ConfigOf<TuneConfig> {
  double budget = 20000;
  int trainings = 100;
  // Measured: eight tunings of `threshold` on the quickstart by 20000 days. 64 settings with eta 4
  // never did worse than 32 with eta 3 (1.91 and 1.79 a day on fresh seeds). To give half of the
  // freed places to neighbours of survivors did not help (1.75).
  int candidates = 64;
  int eta = 4;
  int episodes = 8;
  double near = 0;
  double recheck = 0.1;
  std::uint64_t first_seed = 1'000'000;

  void fields(Fields& f) override;
};

}  // namespace infodiet
