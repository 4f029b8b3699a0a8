#include "viz/window/sfml_backend.hpp"

#include <cstring>

#include "env/core/error.hpp"

namespace infodiet::viz {

static_assert(sizeof(Vertex) == sizeof(sf::Vertex), "vertices are copied as bytes");

void SfmlBackend::draw(sf::RenderTarget& target, const Canvas& canvas, Colour background) {
  if (letters_version_ != canvas.atlas().version()) upload(canvas.atlas());
  const sf::Vector2u size = target.getSize();
  target.setView(
      sf::View(sf::FloatRect(0, 0, static_cast<float>(size.x), static_cast<float>(size.y))));
  target.clear(sf::Color(background.r, background.g, background.b));
  const auto put = [&](const std::vector<Vertex>& vertices, const sf::Texture* texture) {
    if (vertices.empty()) return;
    vertices_.resize(vertices.size());
    std::memcpy(static_cast<void*>(vertices_.data()), vertices.data(),
                vertices.size() * sizeof(Vertex));
    sf::RenderStates states;
    states.texture = texture;
    target.draw(vertices_.data(), vertices_.size(), sf::Triangles, states);
  };
  for (const Canvas::Vertices& layer : canvas.layers()) {
    put(layer.shapes, nullptr);
    put(layer.text, &letters_);
  }
}

void SfmlBackend::upload(const GlyphAtlas& atlas) {
  const auto width = static_cast<unsigned>(atlas.width());
  const auto height = static_cast<unsigned>(atlas.height());
  if (letters_.getSize() != sf::Vector2u(width, height)) {
    if (!letters_.create(width, height))
      throw Error(ErrorCode::kState, "watch", "the graphics card has no room for the letters");
    letters_.setSmooth(false);
  }
  pixels_.assign(atlas.opacity().size() * 4, 255);
  for (std::size_t i = 0; i < atlas.opacity().size(); ++i) pixels_[4 * i + 3] = atlas.opacity()[i];
  letters_.update(pixels_.data());
  letters_version_ = atlas.version();
}

}  // namespace infodiet::viz
