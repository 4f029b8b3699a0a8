#include <algorithm>

#include "sim/record/replay_stage.hpp"
#include "tests/support/catch.hpp"
#include "tests/viz/made_up.hpp"
#include "viz/controller.hpp"
#include "viz/headless.hpp"
#include "viz/panels/comparison.hpp"
#include "viz/screens/screen.hpp"

namespace infodiet::test {
namespace {

using viz::Key;

EpisodeFile made(MadeUp::Kind kind, int decisions) {
  EpisodeFile file;
  file.info.agent_name = "made up";
  file.info.spec = MadeUp::spec();
  file.log = MadeUp::episode(kind, decisions);
  return file;
}

/// Two recordings of one episode, and who looks at them.
struct Pair {
  ReplayStage stage;
  viz::Model model;
  viz::Controller controller;
  std::vector<viz::Hit> hits;
  std::vector<viz::Canvas::TextRun> texts;

  Pair(EpisodeFile a, EpisodeFile b, std::vector<int> differs_at = {})
      : stage({std::move(a), std::move(b)}, "a.idep", "", std::move(differs_at)),
        model(stage.info()),
        controller(model, stage, {}) {
    frame();
  }
  void frame(double seconds = 0.016) {
    viz::refresh(model, stage);
    controller.follow(seconds);
  }
  void press(Key key) {
    controller.key(key, false);
    frame();
  }
  void draw() {
    viz::GlyphAtlas atlas;
    viz::Canvas canvas(atlas);
    texts.clear();
    canvas.log_text(&texts);
    canvas.begin(1600, 900, 1);
    draw_screen(canvas, model, hits);
  }
  bool says(const std::string& part) {
    draw();
    return std::any_of(texts.begin(), texts.end(), [&part](const viz::Canvas::TextRun& run) {
      return run.text.find(part) != std::string::npos;
    });
  }
};

}  // namespace

TEST_CASE("Compare: both are tallied over the same time, and who ends first is told", "[viz]") {
  const EpisodeFile a = made(MadeUp::kByCandidate, 90), b = made(MadeUp::kByContext, 60);
  Pair pair(a, b);
  pair.press(Key::kEnd);
  REQUIRE(pair.model.shown(0) == 89);
  const viz::Tally long_one = viz::Tally::of(pair.model, 0);
  CHECK(long_one.days == Approx(viz::Tally::of(pair.model, 1).days));
  CHECK(long_one.days == Approx(60 * 24 / 1440.0));
  CHECK(pair.says("B ends here · "));
  CHECK(!pair.says("A ends here"));
  pair.model.cursor = 59;
  CHECK(viz::Tally::of(pair.model, 0).score == long_one.score);
  CHECK(viz::Tally::of(pair.model, 0).parts == long_one.parts);
  pair.model.cursor = 30;
  CHECK(!pair.says(" ends here"));

  Pair other(b, a);
  other.press(Key::kEnd);
  CHECK(other.says("A ends here · "));
  CHECK(viz::Tally::of(other.model, 1).days == Approx(60 * 24 / 1440.0));
}

TEST_CASE("Compare: where either comes out otherwise is marked on the time line", "[viz]") {
  const EpisodeFile file = made(MadeUp::kSilent, 60);
  const auto marks = [&](std::vector<int> differs_at) {
    Pair pair(file, file, std::move(differs_at));
    pair.draw();
    std::string marked;
    for (const viz::Canvas::TextRun& run : pair.texts) {
      const bool is_key = run.box.y > 860 || run.box.x > 1370;  // "A" is one, too
      if (run.size == 10 && !is_key && (run.text == "A" || run.text == "B")) marked += run.text;
    }
    return marked;
  };
  CHECK(marks({}) == "");
  CHECK(marks({-1, 20}) == "B");
  CHECK(marks({30, 30}) == "AB");
}

TEST_CASE("Compare: both sides answer to the mouse, and taking over is refused", "[viz]") {
  Pair pair(made(MadeUp::kScores, 60), made(MadeUp::kByContext, 60));
  pair.draw();
  const auto row = std::find_if(pair.hits.begin(), pair.hits.end(), [](const viz::Hit& hit) {
    return hit.action == viz::Action::kRow && hit.side == 1;
  });
  REQUIRE(row != pair.hits.end());
  const viz::Spot spot{1, static_cast<std::int32_t>(row->number)};
  pair.controller.move(row->place.middle(), pair.hits);
  CHECK(pair.model.hovered == spot);
  pair.controller.press(row->place.middle(), pair.hits);
  CHECK(pair.model.pinned == spot);
  CHECK(pair.model.focus(1, *pair.model.shot(1)) == viz::place_of(*pair.model.shot(1), spot.item));
  CHECK(pair.says("would be read"));  // all about it
  // heads are those of whichever side attends
  REQUIRE(pair.model.shot(0)->num_reads == 0);
  pair.press(Key::kH);
  CHECK(pair.model.head == 0);
  CHECK(pair.says("Show nothing"));
}

TEST_CASE("Compare: what a screen does not show cannot be changed there", "[viz]") {
  EmptyStage stage({.spec = MadeUp::spec(),
                    .task = "",
                    .mode = "live",
                    .file = "",
                    .note = "",
                    .sides = {{"a", ""}, {"b", ""}}});
  viz::Model model(stage.info());
  viz::Controller controller(model, stage, {});
  for (viz::Side& side : model.sides) side.log = MadeUp::episode(MadeUp::kByContext, 10);
  for (const Key key : {Key::kT, Key::kM, Key::kU}) {
    model.screen = viz::Screen::kCompare;
    controller.key(key, false);
    CHECK(model.toast == "decisions are taken again where one side is shown: press 1");
    model.screen = viz::Screen::kTrain;
    controller.key(key, false);
    CHECK(model.toast == "no decision is shown here");
    CHECK(!model.hand.is_choosing);
  }
}

TEST_CASE("Replay: what is recorded is looked at, not changed", "[viz]") {
  Pair pair(made(MadeUp::kByCandidate, 90), made(MadeUp::kByContext, 90));
  pair.press(Key::kF);
  CHECK(pair.model.cursor == 89);
  pair.press(Key::kB);
  for (const Key key : {Key::kM, Key::kU, Key::kT, Key::kA, Key::kN}) {
    pair.press(key);
    CHECK(pair.model.toast.starts_with("what is recorded "));
    CHECK(pair.model.cursor == 89);
    CHECK(pair.model.bookmarks.contains(89));
    CHECK(!pair.model.hand.is_choosing);
  }
  pair.press(Key::kR);  // from its beginning
  CHECK(pair.model.cursor == 0);
  CHECK(pair.model.bookmarks.contains(89));
  pair.draw();
  const auto row = std::find_if(pair.hits.begin(), pair.hits.end(), [](const viz::Hit& hit) {
    return hit.action == viz::Action::kRow;
  });
  REQUIRE(row != pair.hits.end());
  pair.controller.press(row->place.middle(), pair.hits, true);
  CHECK(pair.model.pinned == viz::Spot{});
  CHECK(pair.model.toast == "what is recorded cannot be changed");
}

TEST_CASE("Replay: the speed that is shown is the one it moves by", "[viz]") {
  Pair pair(made(MadeUp::kSilent, 400), made(MadeUp::kSilent, 400));
  pair.stage.send({.kind = Command::kSpeed, .number = std::numeric_limits<double>::infinity()});
  pair.press(Key::kSpace);
  for (int i = 0; i < 60; ++i) pair.frame(1 / 60.0);
  REQUIRE(pair.model.pace.is_playing);
  CHECK(pair.model.cursor == Approx(200).margin(4));
  CHECK(pair.model.pace.actual == Approx(200).epsilon(0.03));
  CHECK(pair.says("PLAY"));
  pair.press(Key::kSpace);
  CHECK(pair.model.pace.actual == 0);
  CHECK(pair.says("PAUSED"));
}

}  // namespace infodiet::test
