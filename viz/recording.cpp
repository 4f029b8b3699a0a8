#include "viz/recording.hpp"

#include <algorithm>

namespace infodiet::viz {

void Recording::follow(const Model& model, double seconds) {
  constexpr double kMost = 10 * kFps;  // a machine that slept must not fill the disk
  due_ = std::min(due_ + seconds * kFps, kMost);
  if (due_ < 1) return;
  const auto pixels = camera_.shoot(model);
  for (; due_ >= 1; --due_) video_.write(pixels);
}

}  // namespace infodiet::viz
