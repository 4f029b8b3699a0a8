#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"
#include "viz/panels/reward_colours.hpp"
#include "viz/plot.hpp"

namespace infodiet::viz {
namespace {

constexpr float kRow = 21, kName = 104, kLeastBars = 48;

std::string name_of(const RewardPart& part) {
  return part.name + after_name(short_unit(part.unit));
}

/// What names and units take, or what the bars leave them.
float width_of_names(const Scene& scene, float room) {
  float widest = kName;
  for (const RewardPart& part : scene.model.spec().rewards)
    widest = std::max(widest, scene.canvas.text_width(name_of(part), Face::kMedium, 10.5f) + 6);
  return std::max(kName, std::min(widest, room));
}

/// Each part starts where the sum of those before ended.
void draw_waterfall(const Scene& scene, Rect r, const StepRecord& record) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  const auto& parts = model.spec().rewards;
  // the scale holds the largest partial sum on either side
  double sum = 0, low = 0, high = 0.05;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum += model.weights[i] * double{record.rewards[i]};
    low = std::min(low, sum);
    high = std::max(high, sum);
  }
  const float right = r.right() - 148;
  const float names = width_of_names(scene, right - r.x - kLeastBars), left = r.x + names;
  const Axis x{low, high, left, right};
  double run = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const float y = r.y + kRow * static_cast<float>(i);
    if (y + kRow > r.bottom() + 2) break;
    const double part = model.weights[i] * double{record.rewards[i]};
    const bool is_idle = model.weights[i] == 0;
    std::string name = name_of(parts[i]);
    if (canvas.text_width(name, Face::kMedium, 10.5f) > names - 4)
      name = parts[i].name;  // rather without its unit than cut
    canvas.text({r.x, y + 13}, canvas.fitted(name, Face::kMedium, 10.5f, names - 4),
                words(10.5f, is_idle ? theme::kTextLow : theme::kTextMid));
    canvas.rect({left, y + 9, right - left, 1}, theme::kGrid);
    const float a = x.px(run), b = x.px(run + part);
    if (std::abs(part) > 1e-6)
      canvas.round({std::min(a, b), y + 3, std::max(2.0f, std::abs(b - a)), 12}, 3,
                   reward_colour(i));
    if (i + 1 < parts.size() && part != 0)
      canvas.rect({b, y + 15, 1, kRow - 12}, faded(theme::kTextMid, 0.5f));
    canvas.text({right + 52, y + 13}, signed_number(part),
                figures(11, part != 0 ? theme::kText : theme::kTextLow, Align::kRight));
    // the slider of its weight: a click sets it, on a scale of roots from 0 to 10
    const Rect slider{right + 60, y + 6, 44, 7};
    const float share =
        static_cast<float>(std::sqrt(std::min(10.0, std::abs(model.weights[i])) / 10));
    canvas.round(slider, 3.5f, theme::kTrack);
    canvas.round({slider.x, slider.y, std::max(7.0f, slider.w * share), slider.h}, 3.5f,
                 is_idle ? theme::kStroke : theme::kTextMid);
    canvas.circle({slider.x + std::max(3.5f, slider.w * share), slider.middle().y}, 5,
                  model.weights[i] != parts[i].weight ? theme::kReference : theme::kText);
    canvas.text({r.right(), y + 13},
                "×" + number(model.weights[i], std::abs(model.weights[i]) < 9.95 ? 1 : 0),
                figures(10, theme::kTextLow, Align::kRight));
    scene.hit({slider.x - 4, y, slider.w + 8, kRow}, Action::kWeight, static_cast<double>(i));
    run += part;
  }
  const float zero = x.px(0);
  canvas.rect({zero, r.y, 1, kRow * static_cast<float>(parts.size())},
              faded(theme::kTextLow, 0.8f));
}

/// The last decisions: gains upwards, costs downwards, each stacked.
void draw_history(const Scene& scene, Rect r) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  canvas.round({r.x - 4, r.y, r.w + 8, r.h}, 6, theme::kWell);
  const auto records = model.sides[0].log.records();
  const int newest = model.shown(0);
  const int most = static_cast<int>(r.w / 4), first = std::max(0, newest + 1 - most);
  const auto amount = [&](const StepRecord& record, std::size_t part) {
    return model.weights[part] * double{record.rewards[part]};
  };
  double gain = 0.05, cost = 0.05;
  for (int i = first; i <= newest; ++i) {
    double up = 0, down = 0;
    for (std::size_t p = 0; p < model.weights.size(); ++p) {
      const double x = amount(records[i], p);
      (x > 0 ? up : down) += std::abs(x);
    }
    gain = std::max(gain, up);
    cost = std::max(cost, down);
  }
  const float zero = r.y + 5 + (r.h - 10) * static_cast<float>(gain / (gain + cost));
  const float scale = (r.h - 10) / static_cast<float>(gain + cost);
  for (int i = first; i <= newest; ++i) {
    const float x = r.x + static_cast<float>(i - first) * 4;
    float up = zero, down = zero + 1;
    for (std::size_t p = 0; p < model.weights.size(); ++p) {
      const float size = static_cast<float>(std::abs(amount(records[i], p))) * scale;
      if (size < 0.3f) continue;
      if (amount(records[i], p) > 0) {
        canvas.rect({x, up - size, 3, size}, reward_colour(p));
        up -= size;
      } else {
        canvas.rect({x, down, 3, size}, reward_colour(p));
        down += size;
      }
    }
  }
  canvas.rect({r.x, zero, r.w, 1}, faded(theme::kTextLow, 0.8f));
}

}  // namespace

void RewardPanel::draw(const Scene& scene, Rect place) const {
  const Model& model = scene.model;
  const StepRecord* const record = model.record(0);
  Rect r = panel(scene.canvas, place,
                 "Score of this decision" + after_name(model.columns.unit.score), "");
  if (record == nullptr) return;
  const double score = model.score(*record);
  scene.canvas.text(
      {place.right() - theme::kPad, place.y + 25}, signed_number(score),
      figures(18, score < 0 ? theme::kOverload : theme::kText, Align::kRight, Face::kMonoBold));
  const float parts = kRow * static_cast<float>(model.spec().rewards.size());
  draw_waterfall(scene, r.cut_top(std::min(parts, r.h)), *record);
  r.cut_top(6);
  if (r.h > 20) draw_history(scene, r);
}

}  // namespace infodiet::viz
