#include "sim/plot/svg_text.hpp"

#include "sim/table.hpp"

namespace infodiet {
namespace {

constexpr double kLetter = 0.58;  // width by size: DejaVu Sans, the widest of the usual fonts

}  // namespace

double text_width(const std::string& text, double size) {
  return kLetter * size * display_width(text);
}

std::vector<std::string> wrapped_to(const std::string& text, double width, double size) {
  return wrapped(text, static_cast<int>(width / (kLetter * size)));
}

}  // namespace infodiet
