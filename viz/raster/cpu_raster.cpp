#include "viz/raster/cpu_raster.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace infodiet::viz {
namespace {

constexpr int kSubpixel = 16;  // 28.4

/// x / 255, rounded, for x in [0, 255 * 255].
constexpr int by_255(int x) {
  x += 128;
  return (x + (x >> 8)) >> 8;
}

std::uint32_t packed(Colour c) { return std::bit_cast<std::uint32_t>(c); }

/// Source over destination.
void blend(std::uint8_t* pixel, int r, int g, int b, int alpha) {
  const int rest = 255 - alpha;
  pixel[0] = static_cast<std::uint8_t>(by_255(r * alpha + pixel[0] * rest));
  pixel[1] = static_cast<std::uint8_t>(by_255(g * alpha + pixel[1] * rest));
  pixel[2] = static_cast<std::uint8_t>(by_255(b * alpha + pixel[2] * rest));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {  // b > 0
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// One side of a triangle: `at` is 0 or more inside.
struct Edge {
  std::int64_t dx, dy, at;  // change by one pixel to the right, and down; value at (0, 0)

  Edge(std::array<std::int32_t, 2> from, std::array<std::int32_t, 2> to) {
    const std::int64_t ex = to[0] - from[0], ey = to[1] - from[1];
    // inside lies to the right of an edge that runs clockwise on screen
    const bool top_left = ey < 0 || (ey == 0 && ex > 0);
    dx = -ey * kSubpixel;
    dy = ex * kSubpixel;
    const std::int64_t half = kSubpixel / 2;  // pixels are asked at their centres
    at = ex * (half - from[1]) - ey * (half - from[0]) - (top_left ? 0 : 1);
  }
};

}  // namespace

void CpuRaster::resize(int width, int height) {
  width_ = width;
  height_ = height;
  pixels_.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, 255);
}

void CpuRaster::triangle(const Vertex& a, const Vertex& b, const Vertex& c) {
  const auto fixed = [](const Vertex& v) {
    return std::array<std::int32_t, 2>{static_cast<std::int32_t>(std::lrint(v.x * kSubpixel)),
                                       static_cast<std::int32_t>(std::lrint(v.y * kSubpixel))};
  };
  const auto pa = fixed(a);
  auto pb = fixed(b), pc = fixed(c);
  std::int64_t twice_area =
      std::int64_t{pb[0] - pa[0]} * (pc[1] - pa[1]) - std::int64_t{pb[1] - pa[1]} * (pc[0] - pa[0]);
  if (twice_area == 0) return;
  const Vertex *vb = &b, *vc = &c;
  if (twice_area < 0) {
    std::swap(pb, pc);
    std::swap(vb, vc);
    twice_area = -twice_area;
  }
  const auto pixel_range = [](std::int32_t low, std::int32_t high, int size) {
    return std::array<int, 2>{std::max(0, (low - kSubpixel / 2 + kSubpixel - 1) >> 4),
                              std::min(size - 1, (high - kSubpixel / 2) >> 4)};
  };
  const auto [x0, x1] =
      pixel_range(std::min({pa[0], pb[0], pc[0]}), std::max({pa[0], pb[0], pc[0]}), width_);
  const auto [y0, y1] =
      pixel_range(std::min({pa[1], pb[1], pc[1]}), std::max({pa[1], pb[1], pc[1]}), height_);
  if (x0 > x1 || y0 > y1) return;

  const Edge edges[3] = {{pb, pc}, {pc, pa}, {pa, pb}};  // opposite of a, b, c
  const bool flat = a.colour == vb->colour && a.colour == vc->colour;
  if (flat && a.colour.a == 0) return;

  // colour as a plane over the screen, in 16.16: value at (0, 0), change per pixel right and down
  std::array<std::int64_t, 4> plane_at{}, plane_dx{}, plane_dy{};
  if (!flat) {
    const double inverse = 1.0 / static_cast<double>(twice_area);
    const Colour corner[3] = {a.colour, vb->colour, vc->colour};
    for (int channel = 0; channel < 4; ++channel) {
      double at = 0, dx = 0, dy = 0;
      for (int i = 0; i < 3; ++i) {
        const Colour k = corner[i];
        const int value = channel == 0 ? k.r : channel == 1 ? k.g : channel == 2 ? k.b : k.a;
        // without the bias of the top-left rule the three edges sum to twice the area
        const double weight = value * inverse * 65536.0;
        at += static_cast<double>(edges[i].at) * weight;
        dx += static_cast<double>(edges[i].dx) * weight;
        dy += static_cast<double>(edges[i].dy) * weight;
      }
      plane_at[channel] = std::llrint(at) + 32768;
      plane_dx[channel] = std::llrint(dx);
      plane_dy[channel] = std::llrint(dy);
    }
  }

  for (int y = y0; y <= y1; ++y) {
    // step 1: the span of this row, from each edge in turn
    std::int64_t first = x0, last = x1;
    for (const Edge& edge : edges) {
      const std::int64_t here = edge.at + edge.dy * y;  // at x = 0
      if (edge.dx > 0)
        first = std::max(first, -floor_div(here, edge.dx));
      else if (edge.dx < 0)
        last = std::min(last, floor_div(here, -edge.dx));
      else if (here < 0)
        last = -1;
    }
    if (first > last) continue;
    const auto count = static_cast<int>(last - first + 1);
    std::uint8_t* pixel =
        pixels_.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                          static_cast<std::size_t>(first)) *
                             4;

    // step 2: its pixels
    if (flat && a.colour.a == 255) {
      const std::uint32_t whole = packed(a.colour);
      for (int i = 0; i < count; ++i, pixel += 4) std::memcpy(pixel, &whole, 4);
      continue;
    }
    if (flat) {
      const int alpha = a.colour.a, rest = 255 - alpha;
      const int r = a.colour.r * alpha, g = a.colour.g * alpha, bl = a.colour.b * alpha;
      for (int i = 0; i < count; ++i, pixel += 4) {
        pixel[0] = static_cast<std::uint8_t>(by_255(r + pixel[0] * rest));
        pixel[1] = static_cast<std::uint8_t>(by_255(g + pixel[1] * rest));
        pixel[2] = static_cast<std::uint8_t>(by_255(bl + pixel[2] * rest));
      }
      continue;
    }
    std::array<std::int32_t, 4> value{}, step{};
    for (int channel = 0; channel < 4; ++channel) {
      const std::int64_t at = plane_at[channel] + plane_dx[channel] * first + plane_dy[channel] * y;
      // thin triangles have steep planes: what rounding puts outside is brought back
      const std::int64_t end = at + plane_dx[channel] * (count - 1);
      constexpr std::int64_t kMost = 255 * 65536 + 65535;
      value[channel] = static_cast<std::int32_t>(std::clamp<std::int64_t>(at, 0, kMost));
      step[channel] =
          count > 1 ? static_cast<std::int32_t>(
                          (std::clamp<std::int64_t>(end, 0, kMost) - value[channel]) / (count - 1))
                    : 0;
    }
    const bool opaque = a.colour.a == 255 && vb->colour.a == 255 && vc->colour.a == 255;
    for (int i = 0; i < count; ++i, pixel += 4) {
      if (opaque) {
        pixel[0] = static_cast<std::uint8_t>(value[0] >> 16);
        pixel[1] = static_cast<std::uint8_t>(value[1] >> 16);
        pixel[2] = static_cast<std::uint8_t>(value[2] >> 16);
      } else {
        blend(pixel, value[0] >> 16, value[1] >> 16, value[2] >> 16, value[3] >> 16);
      }
      for (int channel = 0; channel < 4; ++channel) value[channel] += step[channel];
    }
  }
}

void CpuRaster::letter(const Vertex& top_left, const Vertex& bottom_right,
                       const GlyphAtlas& atlas) {
  const int left = static_cast<int>(top_left.x), top = static_cast<int>(top_left.y);
  const int right = std::min(width_, static_cast<int>(bottom_right.x));
  const int bottom = std::min(height_, static_cast<int>(bottom_right.y));
  const int u = static_cast<int>(top_left.u), v = static_cast<int>(top_left.v);
  const Colour c = top_left.colour;
  for (int y = std::max(0, top); y < bottom; ++y) {
    const std::uint8_t* const row =
        atlas.opacity().data() + std::ptrdiff_t{v + y - top} * atlas.width() + u;
    for (int x = std::max(0, left); x < right; ++x) {
      const int alpha = by_255(row[x - left] * c.a);
      if (alpha == 0) continue;
      blend(pixels_.data() + (std::ptrdiff_t{y} * width_ + x) * 4, c.r, c.g, c.b, alpha);
    }
  }
}

void CpuRaster::draw(const Canvas& canvas, Colour background) {
  const std::uint32_t whole = packed(background);
  for (std::size_t i = 0; i < pixels_.size(); i += 4) std::memcpy(pixels_.data() + i, &whole, 4);
  for (const Canvas::Vertices& layer : canvas.layers()) {
    for (std::size_t i = 0; i + 2 < layer.shapes.size(); i += 3)
      triangle(layer.shapes[i], layer.shapes[i + 1], layer.shapes[i + 2]);
    for (std::size_t i = 0; i + 5 < layer.text.size(); i += 6)
      letter(layer.text[i], layer.text[i + 2], canvas.atlas());
  }
}

}  // namespace infodiet::viz
