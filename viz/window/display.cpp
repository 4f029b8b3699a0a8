#include "viz/window/display.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "env/core/error.hpp"

namespace infodiet::viz {
namespace {

constexpr const char* kWaysOut =
    " (on a machine without a display, write a picture or a video instead: --headless --png FILE "
    "or --headless --mp4 FILE; or lend it one: xvfb-run -a infodiet watch ...)";

/// A function of Xlib, which SFML has loaded. By name, so that its headers are not needed.
template <class Function>
Function* xlib(const char* name) {
  static void* const library = ::dlopen("libX11.so.6", RTLD_NOW);
  return library == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(library, name));
}

}  // namespace

Display open_display() {
  const char* const named = std::getenv("DISPLAY");
  if (named == nullptr || *named == '\0') {
    throw Error(ErrorCode::kState, "watch",
                std::string("there is no display: DISPLAY is not set") + kWaysOut);
  }
  const auto open = xlib<void*(const char*)>("XOpenDisplay");
  const auto close = xlib<int(void*)>("XCloseDisplay");
  if (open == nullptr || close == nullptr) return {};  // cannot tell: let SFML try
  Display display(open(named), [close](void* connection) { close(connection); });
  if (display == nullptr) {
    throw Error(ErrorCode::kState, "watch",
                std::string("the display ") + named + " does not answer" + kWaysOut);
  }
  return display;
}

}  // namespace infodiet::viz
