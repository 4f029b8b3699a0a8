#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/viz/desk.hpp"

namespace infodiet::test {

using viz::Key;

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

namespace {

/// Two sides whose decisions went by too fast; of what is asked for, it tells nothing.
class MuteStage final : public Stage {
 public:
  MuteStage() {
    info_.spec = small_world()->spec();
    info_.mode = "live";
    info_.sides = {{"a", ""}, {"b", ""}};
  }
  const StageInfo& info() const override { return info_; }
  Pace pace() const override { return {}; }
  void send(const Command& command) override {
    if (command.kind == Command::kShow) ++asked[command.side];
  }
  void fetch(int, EpisodeLog&) override {}
  void start() override {}
  void advance(int) override {}

  int asked[2] = {0, 0};

 private:
  StageInfo info_;
};

}  // namespace

TEST_CASE("Controller: each side is asked for what is missing, and not for ever", "[viz]") {
  MuteStage stage;
  viz::Model model(stage.info());
  viz::Controller controller(model, stage, {});
  for (viz::Side& side : model.sides) side.log.put(StepRecord{});
  for (int frame = 0; frame < 10; ++frame) controller.follow(0.016);
  CHECK(stage.asked[0] == 1);
  CHECK(stage.asked[1] == 1);
  for (int frame = 0; frame < 20; ++frame) controller.follow(0.016);
  CHECK(stage.asked[0] == 2);
  CHECK(stage.asked[1] == 2);
  for (int frame = 0; frame < 1000; ++frame) controller.follow(0.016);
  CHECK(stage.asked[0] == 5);
  CHECK(stage.asked[1] == 5);
}

TEST_CASE("Controller: a pin holds an item, wherever it stands, while it is on offer", "[viz]") {
  Desk desk("{name: newest}", 120);
  desk.press(Key::kHome);
  // the last of those that are not on offer in the end
  const Snapshot last = *desk.model.sides[0].log.at(119);
  int place = static_cast<int>(desk.model.shot(0)->valid) - 1;
  while (place > 0 && viz::place_of(last, desk.item(place)) >= 0) --place;
  REQUIRE(place > 0);
  const std::int32_t item = desk.item(place);
  desk.model.pinned = {0, item};
  int moved = 0;
  while (desk.model.shown(0) < 118) {
    desk.press(Key::kRight);
    const Snapshot& shot = *desk.model.shot(0);
    if (desk.model.pinned.item < 0) break;
    REQUIRE(shot.item[desk.model.focus(0, shot)] == item);
    moved += desk.model.focus(0, shot) != place ? 1 : 0;
  }
  CHECK(moved > 0);
  CHECK(desk.model.pinned.item == -1);  // it went out of the offer
  CHECK(desk.model.toast.ends_with("is not on offer here: it is pinned no more"));
}

TEST_CASE("Controller: the wheel zooms the time line and moves through candidates", "[viz]") {
  Desk desk("{name: threshold}");
  desk.draw();
  const auto line = std::find_if(desk.hits.begin(), desk.hits.end(), [](const viz::Hit& hit) {
    return hit.action == viz::Action::kScrub;
  });
  REQUIRE(line != desk.hits.end());
  const viz::Rect place = line->place.inset(6, 0);
  const double whole = desk.model.horizon_days();
  const auto roll = [&](float share, float up) {
    desk.controller.move({place.x + place.w * share, place.middle().y}, desk.hits);
    desk.controller.wheel(up, desk.hits);
  };
  roll(0.25f, 3);
  auto [from, to] = desk.model.time_line();
  CHECK(to - from == Approx(whole * 0.8 * 0.8 * 0.8));
  CHECK(from + 0.25 * (to - from) == Approx(0.25 * whole).epsilon(1e-3));  // the day under it stays
  CHECK(desk.model.scroll == 0);
  REQUIRE(desk.click(viz::Action::kScrub, -1, 0.0f));  // its left end is no longer the beginning
  CHECK(desk.model.record(0)->minutes / 1440 <= from + 1e-6);
  CHECK(desk.model.cursor > 0);
  roll(0.9f, 20);
  for (int i = 0; i < 3; ++i) desk.next_frame();  // it stays where it was zoomed to
  CHECK(desk.model.time_line().first > from);
  desk.press(Key::kHome);  // and moves with what is shown
  CHECK(desk.model.time_line().first == 0);
  CHECK(desk.model.time_line().second >= whole / 201);
  roll(0.5f, -100);
  CHECK(desk.model.time_line() == std::pair{0.0, whole});
  desk.controller.move({800, 400}, desk.hits);
  desk.controller.wheel(-1, desk.hits);
  CHECK(desk.model.scroll == 3);
}

TEST_CASE("Moments: what was asked for is what is shown", "[viz]") {
  Desk desk("{name: ppo, policy: {name: pooled}}", 200);
  for (const std::string moment : {"push", "nothing", "read"}) {
    INFO(moment);
    ViewRequest request;
    request.moment = moment;
    viz::find_place(desk.model, request);
    const StepRecord& record = *desk.model.record(0);
    const Snapshot& shot = *desk.model.shot(0);
    REQUIRE(shot.step.decision == record.decision);
    const float push = shot.of(Snapshot::kContext)[desk.model.columns.context.push];
    CHECK(record.has(StepRecord::kPush) == (push > 0));
    CHECK((shot.slate[0] >= 0) == (moment != "nothing"));
    if (moment == "read")  // in a feed or of a push
      CHECK(record.clicked > 0);
    else
      CHECK((push > 0) == (moment == "push"));
  }
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
  desk.press(Key::kNone, true);  // Shift, on the way to '?'
  CHECK(desk.model.show_help);
  desk.press(Key::kHelp);
  CHECK(!desk.model.show_help);
  desk.press(Key::kHelp);
  const int best = viz::ranked(*desk.model.shot(0))[0];  // what lies beneath is not meant
  REQUIRE(desk.click(viz::Action::kRow, desk.item(best)));
  CHECK(desk.model.pinned == viz::Spot{});
  CHECK(!desk.model.show_help);
  desk.press(Key::kHelp);
  desk.press(Key::kEscape);
  CHECK(!desk.model.show_help);
  desk.press(Key::kEscape);
  CHECK(desk.is_closed);
}

}  // namespace infodiet::test
