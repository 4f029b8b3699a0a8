#include <chrono>
#include <limits>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/viz/scenes.hpp"
#include "viz/controller.hpp"
#include "viz/screens/screen.hpp"

namespace infodiet::test {
namespace {

using viz::Key;

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

  void press(Key key, bool shift = false) {
    controller.key(key, shift);
    viz::refresh(model, *watched.stage);
  }
  void draw() {
    viz::GlyphAtlas atlas;
    viz::Canvas canvas(atlas);
    canvas.begin(1600, 900, 1);
    draw_screen(canvas, model, hits);
  }
  /// Clicks into the middle of the first place with this action.
  bool click(viz::Action action, double number, float share = 0.5f) {
    draw();
    for (const viz::Hit& hit : hits) {
      if (hit.action != action || (number >= 0 && hit.number != number)) continue;
      controller.press({hit.place.x + hit.place.w * share, hit.place.middle().y}, hits);
      controller.release();
      viz::refresh(model, *watched.stage);
      return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("Controller: stepping goes back through what was seen and on into what was not",
          "[viz]") {
  Desk desk("{name: threshold}");
  desk.press(Key::kLeft);
  CHECK(desk.model.shown(0) == 58);
  desk.press(Key::kLeft, true);
  CHECK(desk.model.shown(0) == 48);
  desk.press(Key::kHome);
  CHECK(desk.model.shown(0) == 0);
  desk.press(Key::kEnd);
  CHECK(desk.model.cursor == -1);
  desk.press(Key::kRight);
  CHECK(desk.model.sides[0].log.size() == 61);
  CHECK(desk.model.shown(0) == 60);
  desk.press(Key::kR);
  CHECK(desk.watched.stage->pace().seed == 1);
  desk.press(Key::kRight);
  CHECK(desk.model.sides[0].log.size() == 1);
  desk.press(Key::kN);
  CHECK(desk.watched.stage->pace().seed == 2);
}

TEST_CASE("Controller: a candidate is hidden, and the decision is another", "[viz]") {
  Desk desk("{name: fill}");
  const int first = desk.model.shot(0)->slate[0];
  REQUIRE(first >= 0);
  REQUIRE(desk.click(viz::Action::kRow, first));
  CHECK(desk.model.pinned == first);
  desk.press(Key::kM);
  CHECK(desk.model.shot(0)->is_masked[first] == 1);
  CHECK(viz::slot_of(*desk.model.shot(0), first) == -1);
  CHECK(desk.model.sides[0].log.size() == 60);  // taken again, not added
  desk.press(Key::kU);
  CHECK(desk.model.shot(0)->slate[0] == first);
}

TEST_CASE("Controller: a person takes over and picks the slate", "[viz]") {
  Desk desk("{name: never}");
  desk.press(Key::kT);
  REQUIRE(desk.model.choosing);
  desk.draw();
  const std::vector<int> order = viz::ranked(*desk.model.shot(0));
  REQUIRE(desk.click(viz::Action::kRow, order[1]));
  REQUIRE(desk.click(viz::Action::kRow, order[0]));
  desk.press(Key::kEnter);
  const Snapshot& shot = *desk.model.shot(0);
  CHECK(shot.slate[0] == order[1]);
  CHECK(shot.slate[1] == order[0]);
  CHECK(shot.slate[2] == -1);
  CHECK(shot.step.has(StepRecord::kByHand));
}

TEST_CASE("Controller: the mouse scrubs, weighs, focuses; keys mark and close", "[viz]") {
  Desk desk("{name: ppo, policy: {name: cross}}");
  REQUIRE(desk.click(viz::Action::kScrub, -1, 0.05f));
  CHECK(desk.model.cursor >= 0);
  CHECK(desk.model.cursor < 59);
  desk.press(Key::kF);
  CHECK(desk.model.cursor == -1);
  const double before = desk.model.weights[1];
  REQUIRE(desk.click(viz::Action::kWeight, 1, 0.9f));
  CHECK(desk.model.weights[1] < before);  // overload is charged more
  REQUIRE(desk.click(viz::Action::kHead, 2));
  CHECK(desk.model.head == 2);
  desk.press(Key::kH);
  CHECK(desk.model.head == 3);
  desk.press(Key::kH);
  CHECK(desk.model.head == -1);
  desk.press(Key::kB);
  CHECK(desk.model.bookmarks.contains(59));
  desk.press(Key::kHome);
  desk.press(Key::kBracketRight);
  CHECK(desk.model.cursor > 0);
  desk.press(Key::k3);
  CHECK(desk.model.screen == viz::Screen::kLive);  // there is nothing to compare
  desk.press(Key::k2);
  CHECK(desk.model.screen == viz::Screen::kReplay);
  desk.press(Key::kHelp);
  CHECK(desk.model.show_help);
  desk.press(Key::kEscape);
  CHECK(!desk.model.show_help);
  desk.press(Key::kEscape);
  CHECK(desk.is_closed);
}

TEST_CASE("LiveStage: on its thread it plays what it plays without one", "[viz]") {
  Watched still({player("{name: threshold}")}, 200);
  LiveStage stage(small_world(), "test", {player("{name: threshold}")}, {1, 0, 0});
  viz::Model model(stage.info());
  Command fast;
  fast.kind = Command::kSpeed;
  fast.number = std::numeric_limits<double>::infinity();
  Command play;
  play.kind = Command::kStep;
  play.number = 150;
  stage.start();
  stage.send(fast);
  stage.send(play);
  for (int i = 0; i < 2000 && model.sides[0].log.size() < 150; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    viz::refresh(model, stage);
  }
  REQUIRE(model.sides[0].log.size() == 150);
  for (int i = 0; i < 150; ++i) {
    REQUIRE(model.sides[0].log.records()[i].rewards ==
            still.model->sides[0].log.records()[i].rewards);
    REQUIRE(model.sides[0].log.records()[i].minutes ==
            still.model->sides[0].log.records()[i].minutes);
  }
}

}  // namespace infodiet::test
