#include "env/core/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace infodiet {
namespace {

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

/// Length of the UTF-8 sequence at the start of `text`; 0 if it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if (first == 0xe0 && second < 0xa0) return 0;  // could be written shorter
  if (first == 0xed && second > 0x9f) return 0;  // a surrogate
  if (first == 0xf0 && second < 0x90) return 0;  // could be written shorter
  if (first == 0xf4 && second > 0x8f) return 0;  // above U+10FFFF
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 40;
  std::string out = "'";
  std::string_view rest = text.substr(0, std::min(text.size(), kMost));
  while (!rest.empty()) {
    const std::size_t length = utf8_length(rest);
    const auto first = static_cast<unsigned char>(rest[0]);
    if (length == 0 || is_control(first)) {
      // a sequence cut by the limit is dropped, other bytes that are not text are spelled out
      if (text.size() > kMost && first >= 0xc2 && rest.size() < 4) break;
      out += fmt::format("\\x{:02x}", first);
      rest.remove_prefix(1);
    } else {
      out += rest.substr(0, length);
      rest.remove_prefix(length);
    }
  }
  return out + (text.size() > kMost ? "...'" : "'");
}

}  // namespace infodiet
