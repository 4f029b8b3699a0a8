#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "env/stream/format/problems.hpp"

namespace infodiet {

/// What an empty field of a column of integers or of booleans reads as: unknown. Of reals it is
/// NaN.
inline constexpr std::int64_t kUnknownInteger = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int8_t kUnknownFlag = -1;

/// A column to read: what may stand in it, and where the values go.
struct CsvColumn {
  using Target = std::variant<std::vector<std::int64_t>*, std::vector<double>*,
                              std::vector<std::int8_t>*, std::vector<std::string>*>;

  std::string_view name;
  Target values;              ///< its kind is that of the column: integer, real, 0 or 1, text
  std::string_view expected;  ///< for messages: "a whole number of seconds"
  bool may_be_empty = true;   ///< empty means unknown
  double low = -std::numeric_limits<double>::infinity();  ///< smallest number allowed
  double high = std::numeric_limits<double>::infinity();  ///< largest number allowed
};

/// Reads a table of comma-separated values as in RFC 4180: UTF-8, lines that end with LF, a header
/// with exactly the names of `columns`, in any order. Fields with a comma, a quote or a line break
/// stand in double quotes. gzip and plain files are told apart by their content.
///
/// A wrong value is reported and reads as unknown, a row with the wrong number of fields is
/// reported and left out: the values are of use only if `problems` stays empty. What the targets
/// held before is lost; afterwards all are equally long.
/// @returns (rows) the line each row begins on, counted from 1
std::vector<std::uint32_t> read_csv(const std::string& path, std::span<const CsvColumn> columns,
                                    Problems& problems);

/// The same from text; `shown_name` stands for the file in messages.
std::vector<std::uint32_t> parse_csv(std::string_view text, const std::string& shown_name,
                                     std::span<const CsvColumn> columns, Problems& problems);

}  // namespace infodiet
