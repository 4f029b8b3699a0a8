#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/viz/made_up.hpp"
#include "tests/viz/scenes.hpp"
#include "viz/canvas/canvas.hpp"
#include "viz/numbers.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"

namespace infodiet::test {
namespace {

using viz::Canvas;
using viz::Rect;

/// What is wrong with text as it was set: too small, outside of the window or the clip, over other
/// text. "" if nothing.
std::string fault_of(const std::vector<Canvas::TextRun>& runs, float width, float height) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Canvas::TextRun& a = runs[i];
    if (a.size < viz::theme::kSmallest) return "too small: " + a.text;
    const Rect& box = a.box;
    if (box.x < -0.5f || box.y < -0.5f || box.right() > width + 0.5f ||
        box.bottom() > height + 0.5f)
      return "outside of the window: " + a.text;
    if (box.x < a.clip.x - 1 || box.right() > a.clip.right() + 1 || box.y < a.clip.y - 1 ||
        box.bottom() > a.clip.bottom() + 1)
      return "cut off: " + a.text;
    for (std::size_t j = i + 1; j < runs.size(); ++j) {
      const Canvas::TextRun& b = runs[j];
      if (a.layer != b.layer) continue;
      const float x = std::min(box.right(), b.box.right()) - std::max(box.x, b.box.x);
      const float y = std::min(box.bottom(), b.box.bottom()) - std::max(box.y, b.box.y);
      if (x > 1 && y > 1.5f) return "overlap: '" + a.text + "' and '" + b.text + "'";
    }
  }
  return "";
}

std::string fault_of(const viz::Model& model, float width, float height, float scale) {
  viz::GlyphAtlas atlas;
  Canvas canvas(atlas);
  std::vector<Canvas::TextRun> runs;
  std::vector<viz::Hit> hits;
  canvas.log_text(&runs);
  canvas.begin(width, height, scale);
  draw_screen(canvas, model, hits);
  REQUIRE(runs.size() > 40);
  return fault_of(runs, width, height);
}

void check_all_sizes(viz::Model& model) {
  const struct {
    float width, height, scale;
  } sizes[] = {{1600, 900, 1}, {1280, 720, 1}, {1600, 900, 2}, {1920, 1200, 1}};
  for (const auto& size : sizes) {
    INFO(size.width << " x " << size.height << " at " << size.scale << ", decision "
                    << model.cursor);
    CHECK(fault_of(model, size.width, size.height, size.scale) == "");
  }
}

}  // namespace

TEST_CASE("Layout: no text overlaps, is cut off or too small, whoever plays", "[viz]") {
  const std::string agents[] = {"{name: ppo, policy: {name: cross}}",
                                "{name: ppo, policy: {name: pooled}}",
                                "{name: ppo, policy: {name: transformer, layers: 2}}",
                                "{name: ppo, policy: {name: cross, heads: 8}}",
                                "{name: linucb}",
                                "{name: threshold}",
                                "{name: fill}",
                                "{name: never}"};
  for (const std::string& agent : agents) {
    INFO(agent);
    Watched watched({player(agent)}, 90);
    viz::Model& model = *watched.model;
    for (const int decision : {0, 17, -1}) {
      model.cursor = decision;
      check_all_sizes(model);
    }
    model.pinned = {0, model.shot(0)->item[3]};
    model.head = 1;
    model.bookmarks = {4, 30};
    model.pace.is_playing = true;
    model.pace.actual = 1234567;
    model.fps = 60;
    check_all_sizes(model);
    model.zoom_from = 0.31;
    model.zoom_to = 0.38;
    check_all_sizes(model);
    model.toast = "media/made up-18446744073709551615-123456.png: the folder cannot be made";
    check_all_sizes(model);
    model.toast.clear();
    model.info.note = "threshold+push differs from decision 1234 on";
    check_all_sizes(model);
    model.show_help = true;
    check_all_sizes(model);
  }
}

TEST_CASE("Layout: agents that attend fit side by side", "[viz]") {
  const std::string pairs[][2] = {{"cross", "pooled"}, {"pooled", "transformer"}};
  for (const auto& [a, b] : pairs) {
    INFO(a << " and " << b);
    Watched watched({player("{name: ppo, policy: {name: " + a + "}}"),
                     player("{name: ppo, policy: {name: " + b + ", heads: 8}}")},
                    60);
    for (const int decision : {0, 30, -1}) {
      watched.model->cursor = decision;
      check_all_sizes(*watched.model);
    }
    watched.model->head = 1;
    check_all_sizes(*watched.model);
    watched.model->pinned = {1, watched.model->shot(1)->item[2]};
    check_all_sizes(*watched.model);
  }
}

TEST_CASE("Layout: a comparison and a training fit, too", "[viz]") {
  Watched watched({player("{name: fill}"), player("{name: threshold}")}, 120);
  viz::Model& model = *watched.model;
  check_all_sizes(model);
  model.cursor = 40;
  check_all_sizes(model);

  TrainProgress& train = model.train;
  train.run = "runs/quickstart/20260101-000000-ppo-s1-abcde";
  train.agent = "ppo";
  train.checkpoint = "123456";
  train.total_decisions = 2.4e6;
  train.elapsed = 4000;
  train.per_second = 15000;
  for (const char* name : {"rollout/score", "rollout/overload", "eval/score", "train/approx_kl"}) {
    TrainCurve curve{name, "-", {}};
    for (int i = 0; i < 150; ++i)
      curve.values.push_back(static_cast<float>(i % 17) * 0.0007f - 0.002f);
    train.curves.push_back(curve);
  }
  for (int i = 0; i < 150; ++i) train.decisions.push_back(16384.0 * (i + 1));
  for (int i = 0; i < 16; ++i)
    train.wall.push_back({i, model.sides[0].log.records()[i], {1, 5, -3, 2, 8}});
  model.screen = viz::Screen::kTrain;
  check_all_sizes(model);
  model.toast = "media/quickstart-18446744073709551615-123456.png: the folder cannot be made";
  check_all_sizes(model);
}

namespace {

/// All words of a screen, one after the other.
std::string words_of(const viz::Model& model, float width, float height) {
  viz::GlyphAtlas atlas;
  Canvas canvas(atlas);
  std::vector<Canvas::TextRun> runs;
  std::vector<viz::Hit> hits;
  canvas.log_text(&runs);
  canvas.begin(width, height, 1);
  draw_screen(canvas, model, hits);
  std::string all;
  for (const Canvas::TextRun& run : runs) all += run.text + "|";
  return all;
}

viz::Model made_up_model(const Spec& spec, std::size_t sides) {
  StageInfo info;
  info.spec = spec;
  info.mode = "live";
  info.sides.resize(sides);
  viz::Model model(info);
  for (viz::Side& side : model.sides) side.log = MadeUp::episode(MadeUp::kByCandidate, 30);
  return model;
}

}  // namespace

TEST_CASE("Screens: goodwill is there where room is short", "[viz]") {
  const viz::Model model = made_up_model(MadeUp::spec(), 1);
  CHECK(words_of(model, 1280, 720).find("goodwill|") != std::string::npos);
}

TEST_CASE("Screens: units are the model's", "[viz]") {
  Spec spec = MadeUp::spec();
  spec.rewards[0].unit = "plums";
  spec.rewards[1].unit = "figs";
  spec.hidden_features[0].unit = "kiwis";
  viz::Model model = made_up_model(spec, 2);
  model.pinned = {0, model.shot(0)->item[3]};
  for (const viz::Screen screen : {viz::Screen::kLive, viz::Screen::kCompare}) {
    model.screen = screen;
    const std::string all = words_of(model, 1600, 900);
    INFO(all);
    for (const char* const unit : {"value [plums]|", " figs|", " plums|", " kiwis|"}) {
      if (screen == viz::Screen::kCompare && unit[0] == 'v') continue;  // its amount has the unit
      CHECK(all.find(unit) != std::string::npos);
    }
    for (const char* const unit : {" wsm|", " am|", ", am|", "[am]"})
      CHECK(all.find(unit) == std::string::npos);
  }
  // parts that agree give the score its unit
  for (RewardPart& part : spec.rewards) part.unit = "plums";
  const std::string all = words_of(made_up_model(spec, 1), 1600, 900);
  CHECK(all.find("Score of this decision [plums]|") != std::string::npos);
  CHECK(all.find("Score so far [plums]|") != std::string::npos);
  model.train = MadeUp::training();
  model.screen = viz::Screen::kTrain;
  CHECK(words_of(model, 1280, 720).find("while it explores [1/day]|") != std::string::npos);
}

TEST_CASE("Screens: the policy's probability is the same number wherever it stands", "[viz]") {
  viz::Model model = made_up_model(MadeUp::spec(), 2);
  const Snapshot shot = *model.shot(0);
  const int first = viz::ranked(shot)[0];
  const std::string chance =
      viz::percent(double{viz::chance_of(shot, first)}, 1) + "|";  // behind the first gate
  REQUIRE(viz::chance_of(shot, first) < shot.of(Snapshot::kChances)[first]);
  for (const viz::Screen screen : {viz::Screen::kLive, viz::Screen::kCompare}) {
    model.screen = screen;
    CHECK(words_of(model, 1280, 720).find(chance) != std::string::npos);
  }
}

TEST_CASE("Layout: the check finds what is planted", "[viz]") {
  viz::GlyphAtlas atlas;
  Canvas canvas(atlas);
  std::vector<Canvas::TextRun> runs;
  canvas.log_text(&runs);
  const auto fault = [&](const std::function<void()>& plant) {
    canvas.begin(400, 300, 1);
    canvas.text({20, 40}, "sound", {viz::Face::kRegular, 12});
    plant();
    return fault_of(runs, 400, 300);
  };
  CHECK(fault([] {}) == "");
  CHECK(fault([&] {
          canvas.text({30, 44}, "over it", {viz::Face::kRegular, 12});
        }) == "overlap: 'sound' and 'over it'");
  CHECK(fault([&] {
          canvas.text({100, 80}, "tiny", {viz::Face::kRegular, 9});
        }) == "too small: tiny");
  CHECK(fault([&] {
          canvas.text({380, 80}, "beyond", {viz::Face::kRegular, 12});
        }) == "outside of the window: beyond");
  CHECK(fault([&] {
          canvas.push_clip({100, 60, 40, 40});
          canvas.text({110, 80}, "wider than its place", {viz::Face::kRegular, 12});
          canvas.pop_clip();
        }) == "cut off: wider than its place");
}

}  // namespace infodiet::test
