#include <algorithm>
#include <cmath>
#include <numbers>

#include "viz/canvas/canvas.hpp"

// Lines: a core as wide as asked for, less one device pixel, and a feather on both sides. What is
// thinner than a device pixel is drawn one pixel wide and fainter.

namespace infodiet::viz {

void Canvas::polyline(std::span<const Point> points, float width, Colour first, Colour last,
                      bool closed) {
  points_.clear();
  for (const Point p : points) {
    const Point d = device(p);
    if (points_.empty() || length(d - points_.back()) > 0.05f) points_.push_back(d);
  }
  if (closed && points_.size() > 2 && length(points_.front() - points_.back()) <= 0.05f)
    points_.pop_back();
  const std::size_t n = points_.size();
  if (n < 2) return;
  const float wide = width * scale_;
  const float core = std::max(0.0f, wide - 1) / 2;
  const float rim = core + std::min(1.0f, std::max(wide, 0.5f));
  const float strength = std::min(1.0f, std::max(wide, 0.35f));

  const std::size_t segments = closed ? n : n - 1;
  normals_.resize(segments);
  for (std::size_t i = 0; i < segments; ++i) {
    const Point d = points_[(i + 1) % n] - points_[i];
    const float l = length(d);
    normals_[i] = {d.y / l, -d.x / l};
  }
  const auto mitre = [&](std::size_t i) {
    const bool has_before = closed || i > 0, has_after = closed || i < segments;
    const Point before = normals_[has_before ? (i + segments - 1) % segments : 0];
    const Point after = normals_[has_after ? i % segments : segments - 1];
    const Point sum = before + after;
    const float square = sum.x * sum.x + sum.y * sum.y;
    return sum * std::min(2 / std::max(square, 1e-3f), 2 / std::max(std::sqrt(square), 1e-3f));
  };
  const auto shade = [&](std::size_t i) {
    return faded(mixed(first, last, static_cast<float>(i) / static_cast<float>(segments)),
                 strength);
  };
  Point m = mitre(0);
  for (std::size_t i = 0; i < segments; ++i) {
    const std::size_t j = (i + 1) % n;
    const Point next = mitre(closed ? j : i + 1);
    const Point a = points_[i], b = points_[j];
    const Colour ca = shade(i), cb = shade(i + 1);
    const Colour za = faded(ca, 0), zb = faded(cb, 0);
    if (core > 0)
      quad(a + m * core, b + next * core, b - next * core, a - m * core, ca, cb, cb, ca);
    quad(a + m * rim, b + next * rim, b + next * core, a + m * core, za, zb, cb, ca);
    quad(a - m * core, b - next * core, b - next * rim, a - m * rim, ca, cb, zb, za);
    m = next;
  }
}

void Canvas::line(Point a, Point b, float width, Colour c) {
  const Point ends[] = {a, b};
  polyline(ends, width, c);
}

void Canvas::outline(Rect r, float radius, float width, Colour c) {
  // on the middle of the stroke, which lies inside of the rectangle
  const Rect d{r.x * scale_ + width * scale_ / 2, r.y * scale_ + width * scale_ / 2,
               (r.w - width) * scale_, (r.h - width) * scale_};
  rounded_path(d, std::clamp((radius - width / 2) * scale_, 0.0f, std::min(d.w, d.h) / 2));
  std::vector<Point>& logical = dash_;
  logical.clear();
  for (const Point p : path_) logical.push_back(p * (1 / scale_));
  polyline(logical, width, c, c, true);
}

void Canvas::dashed(std::span<const Point> points, float width, Colour c, float on, float off) {
  if (points.size() < 2) return;
  float left = on;
  bool is_on = true;
  std::vector<Point>& piece = dash_;
  piece.assign(1, points[0]);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = points[i - 1], b = points[i];
    const float whole = length(b - a);
    if (whole <= 0) continue;
    float gone = 0;
    while (whole - gone > left) {
      gone += left;
      const Point end = a + (b - a) * (gone / whole);
      piece.push_back(end);
      if (is_on) polyline(piece, width, c);
      piece.assign(1, end);
      is_on = !is_on;
      left = is_on ? on : off;
    }
    left -= whole - gone;
    piece.push_back(b);
  }
  if (is_on) polyline(piece, width, c);
}

void Canvas::curve(Point a, Point b, Point c, Point d, float width, Colour first, Colour last) {
  constexpr int kPieces = 14;
  Point points[kPieces + 1];
  for (int i = 0; i <= kPieces; ++i) {
    const float t = static_cast<float>(i) / kPieces, s = 1 - t;
    points[i] = a * (s * s * s) + b * (3 * s * s * t) + c * (3 * s * t * t) + d * (t * t * t);
  }
  polyline(points, width, first, last, false);
}

void Canvas::arc(Point centre, float radius, float from, float to, float width, Colour c) {
  if (to - from < 1e-4f) return;
  const bool closed = to - from > 2 * std::numbers::pi_v<float> - 1e-3f;
  const int pieces =
      std::clamp(static_cast<int>((to - from) * std::sqrt(radius * scale_) * 1.6f), 3, 120);
  std::vector<Point>& points = dash_;
  points.clear();
  for (int i = 0; i < pieces + (closed ? 0 : 1); ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(pieces);
    points.push_back(centre + direction(from + (to - from) * t) * radius);
  }
  polyline(points, width, c, c, closed);
}

}  // namespace infodiet::viz
