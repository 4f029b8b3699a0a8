#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

/// A JSON value as it was read. Which members hold something depends on `kind`.
struct Json {
  enum class Kind { kNull, kBool, kInteger, kReal, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::uint32_t line = 1;         ///< where it begins
  bool flag = false;              ///< kBool
  std::int64_t integer = 0;       ///< kInteger: a number without fraction and exponent
  double real = 0;                ///< kInteger and kReal
  std::string text;               ///< kString, UTF-8
  std::vector<std::string> keys;  ///< kObject: (n) in the order of the file
  std::vector<Json> elements;     ///< kArray, kObject: (n)

  /// @returns the member with this key, or null
  const Json* find(std::string_view key) const;
};

/// Reads one JSON value as in RFC 8259, strictly: no comments, no trailing commas, no key twice,
/// finite numbers, integers of 64 bit, at most 64 levels deep.
/// @param shown_name  stands for the file in messages
/// @throws Error kIo with the line
Json parse_json(std::string_view text, const std::string& shown_name);

}  // namespace infodiet
