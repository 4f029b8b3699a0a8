#include "viz/canvas/canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

// The frame, the clip, and words. Shapes: canvas_fills.cpp; lines: canvas_lines.cpp.

namespace infodiet::viz {

void Canvas::begin(float width, float height, float scale) {
  width_ = width;
  height_ = height;
  scale_ = scale;
  layer_ = kBase;
  clips_.clear();
  for (Vertices& layer : layers_) {
    layer.shapes.clear();
    layer.text.clear();
  }
  if (text_log_ != nullptr) text_log_->clear();
}

std::size_t Canvas::num_vertices() const {
  std::size_t sum = 0;
  for (const Vertices& layer : layers_) sum += layer.shapes.size() + layer.text.size();
  return sum;
}

void Canvas::push_clip(Rect r) {
  float left = std::round(r.x * scale_), top = std::round(r.y * scale_);
  float right = std::round(r.right() * scale_), bottom = std::round(r.bottom() * scale_);
  if (!clips_.empty()) {
    const Rect& outer = clips_.back();
    left = std::max(left, outer.x);
    top = std::max(top, outer.y);
    right = std::min(right, outer.right());
    bottom = std::min(bottom, outer.bottom());
  }
  clips_.push_back({left, top, std::max(0.0f, right - left), std::max(0.0f, bottom - top)});
}

/// Adds a triangle, or what the clip leaves of it (Sutherland & Hodgman 1974, edge by edge).
void Canvas::emit(const Vertex& a, const Vertex& b, const Vertex& c) {
  std::vector<Vertex>& out = layers_[layer_].shapes;
  if (clips_.empty()) {
    out.insert(out.end(), {a, b, c});
    return;
  }
  const Rect& clip = clips_.back();
  // how far inside of an edge of the clip a corner lies
  const auto inside = [&clip](const Vertex& v, int edge) {
    switch (edge) {
      case 0:
        return v.x - clip.x;
      case 1:
        return clip.right() - v.x;
      case 2:
        return v.y - clip.y;
      default:
        return clip.bottom() - v.y;
    }
  };
  bool is_whole = true;
  for (int edge = 0; edge < 4; ++edge) {
    const float ia = inside(a, edge), ib = inside(b, edge), ic = inside(c, edge);
    if (ia < 0 && ib < 0 && ic < 0) return;
    is_whole = is_whole && ia >= 0 && ib >= 0 && ic >= 0;
  }
  if (is_whole) {
    out.insert(out.end(), {a, b, c});
    return;
  }
  std::array<Vertex, 8> now{a, b, c}, next{};
  int count = 3;
  for (int edge = 0; edge < 4 && count > 0; ++edge) {
    int kept = 0;
    for (int i = 0; i < count; ++i) {
      const Vertex &from = now[i], &to = now[(i + 1) % count];
      const float from_inside = inside(from, edge), to_inside = inside(to, edge);
      if (from_inside >= 0) next[kept++] = from;
      if ((from_inside >= 0) == (to_inside >= 0)) continue;
      const float t = from_inside / (from_inside - to_inside);
      next[kept++] = {from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t,
                      mixed(from.colour, to.colour, t), 0, 0};
    }
    now = next;
    count = kept;
  }
  for (int i = 2; i < count; ++i) out.insert(out.end(), {now[0], now[i - 1], now[i]});
}

void Canvas::quad(Point a, Point b, Point c, Point d, Colour ca, Colour cb, Colour cc, Colour cd) {
  const Vertex va{a.x, a.y, ca, 0, 0}, vb{b.x, b.y, cb, 0, 0}, vc{c.x, c.y, cc, 0, 0},
      vd{d.x, d.y, cd, 0, 0};
  emit(va, vb, vc);
  emit(va, vc, vd);
}

int Canvas::device_size(float size) const {
  return std::max(6, static_cast<int>(std::lround(size * scale_)));
}

float Canvas::text_width(std::string_view words, Face face, float size) const {
  return atlas_.advance(face, device_size(size), words) / scale_;
}

std::string Canvas::fitted(std::string_view words, Face face, float size, float room) const {
  if (text_width(words, face, size) <= room) return std::string(words);
  constexpr std::string_view kEllipsis = "…";
  const float dots = text_width(kEllipsis, face, size);
  std::size_t end = 0;
  float used = 0;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t from = at;
    next_letter(words, at);
    used += text_width(words.substr(from, at - from), face, size);
    if (used + dots > room) break;
    end = at;
  }
  if (end == 0) return dots <= room ? std::string(kEllipsis) : "";
  while (end > 0 && words[end - 1] == ' ') --end;
  return std::string(words.substr(0, end)).append(kEllipsis);
}

float Canvas::text(Point at, std::string_view words, const TextStyle& style) {
  const int size = device_size(style.size);
  const float wide = atlas_.advance(style.face, size, words);
  float pen = at.x * scale_;
  if (style.align == Align::kRight) pen -= wide;
  if (style.align == Align::kCentre) pen -= wide / 2;
  const float base = std::round(at.y * scale_);
  if (text_log_ != nullptr && !words.empty()) {
    const float ascent = style.size * 0.74f, descent = style.size * 0.22f;
    const Rect clip = clips_.empty() ? Rect{0, 0, width_, height_}
                                     : Rect{clips_.back().x / scale_, clips_.back().y / scale_,
                                            clips_.back().w / scale_, clips_.back().h / scale_};
    text_log_->push_back({{pen / scale_, at.y - ascent, wide / scale_, ascent + descent},
                          clip,
                          layer_,
                          style.size,
                          std::string(words)});
  }
  std::vector<Vertex>& out = layers_[layer_].text;
  for (std::size_t i = 0; i < words.size();) {
    const char32_t letter = next_letter(words, i);
    const float whole = std::floor(pen);
    const int place = static_cast<int>((pen - whole) * GlyphAtlas::kPlaces);
    const Glyph& g = atlas_.glyph(style.face, size, letter, place);
    pen += g.advance;
    float left = whole + static_cast<float>(g.left), top = base - static_cast<float>(g.top);
    float right = left + static_cast<float>(g.width), bottom = top + static_cast<float>(g.height);
    float u = static_cast<float>(g.u), v = static_cast<float>(g.v);
    if (!clips_.empty()) {  // letters are cut on whole pixels, so they stay exact
      const Rect& clip = clips_.back();
      u += std::max(0.0f, clip.x - left);
      v += std::max(0.0f, clip.y - top);
      left = std::max(left, clip.x);
      top = std::max(top, clip.y);
      right = std::min(right, clip.right());
      bottom = std::min(bottom, clip.bottom());
    }
    if (right <= left || bottom <= top) continue;
    const float u1 = u + right - left, v1 = v + bottom - top;
    const Colour c = style.colour;
    const Vertex a{left, top, c, u, v}, b{right, top, c, u1, v}, d{right, bottom, c, u1, v1},
        e{left, bottom, c, u, v1};
    out.insert(out.end(), {a, b, d, a, d, e});
  }
  return wide / scale_;
}

}  // namespace infodiet::viz
