#pragma once

#include "viz/model.hpp"

namespace infodiet::viz {

/// The part of an episode that the time line shows, and what lies where on it.
class TimeLine {
 public:
  explicit TimeLine(Model& model) : model_(model) {}

  /// The day at `x` stays where it is. @param line  where the time line stands
  void zoom(float up, float x, Rect line);
  /// The last decision that is not later than `x`; -1 if there is none at all.
  int decision_at(float x, Rect line) const;
  /// To be called once a frame. A zoomed time line moves with the decision that is shown, when that
  /// is another one: otherwise it stays where it was zoomed to.
  void follow();

 private:
  Model& model_;
  int shown_ = -1;  // at the last frame
};

}  // namespace infodiet::viz
