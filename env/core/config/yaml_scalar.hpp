#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace infodiet {

// Numbers and texts as YAML scalars. Reading follows the core schema of YAML 1.2 plus `1_000`, and
// refuses what YAML 1.1 reads otherwise. Writing is restricted to what YAML 1.1 (PyYAML) and
// YAML 1.2 readers agree on: PyYAML takes `1e-05` for a text, and wants `1.0e-05`.

/// A plain scalar taken apart as a decimal number: digits * 10^exponent.
struct NumberText {
  bool valid = false;
  std::string_view hint;  ///< if not valid and it was meant as a number: what to write instead
  bool negative = false;
  bool infinite = false;
  std::string digits;  ///< all digits, without '.'
  long exponent = 0;
  std::string from_chars_ok;  ///< the number as std::from_chars wants it
};
NumberText scan_number(std::string_view text);

/// What came of a conversion.
enum class NumberFit {
  kFits,
  kNotWhole,  ///< an integer was wanted, and the number has a fraction
  kTooLarge,  ///< for the type
  kTooSmall,  ///< not zero, but nearer to it than the type can say
};

/// Exact: `1e6` and `3.0` are whole, `18446744073709551615` loses nothing.
NumberFit to_integer(const NumberText& number, int& value);
NumberFit to_integer(const NumberText& number, std::uint64_t& value);
/// The nearest value.
NumberFit to_float(const NumberText& number, float& value);
NumberFit to_float(const NumberText& number, double& value);

/// Whether a plain scalar is a text to YAML 1.2 and to PyYAML alike: no number, bool, null, date.
bool is_plain_text(std::string_view text);

/// Shortest digits that read back to the same bits, with '.' and a signed exponent: "0.1", "1.0",
/// "1.0e-05", ".inf".
/// @throws Error kConfig for a NaN
std::string write_number(float value);
std::string write_number(double value);

/// In double quotes, with escapes for all that is not printable.
/// @throws Error kConfig if it is not UTF-8
std::string write_text(std::string_view text);

}  // namespace infodiet
