#pragma once

#include <cstdint>
#include <vector>

#include "sim/record/stage.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

/// Of what went by too fast only records were kept. What stands still is to be seen whole: it is
/// asked for, by each side for itself.
class WholeDecisions {
 public:
  WholeDecisions(Model& model, Stage& stage) : model_(model), stage_(stage) {}

  /// To be called once a frame. @param seconds  since the frame before
  void follow(double seconds);

 private:
  struct Asked {
    std::int64_t decision = -1;
    int take = 0;
    double since = 0;  ///< [s]
    int tries = 0;
  };

  Model& model_;
  Stage& stage_;
  std::vector<Asked> asked_;  // by side
};

}  // namespace infodiet::viz
