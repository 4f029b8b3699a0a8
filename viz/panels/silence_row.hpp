#pragma once

#include "viz/widgets.hpp"

namespace infodiet::viz {

/// Where the row of silence stands among the candidates, and how it is tinted if it was chosen.
struct SilenceRow {
  Rect field;
  float title = 0;
  Rect bar;         ///< of its chance; no width: none
  float right = 0;  ///< its chance ends here
  Colour tint;
};

/// The row that is always there: showing nothing, and what the gates say of it.
void draw_silence(const Scene& scene, const Snapshot& shot, const SilenceRow& row);

}  // namespace infodiet::viz
