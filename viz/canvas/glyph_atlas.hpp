#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "viz/canvas/font_files.hpp"

namespace infodiet::viz {

/// One letter in one size, in the atlas.
struct Glyph {
  float advance = 0;      ///< to the next letter [device px]
  int left = 0, top = 0;  ///< of its picture, from the pen
  int width = 0, height = 0;
  int u = 0, v = 0;  ///< of its picture in the atlas
};

/// Reads one letter of UTF-8 and moves on behind it. What is broken becomes U+FFFD.
char32_t next_letter(std::string_view text, std::size_t& at);

/// All letters that were needed so far, as one picture of how opaque they are: whoever draws text
/// copies rectangles out of it. Letters are hinted in height only and made in four places between
/// two pixels, so words keep their spacing and stay crisp.
class GlyphAtlas {
 public:
  static constexpr int kPlaces = 4;  ///< between two pixels

  /// @throws Error kIo if there are no fonts
  GlyphAtlas();
  ~GlyphAtlas();
  GlyphAtlas(const GlyphAtlas&) = delete;
  GlyphAtlas& operator=(const GlyphAtlas&) = delete;

  const Glyph& glyph(Face face, int size, char32_t letter, int place);
  /// How far the pen moves [device px].
  float advance(Face face, int size, std::string_view text);

  int width() const { return kWidth; }
  int height() const { return height_; }
  const std::vector<std::uint8_t>& opacity() const { return opacity_; }
  /// Grows whenever the picture changes.
  int version() const { return version_; }

 private:
  static constexpr int kWidth = 1024;
  struct Fonts;

  void put(Glyph& glyph, const std::uint8_t* picture, int pitch);

  std::unique_ptr<Fonts> fonts_;
  std::unordered_map<std::uint64_t, Glyph> glyphs_;
  int height_ = 512;  // before what is sized by it
  std::vector<std::uint8_t> opacity_;
  int pen_x_ = 1, pen_y_ = 1, row_height_ = 0;
  int version_ = 0;
};

}  // namespace infodiet::viz
