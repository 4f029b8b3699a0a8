#pragma once

#include <functional>
#include <string>

#include "sim/record/stage.hpp"
#include "sim/record/train_progress.hpp"

namespace infodiet {

/// How something is to be viewed: in a window, or without one as files.
struct ViewRequest {
  bool headless = false;
  std::string png, gif, mp4;       ///< files to be written, then it ends; "" none
  int width = 1600, height = 900;  ///< logical px
  double scale = 1;                ///< device px to a logical one; 0 in a window: by its size
  double seconds = 8;              ///< of a video
  int decisions = 160;             ///< played before a picture, or from `from` on in a video
  int from = 1, to = 0;            ///< decisions of a video, as they are counted on the screen; to
                                   ///< 0: the last recorded, or as many as `decisions`
  std::string moment;              ///< of a picture: "", "overload", "nothing", "push", "read"
  int head = -1;                   ///< of attention, in focus
  int pin = -1;                    ///< of a picture: rank of a candidate that is pinned
  std::string screen;              ///< "", "live", "replay", "compare", "train"
  double cursor = -1;              ///< of a picture: share of the episode; below 0: its end
  bool is_paused = false;
  /// What a training says of itself now; null without one.
  std::function<bool(TrainProgress&)> train;
};

/// Shows a stage until whoever watches has enough. Files of pictures are whole or not there.
/// @returns the exit code
/// @throws Error kIo, kState naming what is missing: a display, ffmpeg, fonts
using Viewer = std::function<int(Stage& stage, const ViewRequest& request)>;

}  // namespace infodiet
