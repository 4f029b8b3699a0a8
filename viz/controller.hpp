#pragma once

#include <functional>
#include <vector>

#include "sim/record/stage.hpp"
#include "viz/model.hpp"

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
  void press(Point mouse, const std::vector<Hit>& hits);
  void drag(Point mouse);
  void release() { is_scrubbing_ = false; }
  void wheel(float up);

  /// To be called once a frame, when the model is up to date.
  /// @param seconds  since the frame before
  void follow(double seconds);

 private:
  void act(const Hit& hit, Point mouse);
  void send(Command::Kind kind, double number = 0);
  void step(int decisions);
  void go_to(int decision);
  void go_to_event(int direction);
  void scrub(Point mouse);
  void show(Screen screen);
  void change_speed(int direction);
  void toggle_play();
  void mask(bool all_off);
  void take_over();
  void finish_slate();
  void set_weight(int part, float share);

  Model& model_;
  Stage& stage_;
  Hooks hooks_;
  bool is_scrubbing_ = false;
  double replayed_ = 0;  // decisions since the last whole one
  int flowed_ = -1;      // the decision that the stream has reached
  Rect timeline_;
};

}  // namespace infodiet::viz
