#pragma once

#include "sim/record/view_request.hpp"

namespace infodiet::viz {

/// Opens a window and shows the stage until it is closed.
/// @throws Error kState if there is no display
int run_window(Stage& stage, const ViewRequest& request);

}  // namespace infodiet::viz
