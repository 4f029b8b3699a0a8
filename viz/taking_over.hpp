#pragma once

#include <cstdint>

#include "sim/record/stage.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

/// The newest decision, taken again as a person wants it: with candidates hidden from the agent, or
/// with a slate picked by hand. What came of it is told once the stage has answered.
class TakingOver {
 public:
  TakingOver(Model& model, Stage& stage) : model_(model), stage_(stage) {}

  /// Hides the candidate in focus from the agent, or offers it again.
  void mask();
  void unmask_all();
  /// Begins to pick a slate, or gives up.
  void toggle();
  /// Picks a candidate, or puts it back.
  void pick(std::int32_t item);
  /// Begins with this candidate, where the newest decision is shown.
  void pick_at_once(std::int32_t item);
  void finish();
  void give_up() { model_.hand = {}; }

  /// To be called once a frame. @param seconds  since the frame before
  void follow(double seconds);

 private:
  bool is_allowed();
  const Snapshot* standing();
  void ask(Command command, const Snapshot& shot);
  void bind();
  void hear(double seconds);

  Model& model_;
  Stage& stage_;
  struct Asked {
    bool is_open = false;
    StepRecord of;  ///< as the decision was until then
    bool by_hand = false;
    double since = 0;  ///< [s]
  } asked_;
};

}  // namespace infodiet::viz
