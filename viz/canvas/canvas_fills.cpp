#include <algorithm>
#include <cmath>
#include <numbers>

#include "viz/canvas/canvas.hpp"

// Filled shapes.

namespace infodiet::viz {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;

Colour clear(Colour c) { return faded(c, 0); }

/// Corners of an arc so that its chords leave the circle by no more than a fifth of a pixel.
int corners_of(float radius, float angle) {
  const float step = 2 * std::acos(1 - std::min(1.0f, 0.2f / std::max(radius, 0.25f)));
  return std::clamp(static_cast<int>(std::ceil(angle / step)), 2, 96);
}

}  // namespace

void Canvas::snapped(Rect r, Colour top_left, Colour top_right, Colour bottom_right,
                     Colour bottom_left) {
  const float x0 = std::round(r.x * scale_), y0 = std::round(r.y * scale_);
  const float x1 = std::round(r.right() * scale_), y1 = std::round(r.bottom() * scale_);
  if (x1 <= x0 || y1 <= y0) return;
  quad({x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, top_left, top_right, bottom_right, bottom_left);
}

void Canvas::rect(Rect r, Colour top, Colour bottom) { snapped(r, top, top, bottom, bottom); }

void Canvas::rect_sideways(Rect r, Colour left, Colour right) {
  snapped(r, left, right, right, left);
}

/// A convex polygon whose edge fades out over `feather` device pixels, half of them outside.
/// @param hollow  only the fading edge is drawn: a shadow under something opaque
void Canvas::fill(std::span<const Point> path, Colour top, Colour bottom, float feather,
                  bool hollow) {
  // corners that coincide (of a pill, for one) have no normal
  points_.clear();
  const auto apart = [](Point a, Point b) {
    return std::abs(a.x - b.x) + std::abs(a.y - b.y) > 0.02f;
  };
  for (const Point p : path) {
    if (points_.empty() || apart(p, points_.back())) points_.push_back(p);
  }
  while (points_.size() > 2 && !apart(points_.front(), points_.back())) points_.pop_back();
  const std::size_t n = points_.size();
  if (n < 3) return;

  float high = points_[0].y, low = high;
  for (const Point p : points_) {
    high = std::min(high, p.y);
    low = std::max(low, p.y);
  }
  const auto shade = [&](float y) {
    return low > high ? mixed(top, bottom, (y - high) / (low - high)) : top;
  };
  normals_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Point d = points_[(i + 1) % n] - points_[i];
    const float l = length(d);
    normals_[i] = {d.y / l, -d.x / l};
  }
  inner_.resize(n);
  outer_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    // the mitre of two unit normals, kept from growing without bound at sharp corners
    const Point sum = normals_[(i + n - 1) % n] + normals_[i];
    const float square = sum.x * sum.x + sum.y * sum.y;
    const Point mitre = sum * (2 / std::max(square, 0.5f) * feather / 2);
    inner_[i] = points_[i] - mitre;
    outer_[i] = points_[i] + mitre;
  }
  const auto vertex = [&](Point p) { return Vertex{p.x, p.y, shade(p.y), 0, 0}; };
  if (!hollow) {
    for (std::size_t i = 2; i < n; ++i)
      emit(vertex(inner_[0]), vertex(inner_[i - 1]), vertex(inner_[i]));
  }
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t j = (i + 1) % n;
    const Colour ci = shade(inner_[i].y), cj = shade(inner_[j].y);
    quad(inner_[i], outer_[i], outer_[j], inner_[j], ci, clear(ci), clear(cj), cj);
  }
}

void Canvas::rounded_path(Rect r, float radius) {
  path_.clear();
  if (radius < 0.75f) {
    path_ = {{r.x, r.y}, {r.right(), r.y}, {r.right(), r.bottom()}, {r.x, r.bottom()}};
    return;
  }
  const int n = corners_of(radius, kTurn / 4);
  const Point centres[4] = {{r.right() - radius, r.y + radius},
                            {r.right() - radius, r.bottom() - radius},
                            {r.x + radius, r.bottom() - radius},
                            {r.x + radius, r.y + radius}};
  for (int corner = 0; corner < 4; ++corner) {
    for (int i = 0; i <= n; ++i) {
      const float angle =
          (static_cast<float>(corner - 1) + static_cast<float>(i) / static_cast<float>(n)) * kTurn /
          4;
      path_.push_back(centres[corner] + direction(angle) * radius);
    }
  }
}

void Canvas::round(Rect r, float radius, Colour top, Colour bottom) {
  const Rect d{r.x * scale_, r.y * scale_, r.w * scale_, r.h * scale_};
  if (d.w < 0.5f || d.h < 0.5f) return;
  const float rounded = std::min({radius * scale_, d.w / 2, d.h / 2});
  rounded_path(d, rounded);
  if (rounded >= 0.75f && d.w * d.h > 4096)
    big_round(d, rounded, top, bottom);
  else
    fill(path_, top, bottom, 1, false);
}

/// The same for large shapes: most of them as upright rectangles. Long thin triangles from one
/// corner would cost who draws in tiles or spans far more.
void Canvas::big_round(Rect d, float radius, Colour top, Colour bottom) {
  const auto shade = [&](float y) { return mixed(top, bottom, (y - d.y) / d.h); };
  const auto box = [&](float left, float up, float right, float down) {
    if (right <= left || down <= up) return;
    quad({left, up}, {right, up}, {right, down}, {left, down}, shade(up), shade(up), shade(down),
         shade(down));
  };
  constexpr float kHalf = 0.5f;
  const float left = d.x + radius, right = d.right() - radius;
  const float up = d.y + radius, down = d.bottom() - radius;
  box(d.x + kHalf, up, d.right() - kHalf, down);
  box(left, d.y + kHalf, right, up);
  box(left, down, right, d.bottom() - kHalf);

  const Point centres[4] = {{right, up}, {right, down}, {left, down}, {left, up}};
  const int per_corner = static_cast<int>(path_.size()) / 4;
  for (int corner = 0; corner < 4; ++corner) {
    const Point centre = centres[corner];
    const auto at = [&](int i, float offset) {
      const Point out = path_[corner * per_corner + i] - centre;
      const float l = std::max(length(out), 1e-4f);
      return centre + out * ((l + offset) / l);
    };
    for (int i = 0; i + 1 < per_corner; ++i) {
      const Point a = at(i, -kHalf), b = at(i + 1, -kHalf);
      const Colour ca = shade(a.y), cb = shade(b.y);
      emit({centre.x, centre.y, shade(centre.y), 0, 0}, {a.x, a.y, ca, 0, 0}, {b.x, b.y, cb, 0, 0});
      quad(a, at(i, kHalf), at(i + 1, kHalf), b, ca, clear(ca), clear(cb), cb);
    }
  }
  const auto rim = [&](Point a, Point b, Point outwards) {
    const Colour ca = shade(a.y), cb = shade(b.y);
    quad(a - outwards, a + outwards, b + outwards, b - outwards, ca, clear(ca), clear(cb), cb);
  };
  rim({left, d.y}, {right, d.y}, {0, -kHalf});
  rim({d.right(), up}, {d.right(), down}, {kHalf, 0});
  rim({right, d.bottom()}, {left, d.bottom()}, {0, kHalf});
  rim({d.x, down}, {d.x, up}, {-kHalf, 0});
}

void Canvas::shadow(Rect r, float radius, float blur, Colour c) {
  const Rect d{r.x * scale_, r.y * scale_, r.w * scale_, r.h * scale_};
  rounded_path(d, std::min({radius * scale_, d.w / 2, d.h / 2}));
  fill(path_, c, c, blur * scale_, true);
}

void Canvas::circle(Point centre, float radius, Colour c) {
  const Point middle = device(centre);
  const float r = radius * scale_;
  const int n = corners_of(r, kTurn);
  path_.clear();
  for (int i = 0; i < n; ++i)
    path_.push_back(middle + direction(kTurn * static_cast<float>(i) / static_cast<float>(n)) * r);
  fill(path_, c, c, 1, false);
}

void Canvas::triangle(Point a, Point b, Point c, Colour colour) {
  const Point ab = b - a, ac = c - a;
  if (ab.x * ac.y - ab.y * ac.x < 0) std::swap(b, c);  // clockwise
  const Point corners[] = {a, b, c};
  convex(corners, colour);
}

void Canvas::convex(std::span<const Point> points, Colour c) {
  path_.clear();
  for (const Point p : points) path_.push_back(device(p));
  fill(path_, c, c, 1, false);
}

void Canvas::area(std::span<const Point> line, float base, Colour top, Colour bottom) {
  float high = base;
  for (const Point p : line) high = std::min(high, p.y);
  const auto shade = [&](float y) {
    return mixed(top, bottom, base > high ? (y - high) / (base - high) : 1);
  };
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Point a = line[i - 1], b = line[i];
    quad(device(a), device(b), device({b.x, base}), device({a.x, base}), shade(a.y), shade(b.y),
         bottom, bottom);
  }
}

void Canvas::band(std::span<const Point> upper, std::span<const Point> lower, Colour c) {
  for (std::size_t i = 1; i < std::min(upper.size(), lower.size()); ++i)
    quad(device(upper[i - 1]), device(upper[i]), device(lower[i]), device(lower[i - 1]), c, c, c,
         c);
}

void Canvas::hatch(Rect r, float step, float width, Colour c) {
  push_clip(r);
  for (float x = r.x - r.h; x < r.right(); x += step)
    line({x, r.bottom()}, {x + r.h, r.y}, width, c);
  pop_clip();
}

}  // namespace infodiet::viz
