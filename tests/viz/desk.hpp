#pragma once

#include <string>
#include <vector>

#include "tests/viz/scenes.hpp"
#include "viz/controller.hpp"
#include "viz/screens/screen.hpp"

namespace infodiet::test {

/// A stage, a model, and fingers on the keys.
struct Desk {
  Watched watched;
  viz::Model& model;
  bool is_closed = false;
  viz::Controller controller;
  std::vector<viz::Hit> hits;

  explicit Desk(const std::string& agent, int decisions = 60)
      : watched({player(agent)}, decisions),
        model(*watched.model),
        controller(model, *watched.stage, {[this] { is_closed = true; }, nullptr, nullptr}) {}

  void press(viz::Key key, bool shift = false) {
    controller.key(key, shift);
    next_frame();
  }
  void next_frame(double seconds = 0.016) {
    viz::refresh(model, *watched.stage);
    controller.follow(seconds);
  }
  std::int32_t item(int place) const { return model.shot(0)->item[place]; }
  void draw() {
    viz::GlyphAtlas atlas;
    viz::Canvas canvas(atlas);
    canvas.begin(1600, 900, 1);
    draw_screen(canvas, model, hits);
  }
  /// Clicks into the middle of the first place with this action.
  bool click(viz::Action action, double number, float share = 0.5f, bool shift = false) {
    draw();
    for (const viz::Hit& hit : hits) {
      if (hit.action != action || (number >= 0 && hit.number != number)) continue;
      controller.press({hit.place.x + hit.place.w * share, hit.place.middle().y}, hits, shift);
      controller.release();
      next_frame();
      return true;
    }
    return false;
  }
};

}  // namespace infodiet::test
