#pragma once

#include <functional>
#include <memory>

namespace infodiet::viz {

/// A connection to the display. Where there is none to be had, SFML ends the program without a
/// word, so this asks first. Keep it until SFML has its own: a display that is left by its last
/// client may start anew, and refuses everybody meanwhile.
using Display = std::unique_ptr<void, std::function<void(void*)>>;

/// @throws Error kState naming both ways out
Display open_display();

}  // namespace infodiet::viz
