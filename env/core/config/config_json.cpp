#include "env/core/config/config_json.hpp"

#include <fmt/format.h>

namespace infodiet {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

ConfigJson ConfigJson::array(const std::vector<ConfigJson>& values) {
  ConfigJson array{Kind::kArray, ""};
  for (const ConfigJson& value : values) array.add("", value);
  return array;
}

ConfigJson ConfigJson::strings(const std::vector<std::string>& values) {
  ConfigJson array{Kind::kArray, ""};
  for (const std::string& value : values) array.add("", string(value));
  return array;
}

void ConfigJson::write(std::string& out, const std::string& indent) const {
  if (kind == Kind::kText) {
    out += text;
    return;
  }
  const bool is_object = kind == Kind::kObject;
  out += is_object ? '{' : '[';
  const char* separator = "\n";
  for (const auto& [key, value] : parts) {
    out += separator + indent + "  ";
    if (is_object) out += json_string(key) + ": ";
    value.write(out, indent + "  ");
    separator = ",\n";
  }
  if (!parts.empty()) out += "\n" + indent;
  out += is_object ? '}' : ']';
}

}  // namespace infodiet
