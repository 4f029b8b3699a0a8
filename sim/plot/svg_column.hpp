#pragma once

#include <string>
#include <vector>

#include "sim/plot/svg_look.hpp"

namespace infodiet {

/// Puts texts and a legend below one another, each in the room it needs.
class SvgColumn {
 public:
  /// Between `left` and `right`, from `y` downwards.
  SvgColumn(double left, double right, double y) : left_(left), right_(right), y_(y) {}

  /// Where the next thing begins.
  double y() const { return y_; }
  void skip(double height) { y_ += height; }

  /// @param attributes  further ones, with a blank before each
  void add(const std::string& text, double size, const std::string& attributes = "") {
    add_lines(text, size, left_, attributes);
  }
  void add_centred(const std::string& text, double size, double middle,
                   const std::string& attributes) {
    add_lines(text, size, middle, attributes + " text-anchor=\"middle\"");
  }

  /// One entry for each series that has a label, in rows.
  void add_legend(const std::vector<PlotSeries>& all, const std::vector<SvgLook>& looks,
                  double size);

  /// What was put there.
  const std::string& svg() const { return svg_; }

 private:
  void add_lines(const std::string& text, double size, double x, const std::string& attributes);

  double left_, right_, y_;
  std::string svg_;
};

}  // namespace infodiet
