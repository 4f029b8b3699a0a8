#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

namespace infodiet {

/// A text as one field of a CSV file (RFC 4180): in quotes where it must be.
inline std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

/// The shortest digits that read back to the same number; empty where there is none.
inline std::string csv_number(double value) {
  return std::isnan(value) ? "" : fmt::format("{}", value);
}

}  // namespace infodiet
