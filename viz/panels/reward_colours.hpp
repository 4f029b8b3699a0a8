#pragma once

#include <array>

#include "viz/theme.hpp"

namespace infodiet::viz {

/// Parts of a reward, in the order of Spec::rewards. Their names always stand beside.
inline Colour reward_colour(std::size_t part) {
  constexpr std::array<Colour, 5> kColours = {theme::kValue, theme::kOverload, theme::kGoodwill,
                                              theme::kFatigue, theme::kOther};
  return kColours[part % kColours.size()];
}

}  // namespace infodiet::viz
