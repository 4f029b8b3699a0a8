#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/viz/scenes.hpp"
#include "viz/controller.hpp"

namespace infodiet::test {
namespace {

using viz::Key;

/// A stage on its thread, and who watches it.
struct Live {
  LiveStage stage;
  viz::Model model;
  viz::Controller controller;

  explicit Live(std::vector<Player> players, std::shared_ptr<const World> world = small_world())
      : stage(std::move(world), "test", std::move(players), {1, 0, 0}),
        model(stage.info()),
        controller(model, stage, {}) {
    stage.start();
  }
  void frame() {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    viz::refresh(model, stage);
    controller.follow(0.002);
  }
  bool comes_true(const std::function<bool()>& is_so) {
    for (int i = 0; i < 2500 && !is_so(); ++i) frame();
    return is_so();
  }
  void play(int decisions) {
    const int until = model.sides[0].log.size() + decisions;
    stage.send({.kind = Command::kStep, .number = static_cast<double>(decisions)});
    REQUIRE(comes_true([&] { return model.sides[0].log.size() == until; }));
  }
  /// As fast as it goes, so that most is not kept whole.
  void rush() {
    stage.send({.kind = Command::kSpeed, .number = std::numeric_limits<double>::infinity()});
    stage.send({.kind = Command::kPlay});
    REQUIRE(comes_true([&] { return model.sides[0].log.size() > 100; }));
    stage.send({.kind = Command::kPause});
    REQUIRE(comes_true([&] { return !model.pace.is_playing; }));
    for (int i = 0; i < 5; ++i) frame();
  }
  bool says(const std::string& toast) {
    return comes_true([&] { return model.toast == toast; });
  }
};

}  // namespace

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

TEST_CASE("LiveStage: what went by too fast is played again when it is looked at", "[viz]") {
  const Player network = player("{name: ppo, policy: {name: cross}}");
  Watched still({network}, 101);  // well before the episode ends
  LiveStage stage(small_world(), "test", {network}, {1, 0, 0});
  viz::Model model(stage.info());
  viz::Controller controller(model, stage, {});
  const auto wait_until = [&](const auto& is_done) {
    for (int i = 0; i < 2000 && !is_done(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      viz::refresh(model, stage);
      controller.follow(0.002);
    }
    REQUIRE(is_done());
  };
  stage.start();
  Command command;
  command.kind = Command::kStep;
  command.number = 100;
  stage.send(command);
  wait_until([&] { return model.sides[0].log.size() == 100; });
  for (const int decision : {99, 77, 32, 31, 3}) {
    INFO(decision);
    model.cursor = decision;
    wait_until(
        [&] { return model.shot(0) != nullptr && !model.sides[0].log.packed(decision).empty(); });
    const Snapshot& shot = *model.shot(0);
    CHECK(shot.step.decision == static_cast<std::uint32_t>(decision));
    CHECK(pack(shot) == still.model->sides[0].log.packed(decision));
    CHECK(model.sides[0].log.size() == 100);
  }
  // what follows a decision taken again is played from there, not from what was before it
  command.kind = Command::kSlate;
  command.number = 99;
  command.slate.fill(-1);
  command.slate[0] = 1;
  stage.send(command);
  model.cursor = -1;
  wait_until(
      [&] { return model.record(0)->has(StepRecord::kByHand) && model.shot(0)->slate[0] == 1; });
  command.kind = Command::kStep;
  command.number = 10;
  stage.send(command);
  wait_until([&] { return model.sides[0].log.size() == 110; });
  model.cursor = 102;
  wait_until([&] { return !model.sides[0].log.packed(102).empty(); });
  const StepRecord& record = *model.record(0);
  CHECK(model.shot(0)->step.minutes == record.minutes);
  CHECK(model.shot(0)->step.take == record.take);
  CHECK(model.sides[0].log.records()[103].minutes == record.minutes + double{record.passed});
}

TEST_CASE("LiveStage: at any speed the newest decision can be taken again", "[viz]") {
  // many times: whether the last decision was watched is chance
  for (int round = 0; round < 8; ++round) {
    INFO(round);
    Live live({player("{name: fill}")});
    live.rush();
    REQUIRE(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
    const StepRecord before = *live.model.record(0);
    const int first = live.model.whole(0)->slate[0];
    REQUIRE(first >= 0);
    live.model.pinned = {0, live.model.whole(0)->item[first]};
    live.controller.key(Key::kM, false);
    REQUIRE(live.says("decided again without what is hidden"));
    REQUIRE(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
    CHECK(live.model.record(0)->decision == before.decision);
    CHECK(live.model.record(0)->minutes == before.minutes);
    CHECK(live.model.whole(0)->is_masked[first] == 1);
    CHECK(viz::slot_of(*live.model.whole(0), first) == -1);
    live.controller.key(Key::kU, false);
    REQUIRE(live.says("all candidates are offered again"));
    REQUIRE(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
    CHECK(live.model.record(0)->rewards == before.rewards);
  }
}

TEST_CASE("LiveStage: what was taken again can be seen whole afterwards", "[viz]") {
  Live live({player("{name: never}")});
  live.play(40);
  live.controller.key(Key::kT, false);
  live.controller.key(Key::kEnter, false);
  REQUIRE(live.says("you showed nothing"));
  const std::string taken(live.model.sides[0].log.packed(39));
  live.play(20);
  // the snapshot was lost on its way: only the record is there
  EpisodeLog bare;
  for (const StepRecord& record : live.model.sides[0].log.records()) bare.put(record);
  live.model.sides[0].log = bare;
  live.model.cursor = 39;
  REQUIRE(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
  CHECK(live.model.sides[0].log.packed(39) == taken);
  live.model.cursor = 45;  // and what followed it
  CHECK(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
}

TEST_CASE("LiveStage: a slate the world refuses is told, and the agent's is shown", "[viz]") {
  const ExperimentConfig experiment = load_experiment(INFODIET_SOURCE_DIR "/configs/lts.yaml", {});
  const auto world = make_world(experiment.world);
  Player newest = player("{name: newest}");
  newest.make = [world](Command::Rule) {
    return make_agent(agent_from_yaml("agent: {name: newest}", "test"), world->spec());
  };
  Live live({newest}, world);
  live.play(3);
  REQUIRE(live.comes_true([&] { return live.model.whole(0) != nullptr; }));
  const Snapshot before = *live.model.whole(0);
  live.controller.key(Key::kT, false);
  live.controller.key(Key::kEnter, false);
  CHECK(live.model.toast == "pick at least 1: here something must be shown");
  CHECK(live.model.hand.is_choosing);
  Command nothing{.kind = Command::kSlate, .number = 2};  // whoever asks for it all the same
  nothing.slate.fill(-1);
  live.stage.send(nothing);
  REQUIRE(live.comes_true([&] { return live.model.record(0)->take != before.step.take; }));
  CHECK(live.model.record(0)->decision == 2);
  CHECK(live.model.record(0)->rewards == before.step.rewards);
  CHECK(!live.model.record(0)->has(StepRecord::kByHand));
  live.play(2);
}

TEST_CASE("LiveStage: what was meant for another decision changes nothing", "[viz]") {
  Live live({player("{name: never}")});
  live.play(10);
  Command late{.kind = Command::kSlate, .number = 8};
  late.slate.fill(-1);
  late.slate[0] = 1;
  live.stage.send(late);
  live.play(1);
  for (const StepRecord& record : live.model.sides[0].log.records()) {
    CHECK(!record.has(StepRecord::kByHand));
    CHECK(record.take == live.model.record(0)->take);
  }
}

}  // namespace infodiet::test
