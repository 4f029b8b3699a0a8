#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "viz/canvas/canvas.hpp"
#include "viz/model.hpp"
#include "viz/raster/cpu_raster.hpp"

namespace infodiet::viz {

/// Takes pictures of a model, by the processor: the same pixels on every machine, and of the same
/// size whatever happens to a window meanwhile.
class Camera {
 public:
  /// @param width, height  pixels
  /// @param scale          pixels to a logical one
  Camera(int width, int height, float scale)
      : width_(width), height_(height), scale_(scale), canvas_(atlas_), raster_(width, height) {}
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  int width() const { return width_; }
  int height() const { return height_; }
  /// (height, width, 4) lent until the next.
  std::span<const std::uint8_t> shoot(const Model& model);

 private:
  int width_, height_;
  float scale_;
  GlyphAtlas atlas_;
  Canvas canvas_;
  CpuRaster raster_;
  std::vector<Hit> hits_;  // nobody clicks on a picture
};

}  // namespace infodiet::viz
