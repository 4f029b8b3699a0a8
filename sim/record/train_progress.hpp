#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/api/snapshot.hpp"

namespace infodiet {

/// One number of a training, iteration by iteration.
struct TrainCurve {
  std::string name;  ///< docs/training.md: "rollout/score"
  std::string unit;
  std::vector<float> values;  ///< (iterations) NaN where there is none
};

/// One of the people on the wall.
struct WallPerson {
  int env = 0;
  StepRecord last;             ///< of the decision before
  std::vector<float> balance;  ///< of the decisions before, newest last
};

/// What can be seen of a training: what its log says, and some people its newest policy serves.
struct TrainProgress {
  std::string run;  ///< its folder; "" if there is none
  std::string agent;
  std::vector<double> decisions;  ///< (iterations)
  std::vector<TrainCurve> curves;
  double total_decisions = 0;
  double elapsed = 0, per_second = 0;  ///< [s], decisions per second
  bool is_finished = false;
  std::string checkpoint;  ///< what the people on the wall are served by
  std::vector<WallPerson> wall;

  const TrainCurve* find(const std::string& name) const {
    for (const TrainCurve& curve : curves) {
      if (curve.name == name) return &curve;
    }
    return nullptr;
  }
};

}  // namespace infodiet
