#include "env/core/config/yaml_scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <system_error>

#include "env/core/config/yaml_text.hpp"
#include "env/core/error.hpp"

namespace infodiet {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes digits from the front of `text`; single underscores between digits are left out.
std::string take_digits(std::string_view& text) {
  std::string digits;
  std::size_t i = 0;
  while (i < text.size()) {
    const bool joins = text[i] == '_' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() &&
                       is_digit(text[i + 1]);
    if (!is_digit(text[i]) && !joins) break;
    if (is_digit(text[i])) digits += text[i];
    ++i;
  }
  text.remove_prefix(i);
  return digits;
}

/// Removes the longest run of these characters. @returns its length
std::size_t skip(std::string_view& text, std::string_view characters) {
  const std::size_t length = std::min(text.find_first_not_of(characters), text.size());
  text.remove_prefix(length);
  return length;
}

bool skip_one(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

constexpr std::string_view kDigits = "0123456789";

/// Covers the integers and floats of PyYAML 6 (yaml/resolver.py; base 60 among them) and of YAML
/// 1.2, and little more.
bool looks_like_number(std::string_view text) {
  skip_one(text, "+-");
  if (text.size() > 2 && text[0] == '0' && std::string_view("box").find(text[1]) != text.npos)
    return text.find_first_not_of("0123456789abcdefABCDEF_", 2) == text.npos;
  if (text.empty() ||
      !(is_digit(text[0]) || (text[0] == '.' && text.size() > 1 && is_digit(text[1]))))
    return false;
  skip(text, "0123456789_");
  while (skip_one(text, ":")) skip(text, kDigits);
  if (skip_one(text, ".")) skip(text, "0123456789_");
  if (skip_one(text, "eE")) {
    skip_one(text, "+-");
    if (skip(text, kDigits) == 0) return false;
  }
  return text.empty();
}

/// Covers the timestamps of PyYAML: 2026-01-31, 2026-1-31 9:00:00.
bool looks_like_date(std::string_view text) {
  if (skip(text, kDigits) != 4 || !skip_one(text, "-")) return false;
  if (skip(text, kDigits) == 0 || !skip_one(text, "-") || skip(text, kDigits) == 0) return false;
  return text.empty() || (skip_one(text, "Tt \t") && text.find(':') != std::string_view::npos);
}

/// The number without its sign, if it is whole and at most `limit`.
NumberFit to_magnitude(const NumberText& number, std::uint64_t limit, std::uint64_t& value) {
  value = 0;
  if (number.infinite) return NumberFit::kTooLarge;
  std::string digits = number.digits;
  long exponent = number.exponent;
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return NumberFit::kFits;
  if (exponent < 0) return NumberFit::kNotWhole;
  constexpr long kMostDigits = std::numeric_limits<std::uint64_t>::digits10 + 1;
  if (static_cast<long>(digits.size()) + exponent > kMostDigits) return NumberFit::kTooLarge;
  digits.append(static_cast<std::size_t>(exponent), '0');
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error != std::errc() || value > limit ? NumberFit::kTooLarge : NumberFit::kFits;
}

template <class Float>
NumberFit to_nearest(const NumberText& number, Float& value) {
  if (number.infinite) {
    value = std::numeric_limits<Float>::infinity();
    if (number.negative) value = -value;
    return NumberFit::kFits;
  }
  const std::string& text = number.from_chars_ok;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return NumberFit::kFits;
  // the place of the first digit that counts tells an overflow from an underflow
  const auto leading_zeros = number.digits.find_first_not_of('0');
  const long magnitude = number.exponent + static_cast<long>(number.digits.size() - leading_zeros);
  return magnitude > 0 ? NumberFit::kTooLarge : NumberFit::kTooSmall;
}

template <class Float>
std::string write_float(Float value) {
  if (std::isnan(value)) throw Error(ErrorCode::kConfig, "", "a NaN cannot be written to YAML");
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  const Float magnitude = std::abs(value);
  // the thresholds of Python's repr
  const bool plain = magnitude == 0 || (magnitude >= Float(1e-4) && magnitude < Float(1e16));
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer, end);
  const std::size_t mantissa = std::min(text.find('e'), text.size());
  if (text.find('.') == std::string::npos) text.insert(mantissa, ".0");
  return text;
}

}  // namespace

NumberText scan_number(std::string_view text) {
  NumberText number;
  std::string_view rest = text;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    number.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  const std::string sign(number.negative ? 1 : 0, '-');
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") {
    number.valid = number.infinite = true;
    return number;
  }
  if (rest == "inf" || rest == "Infinity" || rest == "infinity")
    number.hint = number.negative ? "-.inf" : ".inf";
  if (rest.size() > 2 && rest[0] == '0' && std::string_view("xXoObB").find(rest[1]) != rest.npos)
    number.hint = "it in decimal";

  const std::string whole = take_digits(rest);
  std::string fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  if (whole.empty() && fraction.empty()) return number;
  std::string exponent;
  if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) {
    rest.remove_prefix(1);
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
      if (rest[0] == '-') exponent += '-';
      rest.remove_prefix(1);
    }
    const std::string digits = take_digits(rest);
    if (digits.empty()) return number;
    exponent += digits;
  }
  if (!rest.empty()) return number;
  if (whole.size() > 1 && whole[0] == '0') {
    number.hint = "it without leading zeros";  // octal in YAML 1.1, decimal in YAML 1.2
    return number;
  }

  number.valid = true;
  number.digits = whole + fraction;
  long power = 0;
  if (!exponent.empty()) {
    constexpr long kFar = 1'000'000'000;  // beyond any type
    const char* const last = exponent.data() + exponent.size();
    if (std::from_chars(exponent.data(), last, power).ec != std::errc())
      power = exponent[0] == '-' ? -kFar : kFar;
    power = std::clamp(power, -kFar, kFar);
  }
  number.exponent = power - static_cast<long>(fraction.size());
  number.from_chars_ok = sign + (whole.empty() ? "0" : whole) + "." +
                         (fraction.empty() ? "0" : fraction) +
                         (exponent.empty() ? "" : "e" + exponent);
  return number;
}

NumberFit to_integer(const NumberText& number, int& value) {
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  std::uint64_t magnitude = 0;
  const NumberFit fit = to_magnitude(number, number.negative ? kMax + 1 : kMax, magnitude);
  if (fit != NumberFit::kFits) return fit;
  const auto wide = static_cast<std::int64_t>(magnitude);
  value = static_cast<int>(number.negative ? -wide : wide);
  return fit;
}

NumberFit to_integer(const NumberText& number, std::uint64_t& value) {
  const std::uint64_t limit = number.negative ? 0 : std::numeric_limits<std::uint64_t>::max();
  std::uint64_t magnitude = 0;
  const NumberFit fit = to_magnitude(number, limit, magnitude);
  if (fit == NumberFit::kFits) value = magnitude;
  return fit;
}

NumberFit to_float(const NumberText& number, float& value) { return to_nearest(number, value); }
NumberFit to_float(const NumberText& number, double& value) { return to_nearest(number, value); }

bool is_plain_text(std::string_view text) {
  constexpr std::string_view kWords[] = {
      "",      "~",    "null",  "Null",  "NULL", "true",  "True", "TRUE", "false", "False",
      "FALSE", "yes",  "Yes",   "YES",   "no",   "No",    "NO",   "on",   "On",    "ON",
      "off",   "Off",  "OFF",   "<<",    "=",    ".nan",  ".NaN", ".NAN", ".inf",  "+.inf",
      "-.inf", ".Inf", "+.Inf", "-.Inf", ".INF", "+.INF", "-.INF"};
  if (std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords)) return false;
  return !looks_like_number(text) && !looks_like_date(text);
}

std::string write_number(float value) { return write_float(value); }
std::string write_number(double value) { return write_float(value); }

std::string write_text(std::string_view text) {
  if (find_invalid_utf8(text) < text.size())
    throw Error(ErrorCode::kConfig, "", "a text that is not UTF-8 cannot be written to YAML");
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? c : c & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k)
      code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    // beyond the control characters: other line ends, the no-break space and the byte order mark,
    // which readers drop or fold, and code points that are no characters
    const bool hidden = code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 ||
                        code == 0x2029 || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
    if (code == '"' || code == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (code == '\n') {
      out += "\\n";
    } else if (code == '\t') {
      out += "\\t";
    } else if (!hidden) {
      out += text.substr(i, length);
    } else {
      out += code <= 0xFF     ? fmt::format("\\x{:02x}", code)
             : code <= 0xFFFF ? fmt::format("\\u{:04x}", code)
                              : fmt::format("\\U{:08x}", code);
    }
    i += length;
  }
  return out + "\"";
}

}  // namespace infodiet
