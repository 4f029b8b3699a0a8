#include "viz/screens/screen.hpp"

#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

constexpr float kTimeline = 124;

/// Live and replay: stream, candidates and slate between the person and what came of it.
void draw_episode(const Scene& scene, Rect r) {
  TimelinePanel().draw(scene, r.cut_bottom(kTimeline));
  r.cut_bottom(theme::kGap);
  const bool is_wide = r.w > 1400;
  if (!scene.model.panels_hidden) {
    PersonPanel().draw(scene, r.cut_left(is_wide ? 284.0f : 256.0f));
    r.cut_left(theme::kGap);
    Rect right = r.cut_right(is_wide ? 344.0f : 306.0f);
    r.cut_right(theme::kGap);
    RewardPanel().draw(scene, right.cut_top(right.h > 560 ? 236.0f : 178.0f));
    right.cut_top(theme::kGap);
    CurvesPanel().draw(scene, right);
  }
  const bool is_high = r.h > 560;
  StreamPanel().draw(scene, r.cut_top(is_high ? 122.0f : 110.0f));
  r.cut_top(theme::kGap);
  SlatePanel().draw(scene, r.cut_bottom(is_high ? 168.0f : 140.0f));
  r.cut_bottom(theme::kGap);
  CandidatesPanel().draw(scene, r);
  Popover().draw(scene, r);
}

/// Two agents on one seed: a pane each, the difference between them, curves below.
void draw_comparison(const Scene& scene, Rect r) {
  TimelinePanel().draw(scene, r.cut_bottom(kTimeline));
  r.cut_bottom(theme::kGap);
  CompareCurves().draw(scene, r.cut_bottom(r.h > 560 ? 228.0f : 170.0f));
  r.cut_bottom(theme::kGap);
  constexpr float kDifference = 150;
  const float pane = (r.w - kDifference - 2 * theme::kGap) / 2;
  ComparePane(0).draw(scene, r.cut_left(pane));
  r.cut_left(theme::kGap);
  DifferencePanel().draw(scene, r.cut_left(kDifference));
  r.cut_left(theme::kGap);
  ComparePane(1).draw(scene, r);
  Popover().draw(scene, r);
}

void draw_training(const Scene& scene, Rect r) {
  TrainStatus().draw(scene, r.cut_bottom(kTimeline));
  r.cut_bottom(theme::kGap);
  PeopleWall().draw(scene, r.cut_right(r.w * 0.355f));
  r.cut_right(theme::kGap);
  TrainCurves().draw(scene, r);
}

}  // namespace

void draw_screen(Canvas& canvas, const Model& model, std::vector<Hit>& hits) {
  hits.clear();
  const Scene scene{canvas, model, hits};
  Rect r{0, 0, canvas.width(), canvas.height()};
  TopBar().draw(scene, r.cut_top(theme::kTopBar));
  r = r.inset(theme::kGap);
  if (model.screen == Screen::kTrain)
    draw_training(scene, r);
  else if (model.screen == Screen::kCompare && model.sides.size() > 1)
    draw_comparison(scene, r);
  else if (!model.sides.empty())
    draw_episode(scene, r);
  HelpOverlay().draw(scene, r);
}

}  // namespace infodiet::viz
