#include <cstdlib>
#include <filesystem>

#include "env/core/hash.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "viz/canvas/canvas.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/raster/png.hpp"
#include "viz/theme.hpp"

namespace infodiet::test {
namespace {

using namespace viz;

std::uint64_t hash_of(const CpuRaster& raster) {
  return hash_bytes(raster.pixels().data(), raster.pixels().size(), kHashStart);
}

/// One of everything but letters, which are the fonts' affair.
void draw_shapes(Canvas& canvas) {
  canvas.begin(320, 240, 1);
  canvas.round({8, 8, 200, 120}, 10, theme::kPanelTop, theme::kPanel);
  canvas.outline({8, 8, 200, 120}, 10, 1, theme::kStroke);
  canvas.shadow({30, 150, 90, 60}, 8, 12, rgb(0, 120));
  canvas.round({30, 150, 90, 60}, 8, theme::kCard);
  canvas.rect_sideways({20, 20, 60, 12}, theme::kValue, theme::kOverload);
  canvas.circle({120, 60}, 17.3f, theme::kGoodwill);
  canvas.arc({170, 60}, 25, 0.5f, 5.0f, 7, theme::kFatigue);
  canvas.curve({10, 220}, {80, 120}, {160, 260}, {300, 140}, 2.5f, theme::kAccent, theme::kSecond);
  const Point zigzag[] = {{220, 20}, {240, 60}, {262, 25}, {300, 80}};
  canvas.polyline(zigzag, 1.4f, theme::kReference);
  canvas.dashed(zigzag, 0.6f, theme::kText);
  canvas.area(zigzag, 100, faded(theme::kValue, 0.5f), faded(theme::kValue, 0));
  canvas.hatch({220, 110, 80, 40}, 9, 1, theme::kStroke);
  canvas.push_clip({225, 160, 50, 30});
  canvas.triangle({200, 150}, {300, 170}, {230, 210}, theme::kOverload);
  canvas.pop_clip();
}

Colour pixel(const CpuRaster& raster, int x, int y) {
  const std::uint8_t* p = raster.pixels().data() + (y * raster.width() + x) * 4;
  return {p[0], p[1], p[2], p[3]};
}

}  // namespace

TEST_CASE("CpuRaster: shapes have the same pixels in every build", "[viz]") {
  GlyphAtlas atlas;
  Canvas canvas(atlas);
  draw_shapes(canvas);
  CpuRaster raster(320, 240);
  raster.draw(canvas, theme::kGround);
  if (const char* folder = std::getenv("INFODIET_ACTUAL"))
    write_png(std::string(folder) + "/shapes.png", raster.pixels(), 320, 240);
  // to bless a change: look at the picture (INFODIET_ACTUAL=DIR), then put its hash here
  CHECK(hash_of(raster) == 0x1b84a7ea040407e1);
}

TEST_CASE("CpuRaster: triangles that share an edge leave no gap and no seam", "[viz]") {
  GlyphAtlas atlas;
  Canvas canvas(atlas);
  // half-opaque, so a pixel drawn twice would be darker
  for (const float shift : {0.0f, 0.25f, 0.5f, 0.81f}) {
    canvas.begin(64, 64, 1);
    canvas.band(std::vector<Point>{{4 + shift, 6}, {20, 9 + shift}, {60, 5}},
                std::vector<Point>{{4 + shift, 50}, {20, 44}, {60, 58 + shift}},
                rgb(0xFFFFFF, 128));
    CpuRaster raster(64, 64);
    raster.draw(canvas, rgb(0));
    for (int y = 14; y < 40; ++y) {
      for (int x = 6; x < 58; ++x) REQUIRE(pixel(raster, x, y) == rgb(0x808080));
    }
  }
}

TEST_CASE("CpuRaster: what lies outside of picture and clip is left alone", "[viz]") {
  GlyphAtlas atlas;
  Canvas canvas(atlas);
  canvas.begin(40, 40, 1);
  canvas.push_clip({10, 10, 10, 10});
  canvas.rect({-500, -500, 1000, 1000}, rgb(0xFF0000));
  canvas.text({5, 16}, "wide words", {Face::kRegular, 12, rgb(0x00FF00)});
  canvas.pop_clip();
  CpuRaster raster(40, 40);
  raster.draw(canvas, rgb(0x0000FF));
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 40; ++x) {
      const bool inside = x >= 10 && x < 20 && y >= 10 && y < 20;
      if (!inside) REQUIRE(pixel(raster, x, y) == rgb(0x0000FF));
    }
  }
  CHECK(pixel(raster, 11, 19) == rgb(0xFF0000));
}

TEST_CASE("Pictures: a file is whole or not there", "[viz]") {
  const TemporaryFolder folder;
  const CpuRaster raster(16, 9);
  const auto file = folder.path() / "new" / "a.png";
  write_png(file.string(), raster.pixels(), 16, 9);
  const std::string bytes = content(file);
  CHECK(bytes == png_of(raster.pixels(), 16, 9));
  CHECK(bytes.substr(1, 3) == "PNG");
  CHECK_THROWS(write_png("/proc/no/a.png", raster.pixels(), 16, 9));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "new")) {
    (void)entry;
    ++files;
  }
  CHECK(files == 1);
}

TEST_CASE("Letters: broken UTF-8 is drawn, not followed", "[viz]") {
  std::size_t at = 0;
  CHECK(next_letter("π", at) == U'π');
  for (const std::string broken : {"\xC3", "\xE2\x82", "\xFF", "\xC3(", "\xF0\x9F"}) {
    at = 0;
    CHECK(next_letter(broken, at) == 0xFFFD);
    CHECK(at <= broken.size());
  }
}

}  // namespace infodiet::test
