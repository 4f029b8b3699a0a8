#pragma once

#include <string>
#include <vector>

namespace infodiet {

/// About how wide a text is drawn, in the unit of `size`. Fonts differ, so this is on the wide
/// side.
double text_width(const std::string& text, double size);

/// A text in lines that are about `width` wide at most, or one word if that is wider.
std::vector<std::string> wrapped_to(const std::string& text, double width, double size);

}  // namespace infodiet
