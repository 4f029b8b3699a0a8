#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/viz/scenes.hpp"
#include "viz/canvas/canvas.hpp"
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
    model.pinned = 3;
    model.head = 1;
    model.bookmarks = {4, 30};
    model.masked = {2};
    model.pace.is_playing = true;
    model.pace.actual = 1234567;
    model.fps = 60;
    check_all_sizes(model);
    model.show_help = true;
    check_all_sizes(model);
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
