#pragma once

namespace infodiet::viz {

/// Makes sure that there is a display before SFML is asked for anything: where there is none, it
/// ends the program.
/// @throws Error kState naming both ways out
void require_display();

}  // namespace infodiet::viz
