#pragma once

#include <string>

#include "viz/camera.hpp"
#include "viz/raster/video.hpp"

namespace infodiet::viz {

/// A video of what happens, as long as it took: frames are counted by the clock, however often
/// something is drawn, and have the size it began with.
class Recording {
 public:
  static constexpr int kFps = 30;

  /// @throws Error kIo as VideoWriter
  Recording(const std::string& file, VideoKind kind, int width, int height, float scale)
      : file_(file), camera_(width, height, scale), video_(file, kind, width, height, kFps) {}

  const std::string& file() const { return file_; }
  /// To be called whenever the model may have changed. @param seconds  since the last time
  void follow(const Model& model, double seconds);
  void finish() { video_.finish(); }

 private:
  std::string file_;
  Camera camera_;
  VideoWriter video_;
  double due_ = 1;  // frames; the first at once
};

}  // namespace infodiet::viz
