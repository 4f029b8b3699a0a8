#pragma once

#include <string>
#include <vector>

#include "env/api/spec.hpp"

namespace infodiet {

/// What a number is called, in what it is counted, and what it means.
struct MetricInfo {
  std::string name;
  std::string unit;  ///< "-" if it has none
  std::string meaning;
  /// It tells of clocks, so it is the only kind that two runs of one seed may differ in.
  bool clock = false;
};

/// All that may be logged of a training on a world, in the order of columns: the names of
/// Stable-Baselines3 (its logger page, version 2.9) where it has one, ours beside them, and one of
/// ours for each part of the reward.
std::vector<MetricInfo> training_metrics(const Spec& spec);

}  // namespace infodiet
