#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "viz/canvas/colour.hpp"
#include "viz/canvas/geometry.hpp"
#include "viz/canvas/glyph_atlas.hpp"

namespace infodiet::viz {

/// A corner of a triangle, in device pixels. Laid out as sf::Vertex.
struct Vertex {
  float x, y;
  Colour colour;
  float u, v;  ///< in the atlas; text only
};

enum class Align { kLeft, kCentre, kRight };

/// What words look like.
struct TextStyle {
  Face face = Face::kRegular;
  float size = 12;  ///< logical px
  Colour colour = rgb(0xFFFFFF);
  Align align = Align::kLeft;
};

/// Turns shapes and words into coloured triangles: a whole frame is a few lists of vertices, which
/// a graphics card and a plain loop draw alike. Coordinates are logical pixels; `scale` of them
/// make a device pixel.
///
/// Edges are smooth without multisampling: every edge carries a feather, one device pixel wide,
/// along which it fades out. What lies outside of the clip is cut off here, because not every
/// target can.
class Canvas {
 public:
  /// Drawn from the first to the last; within one, words over shapes.
  enum Layer { kBase, kCards, kVeils, kPopovers, kNumLayers };
  struct Vertices {
    std::vector<Vertex> shapes;  ///< triangles
    std::vector<Vertex> text;    ///< quads, as two triangles each
  };
  /// A run of text as it was set: for tests of the layout.
  struct TextRun {
    Rect box;  ///< logical px
    Rect clip;
    int layer;
    float size;
    std::string text;
  };

  explicit Canvas(GlyphAtlas& atlas) : atlas_(atlas), layers_(kNumLayers) {}

  /// Begins a frame.
  void begin(float width, float height, float scale);
  float width() const { return width_; }
  float height() const { return height_; }
  float scale() const { return scale_; }
  const std::vector<Vertices>& layers() const { return layers_; }
  GlyphAtlas& atlas() const { return atlas_; }
  std::size_t num_vertices() const;
  /// Notes every run of text into this list from now on; null: none.
  void log_text(std::vector<TextRun>* into) { text_log_ = into; }

  void set_layer(Layer layer) { layer_ = layer; }
  Layer layer() const { return layer_; }
  void push_clip(Rect r);
  void pop_clip() { clips_.pop_back(); }

  // --- filled; rectangles without radius stand on whole device pixels
  void rect(Rect r, Colour c) { rect(r, c, c); }
  void rect(Rect r, Colour top, Colour bottom);
  void rect_sideways(Rect r, Colour left, Colour right);
  void round(Rect r, float radius, Colour c) { round(r, radius, c, c); }
  void round(Rect r, float radius, Colour top, Colour bottom);
  void shadow(Rect r, float radius, float blur, Colour c);
  void circle(Point centre, float radius, Colour c);
  void triangle(Point a, Point b, Point c, Colour colour);
  /// A convex polygon, clockwise on screen.
  void convex(std::span<const Point> points, Colour c);
  /// Between a line and a height below it.
  void area(std::span<const Point> line, float base, Colour top, Colour bottom);
  /// Between two lines over the same places.
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour c);
  void hatch(Rect r, float step, float width, Colour c);

  // --- lines
  void outline(Rect r, float radius, float width, Colour c);
  void line(Point a, Point b, float width, Colour c);
  void polyline(std::span<const Point> points, float width, Colour c) {
    polyline(points, width, c, c, false);
  }
  void polyline(std::span<const Point> points, float width, Colour first, Colour last, bool closed);
  /// @param on, off  how long dashes and gaps are, along the line
  void dashed(std::span<const Point> points, float width, Colour c, float on = 7, float off = 4);
  /// A cubic Bézier curve that fades from one colour to another.
  void curve(Point a, Point b, Point c, Point d, float width, Colour first, Colour last);
  /// From one angle to a larger one [rad], clockwise.
  void arc(Point centre, float radius, float from, float to, float width, Colour c);

  // --- words
  /// @param at  where the line of writing begins, ends or has its middle
  /// @returns how wide it is
  float text(Point at, std::string_view words, const TextStyle& style);
  float text_width(std::string_view words, Face face, float size) const;
  /// As much of the words as there is room for, with an ellipsis where something is missing.
  std::string fitted(std::string_view words, Face face, float size, float room) const;

 private:
  Point device(Point p) const { return p * scale_; }
  int device_size(float size) const;
  void emit(const Vertex& a, const Vertex& b, const Vertex& c);
  void quad(Point a, Point b, Point c, Point d, Colour ca, Colour cb, Colour cc, Colour cd);
  void snapped(Rect r, Colour top_left, Colour top_right, Colour bottom_right, Colour bottom_left);
  void fill(std::span<const Point> path, Colour top, Colour bottom, float feather, bool hollow);
  void rounded_path(Rect device, float radius);
  void big_round(Rect device, float radius, Colour top, Colour bottom);

  GlyphAtlas& atlas_;
  float width_ = 0, height_ = 0, scale_ = 1;
  Layer layer_ = kBase;
  std::vector<Vertices> layers_;
  std::vector<Rect> clips_;  // device pixels
  std::vector<TextRun>* text_log_ = nullptr;

  // memory that shapes are made in
  std::vector<Point> path_, points_, normals_, inner_, outer_, dash_;
};

}  // namespace infodiet::viz
