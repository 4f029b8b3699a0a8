#include "viz/canvas/glyph_atlas.hpp"

#include <algorithm>
#include <array>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "env/core/error.hpp"

namespace infodiet::viz {

struct GlyphAtlas::Fonts {
  FT_Library library = nullptr;
  std::array<FT_Face, kNumFaces> face{};
  FT_Face symbols = nullptr;

  Fonts() {
    const FontFiles files = find_fonts();
    if (FT_Init_FreeType(&library) != 0)
      throw Error(ErrorCode::kInternal, "fonts", "FreeType does not start");
    try {
      for (int i = 0; i < kNumFaces; ++i) face[i] = open(files.face[i]);
      symbols = open(files.symbols);
    } catch (...) {
      FT_Done_FreeType(library);
      throw;
    }
  }
  ~Fonts() { FT_Done_FreeType(library); }  // and all its faces
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  FT_Face open(const std::string& file) const {
    FT_Face opened = nullptr;
    if (FT_New_Face(library, file.c_str(), 0, &opened) != 0)
      throw Error(ErrorCode::kIo, file, "is no font that FreeType can read (install it anew)");
    return opened;
  }

  /// The face that has a letter, ready in a size, and its place there.
  std::pair<FT_Face, FT_UInt> find(Face wanted, int size, char32_t letter) const {
    FT_Face here = face[static_cast<int>(wanted)];
    FT_UInt index = FT_Get_Char_Index(here, letter);
    if (index == 0) {
      const FT_UInt other = FT_Get_Char_Index(symbols, letter);
      if (other != 0) {
        here = symbols;
        index = other;
      }
    }
    FT_Set_Pixel_Sizes(here, 0, static_cast<FT_UInt>(size));
    return {here, index};
  }
};

char32_t next_letter(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return 0xFFFD;
  char32_t letter = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return 0xFFFD;
    letter = letter << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  }
  return letter;
}

GlyphAtlas::GlyphAtlas()
    : fonts_(std::make_unique<Fonts>()),
      opacity_(static_cast<std::size_t>(kWidth) * static_cast<std::size_t>(height_)) {}

GlyphAtlas::~GlyphAtlas() = default;

const Glyph& GlyphAtlas::glyph(Face face, int size, char32_t letter, int place) {
  const std::uint64_t key = std::uint64_t{letter} << 24 | static_cast<std::uint64_t>(size) << 8 |
                            static_cast<std::uint64_t>(face) << 4 |
                            static_cast<std::uint64_t>(place);
  if (const auto found = glyphs_.find(key); found != glyphs_.end()) return found->second;
  const auto [font, index] = fonts_->find(face, size, letter);
  Glyph made;
  if (FT_Load_Glyph(font, index, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) == 0) {
    FT_GlyphSlot slot = font->glyph;
    made.advance = static_cast<float>(slot->linearHoriAdvance) / 65536.0f;
    if (slot->format == FT_GLYPH_FORMAT_OUTLINE)
      FT_Outline_Translate(&slot->outline, place * 64 / kPlaces, 0);
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) == 0) {
      made.left = slot->bitmap_left;
      made.top = slot->bitmap_top;
      made.width = static_cast<int>(slot->bitmap.width);
      made.height = static_cast<int>(slot->bitmap.rows);
      if (made.width > 0 && made.height > 0) put(made, slot->bitmap.buffer, slot->bitmap.pitch);
    }
  }
  return glyphs_.emplace(key, made).first->second;
}

/// Copies a picture into the next free place, in rows from the top.
void GlyphAtlas::put(Glyph& glyph, const std::uint8_t* picture, int pitch) {
  if (pen_x_ + glyph.width + 1 > kWidth) {
    pen_x_ = 1;
    pen_y_ += row_height_ + 1;
    row_height_ = 0;
  }
  while (pen_y_ + glyph.height + 1 > height_) {
    height_ *= 2;
    opacity_.resize(static_cast<std::size_t>(kWidth) * static_cast<std::size_t>(height_));
  }
  for (int y = 0; y < glyph.height; ++y) {
    std::copy_n(picture + y * pitch, glyph.width,
                opacity_.begin() + std::ptrdiff_t{pen_y_ + y} * kWidth + pen_x_);
  }
  glyph.u = pen_x_;
  glyph.v = pen_y_;
  pen_x_ += glyph.width + 1;
  row_height_ = std::max(row_height_, glyph.height);
  ++version_;
}

float GlyphAtlas::advance(Face face, int size, std::string_view text) {
  float sum = 0;
  for (std::size_t at = 0; at < text.size();)
    sum += glyph(face, size, next_letter(text, at), 0).advance;
  return sum;
}

}  // namespace infodiet::viz
