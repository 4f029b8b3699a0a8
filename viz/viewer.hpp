#pragma once

#include "sim/record/view_request.hpp"

namespace infodiet::viz {

/// The viewer: a window, or pictures and videos without one (`ViewRequest::headless`).
int run_viewer(Stage& stage, const ViewRequest& request);

/// Whether this program can open windows at all.
bool has_window_support();

}  // namespace infodiet::viz
