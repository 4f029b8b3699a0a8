#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/viz/desk.hpp"

namespace infodiet::test {

using viz::Key;

TEST_CASE("TakingOver: a candidate is hidden, and the decision is another", "[viz]") {
  Desk desk("{name: fill}");
  const int first = desk.model.shot(0)->slate[0];
  REQUIRE(first >= 0);
  REQUIRE(desk.click(viz::Action::kRow, desk.item(first)));
  CHECK(desk.model.pinned == viz::Spot{0, desk.item(first)});
  desk.press(Key::kM);
  CHECK(desk.model.toast == "decided again without what is hidden");
  CHECK(desk.model.shot(0)->is_masked[first] == 1);
  CHECK(viz::slot_of(*desk.model.shot(0), first) == -1);
  CHECK(desk.model.sides[0].log.size() == 60);  // taken again, not added
  desk.press(Key::kLeft);                       // the one before it had nothing hidden
  const Snapshot& before = *desk.model.shot(0);
  CHECK(std::count(before.is_masked.begin(), before.is_masked.end(), 1) == 0);
  desk.press(Key::kM);
  CHECK(desk.model.toast == "only the newest decision can be taken again");
  desk.press(Key::kF);
  desk.press(Key::kU);
  CHECK(desk.model.toast == "all candidates are offered again");
  CHECK(desk.model.shot(0)->slate[0] == first);
  desk.press(Key::kU);
  CHECK(desk.model.toast == "none is hidden from the agent");
}

TEST_CASE("TakingOver: a person takes over and picks the slate", "[viz]") {
  Desk desk("{name: never}");
  desk.press(Key::kT);
  REQUIRE(desk.model.hand.is_choosing);
  desk.draw();
  const std::vector<int> order = viz::ranked(*desk.model.shot(0));
  REQUIRE(desk.click(viz::Action::kRow, desk.item(order[1])));
  REQUIRE(desk.click(viz::Action::kRow, desk.item(order[0])));
  desk.press(Key::kEnter);
  const Snapshot& shot = *desk.model.shot(0);
  CHECK(shot.slate[0] == order[1]);
  CHECK(shot.slate[1] == order[0]);
  CHECK(shot.slate[2] == -1);
  CHECK(shot.step.has(StepRecord::kByHand));
  CHECK(desk.model.toast == "you picked the slate");
}

TEST_CASE("TakingOver: what is picked ends with the decision it was picked for", "[viz]") {
  Desk desk("{name: never}");
  const Snapshot newest = *desk.model.shot(0);
  desk.press(Key::kT);
  const std::int32_t first = desk.item(viz::ranked(newest)[0]);
  REQUIRE(desk.click(viz::Action::kRow, first));
  REQUIRE(desk.model.hand.picked.size() == 1);
  desk.press(Key::kLeft);
  CHECK(!desk.model.hand.is_choosing);
  CHECK(desk.model.toast == "another decision is shown: what you picked is gone");
  REQUIRE(desk.click(viz::Action::kRow, desk.item(viz::ranked(*desk.model.shot(0))[1])));
  desk.press(Key::kEnter);
  desk.press(Key::kF);
  CHECK(pack(*desk.model.shot(0)) == pack(newest));
}

TEST_CASE("TakingOver: while it plays, choosing waits until it stands still", "[viz]") {
  const Player never = player("{name: never}");
  LiveStage stage(small_world(), "test", {never}, {1, 0, 0});
  viz::Model model(stage.info());
  viz::Controller controller(model, stage, {});
  std::vector<viz::Hit> hits;
  stage.send({.kind = Command::kPlay});
  stage.advance(20);
  viz::refresh(model, stage);
  REQUIRE(model.pace.is_playing);
  const auto click = [&](std::int32_t item) {
    hits = {{{0, 0, 10, 10}, viz::Action::kRow, static_cast<double>(item), 0}};
    controller.press({5, 5}, hits, true);
  };
  click(model.shot(0)->item[0]);
  CHECK(model.hand.is_choosing);
  CHECK(model.hand.picked.empty());
  CHECK(model.toast == "it stands still now: choose");
  stage.advance(1);  // it had decided once more by then
  viz::refresh(model, stage);
  controller.follow(0.016);
  REQUIRE(!model.pace.is_playing);
  REQUIRE(model.hand.is_choosing);
  const std::int32_t item = model.shot(0)->item[1];
  click(item);
  CHECK(model.hand.picked == std::vector<std::int32_t>{item});
  controller.key(Key::kEnter, false);
  viz::refresh(model, stage);
  controller.follow(0.016);
  CHECK(model.shot(0)->slate[0] == 1);
  CHECK(model.shot(0)->step.decision == 20);
}

TEST_CASE("TakingOver: Shift and a click take over at once, where it can still be done", "[viz]") {
  Desk desk("{name: never}");
  desk.press(Key::kLeft);
  const std::vector<int> past = viz::ranked(*desk.model.shot(0));
  REQUIRE(desk.click(viz::Action::kRow, desk.item(past[2]), 0.5f, true));
  CHECK(!desk.model.hand.is_choosing);
  CHECK(desk.model.toast == "only the newest decision can be taken again");
  desk.press(Key::kF);
  const std::vector<int> order = viz::ranked(*desk.model.shot(0));
  REQUIRE(desk.click(viz::Action::kRow, desk.item(order[2]), 0.5f, true));
  CHECK(desk.model.hand.is_choosing);
  REQUIRE(desk.click(viz::Action::kRow, desk.item(order[0]), 0.5f, true));
  desk.press(Key::kEnter);
  CHECK(desk.model.shot(0)->slate[0] == order[2]);
  CHECK(desk.model.shot(0)->slate[1] == order[0]);
}

}  // namespace infodiet::test
