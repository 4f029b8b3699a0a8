#include "viz/camera.hpp"

#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"

namespace infodiet::viz {

std::span<const std::uint8_t> Camera::shoot(const Model& model) {
  canvas_.begin(static_cast<float>(width_) / scale_, static_cast<float>(height_) / scale_, scale_);
  draw_screen(canvas_, model, hits_);
  raster_.draw(canvas_, theme::kGround);
  return raster_.pixels();
}

}  // namespace infodiet::viz
