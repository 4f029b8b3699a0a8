// Draws screens by the graphics card and by the processor and compares them, pixel by pixel.
//   gl_check    needs a display; exit 0 if at most 0.01 % of the pixels differ by more than 8 of
//   255
#include <SFML/Graphics/RenderTexture.hpp>

#include <cstdio>
#include <cstdlib>

#include "tests/viz/scenes.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"
#include "viz/window/display.hpp"
#include "viz/window/sfml_backend.hpp"

namespace infodiet::test {
namespace {

bool agrees(const char* name, const viz::Model& model, float scale) {
  const auto width = static_cast<unsigned>(1600 * scale),
             height = static_cast<unsigned>(900 * scale);
  viz::GlyphAtlas atlas;
  viz::Canvas canvas(atlas);
  std::vector<viz::Hit> hits;
  canvas.begin(1600, 900, scale);
  draw_screen(canvas, model, hits);
  viz::CpuRaster raster(static_cast<int>(width), static_cast<int>(height));
  raster.draw(canvas, viz::theme::kGround);
  sf::RenderTexture texture;
  if (!texture.create(width, height)) return false;
  viz::SfmlBackend backend;
  backend.draw(texture, canvas, viz::theme::kGround);
  texture.display();
  const sf::Image image = texture.getTexture().copyToImage();
  long differ = 0;
  const auto pixels = raster.pixels();
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    int most = 0;
    for (std::size_t c = 0; c < 3; ++c)
      most = std::max(most, std::abs(pixels[i + c] - image.getPixelsPtr()[i + c]));
    differ += most > 8 ? 1 : 0;
  }
  const double share = static_cast<double>(differ) / static_cast<double>(pixels.size() / 4);
  std::printf("%s at %g: %ld pixels differ (%.4f %%), %zu vertices\n", name, double{scale}, differ,
              100 * share, canvas.num_vertices());
  return share <= 1e-4;
}

int run() {
  const viz::Display display = viz::open_display();
  bool all = true;
  Watched network({player("{name: ppo, policy: {name: cross}}")}, 80);
  all = agrees("live", *network.model, 1) && all;
  all = agrees("live", *network.model, 2) && all;
  network.model->pinned = {0, network.model->shot(0)->item[2]};
  network.model->head = 1;
  all = agrees("head in focus", *network.model, 1) && all;
  Watched pair({player("{name: fill}"), player("{name: threshold}")}, 120);
  all = agrees("compare", *pair.model, 1) && all;
  return all ? 0 : 1;
}

}  // namespace
}  // namespace infodiet::test

int main() {
  try {
    return infodiet::test::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gl_check: %s\n", error.what());
    return 2;
  }
}
