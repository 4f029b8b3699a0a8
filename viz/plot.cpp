#include "viz/plot.hpp"

#include <algorithm>
#include <cmath>

#include "viz/numbers.hpp"

namespace infodiet::viz {

Axis nice_axis(double low, double high, float from, float to) {
  if (!(high - low > 1e-9)) high = low + (std::abs(low) > 1e-9 ? std::abs(low) * 0.1 : 1);
  const double step = std::pow(10, std::floor(std::log10(high - low))) / 2;
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, from, to};
}

void Curve::add(double x, double y) {
  if (std::isnan(y)) {
    is_open_ = false;
    return;
  }
  const float px = x_.px(x);
  if (is_open_ && px - pieces_.back().back().x < 0.8f) {
    sum_ += y;
    pieces_.back().back().y = y_.px(sum_ / ++count_);
    return;
  }
  if (!is_open_) pieces_.emplace_back();
  is_open_ = true;
  sum_ = y;
  count_ = 1;
  pieces_.back().push_back({px, y_.px(y)});
}

void Curve::draw(Canvas& canvas, float width, Colour colour, bool dashed) const {
  for (const std::vector<Point>& piece : pieces_) {
    if (piece.size() < 2) continue;
    if (dashed)
      canvas.dashed(piece, width, colour);
    else
      canvas.polyline(piece, width, colour);
  }
  if (!pieces_.empty()) canvas.circle(last(), width + 1, colour);
}

void Curve::fill(Canvas& canvas, Colour colour) const {
  const float base = std::clamp(y_.px(0), std::min(y_.from, y_.to), std::max(y_.from, y_.to));
  for (const std::vector<Point>& piece : pieces_)
    canvas.area(piece, base, faded(colour, 0.3f), faded(colour, 0.03f));
}

void plot_frame(Canvas& canvas, Rect r, const Axis& y) {
  for (int i = 0; i <= 2; ++i)
    canvas.rect({r.x, r.y + r.h * static_cast<float>(i) / 2, r.w, 1}, theme::kGrid);
  canvas.text({r.x - 5, r.y + 7}, brief(y.high), figures(10, theme::kTextLow, Align::kRight));
  canvas.text({r.x - 5, r.bottom() + 2}, brief(y.low), figures(10, theme::kTextLow, Align::kRight));
  if (y.low < 0 && y.high > 0) canvas.rect({r.x, y.px(0), r.w, 1}, faded(theme::kTextLow, 0.7f));
}

}  // namespace infodiet::viz
