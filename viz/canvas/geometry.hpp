#pragma once

#include <cmath>

namespace infodiet::viz {

struct Point {
  float x = 0, y = 0;
};
inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(Point a, float k) { return {a.x * k, a.y * k}; }
inline float length(Point a) { return std::hypot(a.x, a.y); }
/// The point of the unit circle at an angle [rad]; y grows downwards, so angles turn clockwise.
inline Point direction(float angle) { return {std::cos(angle), std::sin(angle)}; }

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  float right() const { return x + w; }
  float bottom() const { return y + h; }
  Point middle() const { return {x + w / 2, y + h / 2}; }
  bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
  Rect inset(float dx, float dy) const { return {x + dx, y + dy, w - 2 * dx, h - 2 * dy}; }
  Rect inset(float d) const { return inset(d, d); }

  // Layout: each takes a part off this rectangle and returns it.
  Rect cut_top(float height) {
    const Rect part{x, y, w, height};
    y += height;
    h -= height;
    return part;
  }
  Rect cut_left(float width) {
    const Rect part{x, y, width, h};
    x += width;
    w -= width;
    return part;
  }
  Rect cut_right(float width) {
    w -= width;
    return {x + w, y, width, h};
  }
  Rect cut_bottom(float height) {
    h -= height;
    return {x, y + h, w, height};
  }
};

}  // namespace infodiet::viz
