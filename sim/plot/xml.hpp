#pragma once

#include <string>
#include <string_view>

namespace infodiet {

/// A text as XML and HTML read it back, between tags or inside quotes. Control characters, which
/// XML does not have, become blanks.
inline std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace infodiet
