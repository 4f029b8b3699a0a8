#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "viz/canvas/canvas.hpp"

namespace infodiet::viz {

/// Draws a canvas into memory without a display: the same triangles a graphics card would get, by
/// its rules (28.4 fixed point, top-left rule, colours interpolated, source over destination), in
/// whole numbers, so the picture has the same bits everywhere.
class CpuRaster {
 public:
  CpuRaster(int width, int height) { resize(width, height); }

  void resize(int width, int height);
  int width() const { return width_; }
  int height() const { return height_; }
  /// (height, width, 4) red, green, blue, alpha; alpha is 255 everywhere.
  std::span<const std::uint8_t> pixels() const { return pixels_; }

  void draw(const Canvas& canvas, Colour background);

 private:
  void triangle(const Vertex& a, const Vertex& b, const Vertex& c);
  void letter(const Vertex& top_left, const Vertex& bottom_right, const GlyphAtlas& atlas);

  int width_ = 0, height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace infodiet::viz
