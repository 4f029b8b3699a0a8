#pragma once

#include <algorithm>
#include <cstdint>

namespace infodiet::viz {

struct Colour {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  bool operator==(const Colour&) const = default;
};

/// From 0xRRGGBB.
constexpr Colour rgb(std::uint32_t hex, int alpha = 255) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex), static_cast<std::uint8_t>(alpha)};
}

/// The same, `share` times as opaque.
constexpr Colour faded(Colour c, float share) {
  const float alpha = static_cast<float>(c.a) * share;
  // never below 0, so this rounds; lround is not constexpr
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  c.a = static_cast<std::uint8_t>(std::clamp(alpha, 0.0f, 255.0f) + 0.5f);
  return c;
}

constexpr Colour mixed(Colour from, Colour to, float share) {
  const float t = std::clamp(share, 0.0f, 1.0f);
  const auto between = [t](int a, int b) {
    // NOLINTNEXTLINE(bugprone-incorrect-roundings)
    return static_cast<std::uint8_t>(static_cast<float>(a) + static_cast<float>(b - a) * t + 0.5f);
  };
  return {between(from.r, to.r), between(from.g, to.g), between(from.b, to.b),
          between(from.a, to.a)};
}

}  // namespace infodiet::viz
