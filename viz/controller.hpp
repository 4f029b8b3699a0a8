#pragma once

#include <functional>
#include <vector>

#include "sim/record/stage.hpp"
#include "viz/model.hpp"
#include "viz/playhead.hpp"
#include "viz/taking_over.hpp"
#include "viz/time_line.hpp"
#include "viz/whole_decisions.hpp"

namespace infodiet::viz {

/// A key of the keyboard, whoever reports it.
enum class Key {
  kNone,
  kSpace,
  kLeft,
  kRight,
  kHome,
  kEnd,
  kMinus,
  kPlus,
  kBracketLeft,
  kBracketRight,
  kEnter,
  kTab,
  kEscape,
  kF11,
  kHelp,
  k1,
  k2,
  k3,
  k4,
  kA,
  kB,
  kF,
  kG,
  kH,
  kL,
  kM,
  kN,
  kP,
  kR,
  kT,
  kU,
  kV,
};

/// What keys and mouse do: it changes the model, or sends commands to the stage. It knows no
/// window, so a test can press its keys.
class Controller {
 public:
  /// What only a window can do. Each may be empty.
  struct Hooks {
    std::function<void()> close, fullscreen;
    std::function<void(int kind)> picture;  ///< 0 PNG, 1 GIF, 2 MP4: begin or end
  };

  Controller(Model& model, Stage& stage, Hooks hooks);

  void key(Key key, bool shift);
  void move(Point mouse, const std::vector<Hit>& hits);
  /// @param shift  held: a candidate is picked by hand at once
  void press(Point mouse, const std::vector<Hit>& hits, bool shift = false);
  void release() { is_scrubbing_ = false; }
  /// Over the time line it zooms, anywhere else it moves through the candidates.
  void wheel(float up, const std::vector<Hit>& hits);

  /// To be called once a frame, when the model is up to date.
  /// @param seconds  since the frame before
  void follow(double seconds);

 private:
  void act(const Hit& hit, Point mouse, bool shift);
  void act_on_row(Spot spot, bool shift);
  void scrub(Point mouse);
  void begin_anew(Command::Kind kind);
  void next_rule();
  void next_head(bool back);
  void next_layer();
  void escape();
  void bookmark();
  void show(Screen screen);
  void change_speed(int direction);
  void set_weight(int part, float share);
  void keep_pin();

  Model& model_;
  Stage& stage_;
  Hooks hooks_;
  Playhead playhead_;
  TimeLine time_line_;
  TakingOver taking_over_;
  WholeDecisions whole_decisions_;
  bool is_scrubbing_ = false;
  Rect scrubbed_;    // the line it moves along
  int flowed_ = -1;  // the decision that the stream has reached
};

}  // namespace infodiet::viz
