#include "env/core/config/config_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "env/core/config/suggest.hpp"
#include "env/core/config/yaml_scalar.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string in_range(const Field& field) {
  const std::string range = range_text(field);
  return range.empty() ? "" : " (" + range + ")";
}

std::string out_of_range(const Field& field, const YamlNode& node) {
  return shortened(node.text) + " is out of range" + in_range(field);
}

/// Takes a plain scalar apart, or says why it is no number.
std::string read_number(const Field& field, const YamlNode& node, const char* wanted,
                        NumberText& number) {
  const std::string expected =
      fmt::format("expected {}{}, got {}", wanted, in_range(field), describe(node));
  if (node.kind != Kind::kScalar) return expected;
  number = scan_number(node.text);
  if (node.quoted) return expected + (number.valid ? " (remove the quotes)" : "");
  if (number.valid) return "";
  return number.hint.empty() ? expected : fmt::format("{} (write {})", expected, number.hint);
}

template <class Integer>
std::string read_integer(const Field& field, const YamlNode& node, Integer& value) {
  NumberText number;
  std::string wrong = read_number(field, node, "a whole number", number);
  if (!wrong.empty()) return wrong;
  Integer read = 0;
  switch (number.infinite ? NumberFit::kNotWhole : to_integer(number, read)) {
    case NumberFit::kFits:
      break;
    case NumberFit::kNotWhole:
      return fmt::format("expected a whole number{}, got {}", in_range(field), describe(node));
    default:
      if (!range_text(field).empty() && std::isfinite(field.low) && std::isfinite(field.high))
        return out_of_range(field, node);
      return fmt::format("{} is out of range ({} to {})", shortened(node.text),
                         std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max());
  }
  // 64 bits of mantissa, so that no integer is rounded onto a limit
  const auto wide = static_cast<long double>(read);
  if (wide < static_cast<long double>(field.low) || wide > static_cast<long double>(field.high))
    return out_of_range(field, node);
  value = read;
  return "";
}

template <class Float>
std::string read_float(const Field& field, const YamlNode& node, Float& value) {
  NumberText number;
  std::string wrong = read_number(field, node, "a number", number);
  if (!wrong.empty()) return wrong;
  Float read = 0;
  const NumberFit fit = to_float(number, read);
  if (fit == NumberFit::kTooLarge) return shortened(node.text) + " is too large" + in_range(field);
  if (fit == NumberFit::kTooSmall)
    return shortened(node.text) + " is too near to zero (write 0)" + in_range(field);
  // the number as written is compared: 0.1 is within [0, 0.1] though the float nearest to it is not
  double written = 0;
  to_float(number, written);
  if (written < field.low || written > field.high) return out_of_range(field, node);
  value = read;
  return "";
}

}  // namespace

std::string read_value(const Field&, const YamlNode& node, bool& value) {
  const std::string expected = "expected true or false, got " + describe(node);
  if (node.kind != Kind::kScalar) return expected;
  const bool is_true = node.text == "true";
  if (is_true || node.text == "false") {
    if (node.quoted) return expected + " (remove the quotes)";
    value = is_true;
    return "";
  }
  const std::string word = lower(node.text);
  for (const char* yes : {"true", "yes", "on", "y", "1"}) {
    if (word == yes) return expected + " (write true)";
  }
  for (const char* no : {"false", "no", "off", "n", "0"}) {
    if (word == no) return expected + " (write false)";
  }
  return expected;
}

std::string read_value(const Field& field, const YamlNode& node, int& value) {
  return read_integer(field, node, value);
}
std::string read_value(const Field& field, const YamlNode& node, std::uint64_t& value) {
  return read_integer(field, node, value);
}
std::string read_value(const Field& field, const YamlNode& node, float& value) {
  return read_float(field, node, value);
}
std::string read_value(const Field& field, const YamlNode& node, double& value) {
  return read_float(field, node, value);
}

std::string read_value(const Field& field, const YamlNode& node, std::string& value) {
  const std::vector<std::string> options = options_of(field);
  if (node.kind != Kind::kScalar) {
    const std::string wanted = options.empty() ? "text" : "one of " + join(options);
    return "expected " + wanted + ", got " + describe(node);
  }
  if (!options.empty() && std::find(options.begin(), options.end(), node.text) == options.end()) {
    const std::vector<std::string> near = similar(node.text, options);
    return fmt::format("expected one of {}, got {}{}", join(options), describe(node),
                       did_you_mean(near));
  }
  if (!node.quoted && !is_plain_text(node.text)) {
    return fmt::format(
        "expected text, got {}, which YAML readers take for a number, a bool or a "
        "date (write it in quotes: \"{}\")",
        describe(node), shortened(node.text));
  }
  value = node.text;
  return "";
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case Kind::kNothing:
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return (node.quoted ? "the quoted text " : "") + quoted(node.text);
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      break;
  }
  return "a map";
}

std::string range_text(const Field& field, bool with_unit) {
  std::string text;
  if (std::isfinite(field.low) && std::isfinite(field.high)) {
    text = fmt::format("{} to {}", field.low, field.high);
  } else if (std::isfinite(field.low)) {
    text = fmt::format("at least {}", field.low);
  } else if (std::isfinite(field.high)) {
    text = fmt::format("at most {}", field.high);
  } else {
    return "";
  }
  const std::string_view unit = unit_of(field);
  if (!with_unit || unit.empty()) return text;
  // "0 to 2 1/min" would be hard to read
  return unit.starts_with("1/") ? fmt::format("{} per {}", text, unit.substr(2))
                                : fmt::format("{} {}", text, unit);
}

std::string search_text(const Field& field) {
  switch (field.search.scale) {
    case Search::Scale::kNone:
      break;
    case Search::Scale::kLinear:
      return fmt::format("{} to {}", field.search.from, field.search.to);
    case Search::Scale::kLog:
      return fmt::format("{} to {}, log scale", field.search.from, field.search.to);
    case Search::Scale::kDoubling:
      return fmt::format("{} to {}, doubling", field.search.from, field.search.to);
    case Search::Scale::kAny:
      return field.options.empty() ? "true, false" : join(options_of(field));
  }
  return "";
}

std::string_view unit_of(const Field& field) { return field.unit == "-" ? "" : field.unit; }

std::vector<std::string> options_of(const Field& field) {
  return {field.options.begin(), field.options.end()};
}

}  // namespace infodiet
