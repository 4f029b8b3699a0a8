#pragma once

#include <cstdint>
#include <vector>

#include "env/core/philox.hpp"

namespace infodiet {

/// A finished episode, in sums.
struct EpisodeRecord {
  EpisodeKey key;
  std::uint32_t decisions = 0;
  double minutes = 0;           ///< simulated time, with what was left when a person left for good
  double score = 0;             ///< weighted sum of `rewards`
  bool terminated = false;      ///< ended by itself, not by its length
  int person_type = 0;          ///< which of Spec::person_types it was played by
  std::vector<double> rewards;  ///< (R) named in Spec::rewards
  std::vector<double> metrics;  ///< named in Spec::metrics
};

}  // namespace infodiet
