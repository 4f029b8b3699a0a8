#pragma once

#include <string>

#include "env/api/spec.hpp"

namespace infodiet {

/// The unit of the score: that of its parts, if they agree; else "-".
inline std::string score_unit(const Spec& spec) {
  std::string unit;
  for (const RewardPart& part : spec.rewards) {
    if (part.weight != 0 && unit.empty()) unit = part.unit;
    if (part.weight != 0 && part.unit != unit) unit = "-";
  }
  return unit;
}

}  // namespace infodiet
