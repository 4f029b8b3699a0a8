#pragma once

#include "sim/record/stage.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

/// Which decision is shown, and how that moves: by itself, step by step, or to a place.
class Playhead {
 public:
  Playhead(Model& model, Stage& stage) : model_(model), stage_(stage) {}

  void toggle_play();
  /// Back through what was seen, on through it, and beyond its end into what was not yet decided.
  void step(int decisions);
  /// @param decision  beyond the newest: follows that
  void go_to(int decision);
  void go_to_event(int direction);
  /// To be called once a frame. A recording plays by moving through it.
  /// @param seconds  since the frame before
  void follow(double seconds);

 private:
  void pause() { stage_.send({.kind = Command::kPause}); }

  Model& model_;
  Stage& stage_;
  double pending_ = 0;                // decisions since the last whole one
  double measured_ = 0, actual_ = 0;  // [s] since the speed was measured last; what it was
  int moved_ = 0;                     // decisions since then
};

}  // namespace infodiet::viz
