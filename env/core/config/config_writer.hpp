#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "env/core/fields.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

// Values in YAML's flow form, as the resolved file, `config show`, the schema and the reference
// page show them.

std::string write_value(bool value);
std::string write_value(int value);
std::string write_value(std::uint64_t value);
std::string write_value(float value);
std::string write_value(double value);
std::string write_value(const std::string& value);
std::string write_value(const std::vector<double>& value);
/// `{name: "ppo", lr: 0.0003}`
std::string write_value(const Choice& value);
std::string write_value(const std::vector<Choice>& value);

}  // namespace infodiet
