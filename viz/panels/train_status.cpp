#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

double last_of(const TrainProgress& train, const char* name) {
  const TrainCurve* const curve = train.find(name);
  if (curve == nullptr) return StepRecord::kNone;
  for (auto it = curve->values.rbegin(); it != curve->values.rend(); ++it) {
    if (std::isfinite(*it)) return double{*it};
  }
  return StepRecord::kNone;
}

}  // namespace

void TrainStatus::draw(const Scene& scene, Rect place) const {
  Canvas& canvas = scene.canvas;
  const TrainProgress& train = scene.model.train;
  const Rect r = panel(canvas, place, "");
  const double done = train.decisions.empty() ? 0 : train.decisions.back();
  const double left = std::max(0.0, train.total_decisions - done);
  const TrainCurve* const evaluations = train.find("eval/score");
  double best = StepRecord::kNone;
  if (evaluations != nullptr) {
    for (const float x : evaluations->values) {
      if (std::isfinite(x) && !(double{x} <= best)) best = double{x};
    }
  }
  const double rate = last_of(train, "train/learning_rate");
  const struct {
    const char* name;
    std::string value;
  } facts[] = {{"decisions", brief(done)},
               {"of", brief(train.total_decisions)},
               {"decisions/s", brief(train.per_second)},
               {"updates", brief(last_of(train, "train/n_updates"))},
               {"gradient norm", brief(last_of(train, "train/grad_norm"))},
               {"learning rate", std::isnan(rate) ? number(rate) : fmt::format("{:.2g}", rate)},
               {"best score/day", brief(best)},
               {"elapsed", stop_watch(train.elapsed)},
               {"time left", train.is_finished ? "done" : stop_watch(left / train.per_second)}};
  const float step = std::min(150.0f, r.w / static_cast<float>(std::size(facts)));
  float x = r.x + 4;
  for (const auto& fact : facts) {
    canvas.text({x, r.y + 16}, fact.name, words(11.5f, theme::kTextLow));
    canvas.text({x, r.y + 38}, fact.value,
                figures(16, theme::kText, Align::kLeft, Face::kMonoBold));
    x += step;
  }
  const float share =
      train.total_decisions > 0 ? static_cast<float>(done / train.total_decisions) : 0;
  bar(canvas, {r.x + 4, r.y + 54, r.w - 8, 8}, share, theme::kAccent);
  float key = r.x + 4;
  const float y = r.bottom() - 19;
  for (const auto& [cap, what] :
       {std::pair{"1", "watch a person live"}, std::pair{"P", "picture"},
        std::pair{"?", "all keys"}, std::pair{"Esc", "close: the training goes on"}})
    key += key_cap(canvas, {key, y}, cap, what);
  const float used = key + 20;
  const std::string& toast = scene.model.toast;  // what was just done, else where the run lives
  canvas.text({r.right(), y + 12.5f},
              canvas.fitted(toast.empty() ? train.run : toast, Face::kMono, 11, r.right() - used),
              figures(11, toast.empty() ? theme::kTextLow : theme::kGoodwill, Align::kRight));
}

}  // namespace infodiet::viz
