#pragma once

#include <SFML/Graphics/RenderTarget.hpp>
#include <SFML/Graphics/Texture.hpp>
#include <SFML/Graphics/Vertex.hpp>

#include <vector>

#include "viz/canvas/canvas.hpp"

namespace infodiet::viz {

/// Draws a canvas by SFML: one call for the shapes and one for the text of each layer. Main thread
/// only, as all that touches the graphics card.
class SfmlBackend {
 public:
  void draw(sf::RenderTarget& target, const Canvas& canvas, Colour background);

 private:
  void upload(const GlyphAtlas& atlas);

  sf::Texture letters_;
  int letters_version_ = -1;
  std::vector<sf::Uint8> pixels_;
  std::vector<sf::Vertex> vertices_;
};

}  // namespace infodiet::viz
