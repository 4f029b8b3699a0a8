#include <algorithm>
#include <cmath>
#include <vector>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

struct Shown {
  const char* name;  ///< docs/training.md
  const char* title;
  Colour colour;
  const char* marks;  ///< a curve of single points beside it, or ""
};

constexpr Shown kShown[] = {
    {"rollout/score", "Score a day, while it explores", theme::kValue, "eval/score"},
    {"rollout/overload", "Overload-minutes a day", theme::kOverload, ""},
    {"rollout/silence", "Share of decisions with nothing shown", theme::kGoodwill, ""},
    {"train/entropy_loss", "Minus the entropy of the policy", theme::kAccent, ""},
    {"train/explained_variance", "Explained variance", theme::kReference, ""},
    {"train/approx_kl", "How far each iteration moves (KL)", theme::kFatigue, ""}};

/// A curve smoothed over neighbours, and how widely they spread: mean and standard deviation of the
/// `reach` values on either side.
struct Smoothed {
  std::vector<double> mean, spread;

  Smoothed(const std::vector<float>& values, int reach) {
    const int n = static_cast<int>(values.size());
    for (int i = 0; i < n; ++i) {
      double sum = 0, squares = 0;
      int count = 0;
      for (int j = std::max(0, i - reach); j <= std::min(n - 1, i + reach); ++j) {
        if (!std::isfinite(values[j])) continue;
        sum += double{values[j]};
        squares += double{values[j]} * double{values[j]};
        ++count;
      }
      const double m = count > 0 ? sum / count : StepRecord::kNone;
      mean.push_back(m);
      spread.push_back(count > 1 ? std::sqrt(std::max(0.0, squares / count - m * m)) : 0.0);
    }
  }
};

void draw_one(const Scene& scene, Rect place, const TrainProgress& train, const Shown& shown) {
  Canvas& canvas = scene.canvas;
  const TrainCurve* const curve = train.find(shown.name);
  const Rect r =
      panel(canvas, place, shown.title + (curve == nullptr ? "" : after_name(curve->unit)));
  if (curve == nullptr || curve->values.empty()) {
    canvas.text(r.middle(), "not reported",
                words(11.5f, theme::kTextLow, Face::kRegular, Align::kCentre));
    return;
  }
  const Smoothed smooth(curve->values, std::max(1, static_cast<int>(curve->values.size()) / 40));
  canvas.text({place.right() - theme::kPad, place.y + 22}, brief(smooth.mean.back()),
              figures(15, shown.colour, Align::kRight, Face::kMonoBold));
  const TrainCurve* const marks = *shown.marks != '\0' ? train.find(shown.marks) : nullptr;
  // what the axis must hold: the middle 98 % of what is drawn, so that one outlier hides nothing
  std::vector<double> all;
  for (std::size_t i = 0; i < smooth.mean.size(); ++i) {
    if (std::isnan(smooth.mean[i])) continue;
    all.push_back(smooth.mean[i] - smooth.spread[i]);
    all.push_back(smooth.mean[i] + smooth.spread[i]);
  }
  if (all.empty()) return;
  std::sort(all.begin(), all.end());
  double low = all[all.size() / 50], high = all[all.size() - 1 - all.size() / 50];
  // the band of what is never negative must not suggest that it could be
  const auto least = std::min_element(curve->values.begin(), curve->values.end(),
                                      [](float a, float b) { return a < b; });
  if (*least >= 0) low = std::max(low, 0.0);
  if (marks != nullptr) {
    for (const float x : marks->values) {
      if (!std::isfinite(x)) continue;
      low = std::min(low, double{x});
      high = std::max(high, double{x});
    }
  }
  const Rect field{r.x + 34, r.y + 6, r.w - 40, r.h - 22};
  const Axis y = nice_axis(low, high, field.bottom(), field.y);
  const double end = std::max(train.total_decisions, train.decisions.back());
  const Axis x{0, end, field.x, field.right()};
  plot_frame(canvas, field, y);

  std::vector<Point> upper, lower;
  Curve mean(x, y);
  float last = -10;
  for (std::size_t i = 0; i < smooth.mean.size(); ++i) {
    if (std::isnan(smooth.mean[i])) continue;
    mean.add(train.decisions[i], smooth.mean[i]);
    const float px = x.px(train.decisions[i]);
    if (px - last < 2) continue;
    last = px;
    upper.push_back({px, y.px(smooth.mean[i] + smooth.spread[i])});
    lower.push_back({px, y.px(smooth.mean[i] - smooth.spread[i])});
  }
  canvas.band(upper, lower, faded(shown.colour, 0.16f));
  if (!mean.empty()) mean.draw(canvas, 2, shown.colour);
  if (marks != nullptr) {
    bool any = false;
    for (std::size_t i = 0; i < marks->values.size(); ++i) {
      if (!std::isfinite(marks->values[i])) continue;
      const Point at{x.px(train.decisions[i]), y.px(double{marks->values[i]})};
      canvas.circle(at, 4.5f, theme::kGround);
      canvas.arc(at, 3.6f, 0, 6.2832f, 1.8f, theme::kText);
      any = true;
    }
    if (any) {
      canvas.arc({field.x + 12, field.y + 9}, 3.6f, 0, 6.2832f, 1.8f, theme::kText);
      canvas.text({field.x + 22, field.y + 13}, "on people it has not met",
                  words(10.5f, theme::kTextMid, Face::kRegular));
    }
  }
  for (int i = 0; i <= 4; ++i) {
    canvas.text({field.x + field.w * static_cast<float>(i) / 4, field.bottom() + 15},
                i == 0 ? "0" : brief(end * i / 4),
                figures(10, theme::kTextLow,
                        i == 0   ? Align::kLeft
                        : i == 4 ? Align::kRight
                                 : Align::kCentre));
  }
}

}  // namespace

void TrainCurves::draw(const Scene& scene, Rect place) const {
  const float wide = (place.w - theme::kGap) / 2, high = (place.h - 2 * theme::kGap) / 3;
  for (int i = 0; i < 6; ++i) {
    draw_one(scene,
             {place.x + static_cast<float>(i % 2) * (wide + theme::kGap),
              place.y + static_cast<float>(i / 2) * (high + theme::kGap), wide, high},
             scene.model.train, kShown[i]);
  }
}

}  // namespace infodiet::viz
