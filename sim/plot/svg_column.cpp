#include "sim/plot/svg_column.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/plot/svg_text.hpp"
#include "sim/plot/xml.hpp"

namespace infodiet {
namespace {

constexpr double kLeading = 1.35;  // from line to line, in sizes of the text
constexpr double kSample = 38;     // length of a line in the legend
constexpr double kBeside = 8;      // between it and its label
constexpr double kGap = 22;        // between two entries

}  // namespace

void SvgColumn::add_lines(const std::string& text, double size, double x,
                          const std::string& attributes) {
  for (const std::string& line : wrapped_to(text, right_ - left_, size)) {
    y_ += kLeading * size;
    svg_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\"{}>{}</text>\n", x,
                        y_ - 0.25 * size, size, attributes, xml_escaped(line));
  }
}

void SvgColumn::add_legend(const std::vector<PlotSeries>& all, const std::vector<SvgLook>& looks,
                           double size) {
  const double indent = kSample + kBeside;
  double x = left_, row = 0;  // row: height of the one that is being filled
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].label.empty()) continue;
    const std::vector<std::string> lines = wrapped_to(all[i].label, right_ - left_ - indent, size);
    double width = indent;
    for (const std::string& line : lines) width = std::max(width, indent + text_width(line, size));
    if (x > left_ && x + width > right_) {
      x = left_;
      y_ += row;
      row = 0;
    }
    const double middle = y_ + 0.7 * size;
    if (looks[i].joined)
      svg_ += fmt::format("<path d=\"M{:.1f},{:.1f}h{}\" {}/>\n", x, middle, kSample,
                          looks[i].stroke());
    svg_ += looks[i].marker(x + kSample / 2, middle);
    for (std::size_t l = 0; l < lines.size(); ++l)
      svg_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\">{}</text>\n",
                          x + indent, y_ + (1.05 + kLeading * static_cast<double>(l)) * size, size,
                          xml_escaped(lines[l]));
    row = std::max(row, kLeading * size * static_cast<double>(lines.size()));
    x += width + kGap;
  }
  y_ += row;
}

}  // namespace infodiet
