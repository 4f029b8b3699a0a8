#include "viz/viewer.hpp"

#include "env/core/error.hpp"
#include "viz/headless.hpp"

#ifdef INFODIET_WINDOW
#include "viz/window/window.hpp"
#endif

namespace infodiet::viz {

bool has_window_support() {
#ifdef INFODIET_WINDOW
  return true;
#else
  return false;
#endif
}

int run_viewer(Stage& stage, const ViewRequest& request) {
  if (request.headless) return run_headless(stage, request);
#ifdef INFODIET_WINDOW
  return run_window(stage, request);
#else
  throw Error(ErrorCode::kState, "watch",
              "this program was built without windows (install libsfml-dev and build it anew, or "
              "write a picture: --headless --png FILE)");
#endif
}

}  // namespace infodiet::viz
