#pragma once

#include <vector>

#include "viz/model.hpp"

namespace infodiet::viz {

/// What one side came to until the decision that is shown, per simulated day where it says so. Two
/// sides are tallied over the same time: until the first of them ends.
struct Tally {
  double score = 0, per_day = 0, days = 0;
  double read_per_day = 0, shown_per_day = 0, lost = 0, balance = 0;
  std::vector<double> parts;  ///< (R) of the reward, not weighed

  static Tally of(const Model& model, int side);
};

/// Whether a side is at its end, while another one goes on.
bool ends_here(const Model& model, int side);

}  // namespace infodiet::viz
