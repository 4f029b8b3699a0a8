#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace infodiet::viz {

/// Kinds of letters. Words are set in a proportional face, every number in one of fixed width, so
/// that figures stand still while they change.
enum class Face : std::uint8_t { kRegular, kMedium, kSemiBold, kBold, kMono, kMonoBold };
inline constexpr int kNumFaces = 6;

struct FontFiles {
  std::array<std::string, kNumFaces> face;
  std::string symbols;  ///< asked for letters that a face lacks
};

/// Inter and JetBrains Mono where Debian's packages put them, else DejaVu, else Liberation; or
/// those in the folder named by INFODIET_FONTS.
/// @throws Error kIo naming the packages to install, if there is nothing to write with
FontFiles find_fonts();

/// "2.12.1" of the FreeType that turns fonts into pixels here.
std::string freetype_version();

}  // namespace infodiet::viz
