#pragma once

#include <algorithm>
#include <array>

#include "viz/canvas/colour.hpp"

// Every colour and every distance of the viewer. Colours of one set differ by at least 10 in
// CIEDE2000 for normal, protan, deutan and tritan eyes (tests/viz/palette_test.cpp), letters
// stand out from panels by 4.5 : 1 or more; and nothing is said by colour alone.

namespace infodiet::viz::theme {

// --- surfaces, from the ground up
inline constexpr Colour kGround = rgb(0x0B0E14);
inline constexpr Colour kWell = rgb(0x0E131C);
inline constexpr Colour kPanel = rgb(0x131923), kPanelTop = rgb(0x18202D);
inline constexpr Colour kCard = rgb(0x1D2635), kCardTop = rgb(0x243044);
inline constexpr Colour kPopover = rgb(0x202A3D), kPopoverTop = rgb(0x26324A);
inline constexpr Colour kStroke = rgb(0x273144), kGrid = rgb(0x222B3B), kTrack = rgb(0x232D3E);

// --- letters
inline constexpr Colour kText = rgb(0xEDF1F7), kTextMid = rgb(0xAEB9CC), kTextLow = rgb(0x8390A8);

// --- what is measured
inline constexpr Colour kValue = rgb(0x29A0ED), kOverload = rgb(0xFE5E27), kFatigue = rgb(0xCD82A4),
                        kGoodwill = rgb(0x78FEC0), kReference = rgb(0xEFD53B),
                        kOther = rgb(0x9F8E79);
inline constexpr std::array<Colour, 6> kMeasures = {kValue,    kOverload,  kFatigue,
                                                    kGoodwill, kReference, kOther};
inline constexpr Colour kAccent = rgb(0x8FA3FF), kSecond = rgb(0x9AD7F5);

/// Heads of attention, in their order; a fifth has the first one's colour and its own number.
inline constexpr std::array<Colour, 4> kHeads = {rgb(0x358EE6), rgb(0xC78A00), rgb(0x95FBB2),
                                                 rgb(0xFBD0EF)};
inline constexpr Colour head(int h) { return kHeads[static_cast<std::size_t>(h) % kHeads.size()]; }

/// Topics; each also has a code of two letters.
inline constexpr std::array<Colour, 8> kTopics = {rgb(0x0C97EC), rgb(0xF85549), rgb(0xF9B84A),
                                                  rgb(0xD581A8), rgb(0xB6ECF5), rgb(0x58D6AC),
                                                  rgb(0xDAF1A5), rgb(0xABB4E0)};
inline constexpr Colour topic(int t) {
  return kTopics[static_cast<std::size_t>(t) % kTopics.size()];
}

/// The two sides of a comparison; the second is also dashed and hollow.
inline constexpr std::array<Colour, 2> kSides = {kValue, rgb(0xC78A00)};

/// From nothing to all, ever lighter to every kind of eye.
inline constexpr std::array<Colour, 5> kHeat = {rgb(0x1A2231), rgb(0x1F3E63), rgb(0x2C6E9E),
                                                rgb(0x62AFD2), rgb(0xE3F4FA)};
inline constexpr Colour heat(float share) {
  const float at = std::clamp(share, 0.0f, 1.0f) * static_cast<float>(kHeat.size() - 1);
  const auto step = std::min(static_cast<std::size_t>(at), kHeat.size() - 2);
  return mixed(kHeat[step], kHeat[step + 1], at - static_cast<float>(step));
}
/// Letters on a field of that heat.
inline constexpr Colour on_heat(float share) { return share > 0.56f ? kGround : kText; }

// --- distances, in logical px
inline constexpr float kGap = 12, kRadius = 10, kPad = 14, kHeader = 32, kTopBar = 48;
inline constexpr float kSmallest = 10;  ///< size of letters

}  // namespace infodiet::viz::theme
