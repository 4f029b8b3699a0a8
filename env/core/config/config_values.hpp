#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/config/yaml_tree.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

// One scalar becomes one value, checked against its field.
// Returns what is wrong and what is allowed, or "" if `value` has been set.

std::string read_value(const Field& field, const YamlNode& node, bool& value);
std::string read_value(const Field& field, const YamlNode& node, int& value);
std::string read_value(const Field& field, const YamlNode& node, std::uint64_t& value);
std::string read_value(const Field& field, const YamlNode& node, float& value);
std::string read_value(const Field& field, const YamlNode& node, double& value);
std::string read_value(const Field& field, const YamlNode& node, std::string& value);

/// What a node is, for messages: "'3x'", "the quoted text '3'", "a list", "a map".
std::string describe(const YamlNode& node);

/// "1 to 365 d", "at least 0 per min", "at most 5"; "" if the field has no limits.
std::string range_text(const Field& field, bool with_unit = true);

/// Where `infodiet tune` looks: "0.1 to 10, log scale", "true, false"; "" if it is no knob.
std::string search_text(const Field& field);

/// The unit, or "" for the "-" of a field without one.
std::string_view unit_of(const Field& field);

/// The words allowed, as strings.
std::vector<std::string> options_of(const Field& field);

}  // namespace infodiet
