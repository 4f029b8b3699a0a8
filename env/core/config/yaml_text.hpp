#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "env/core/config/config_problems.hpp"

namespace infodiet {

// What is looked up in the text itself, because the parser does not tell.

/// Refuses what a parser would misread in silence: a text that is too long or not UTF-8, control
/// characters (yaml-cpp takes the byte 4 for the end of the file), tabs as indentation.
/// @returns whether the text may be parsed
bool check_yaml_text(const std::shared_ptr<const ConfigSource>& source, std::size_t begin,
                     ConfigProblems& problems);

/// How far a scalar reaches in its text.
struct YamlExtent {
  std::size_t length = 1;  ///< bytes, from `offset`; of a plain one only its first line
  bool closed = true;      ///< false: a quote without its partner, which yaml-cpp does not mind
};

/// @param offset  where the scalar, or an anchor or tag before it, begins
/// @param value   what the parser made of it
YamlExtent yaml_extent(std::string_view text, std::size_t offset, std::string_view value);

/// Length of the `null` or `~` written at `offset`; 0 if something else stands there: the next
/// token, because the value is missing.
std::size_t written_null(std::string_view text, std::size_t offset);

/// The first byte at or after `at` that is not UTF-8 text, or the size of the text.
std::size_t find_invalid_utf8(std::string_view text, std::size_t at = 0);

}  // namespace infodiet
