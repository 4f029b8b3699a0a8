#pragma once

#include <cstdint>

#include "env/core/fields.hpp"

namespace infodiet {

/// How `infodiet tune` looks for the settings of an agent.
struct TuneConfig : ConfigOf<TuneConfig> {
  double budget = 20000;
  int candidates = 32;
  int eta = 3;
  int episodes = 8;
  double recheck = 0.1;
  std::uint64_t first_seed = 1'000'000;

  void fields(Fields& f) override;
};

}  // namespace infodiet
