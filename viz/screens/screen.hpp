#pragma once

#include <vector>

#include "viz/canvas/canvas.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

inline constexpr float kLeastWidth = 1280, kLeastHeight = 720;

/// Draws all of it onto a canvas that has begun: a screen gives every panel its place.
/// @param hits  out: what answers to the mouse, later ones above earlier ones
void draw_screen(Canvas& canvas, const Model& model, std::vector<Hit>& hits);

}  // namespace infodiet::viz
