#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace infodiet::viz {

/// The bytes of a PNG file (RFC 2083): 8 bits per channel, red, green, blue.
/// @param pixels  (height, width, 4); alpha is left out
std::string png_of(std::span<const std::uint8_t> pixels, int width, int height);

}  // namespace infodiet::viz
