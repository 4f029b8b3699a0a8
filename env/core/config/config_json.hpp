#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace infodiet {

/// A text in double quotes with JSON's escapes.
std::string json_string(std::string_view text);

/// A JSON value to be written: a text as it stands, or parts in order.
struct ConfigJson {
  enum class Kind { kText, kObject, kArray };

  Kind kind = Kind::kText;
  std::string text;
  std::vector<std::pair<std::string, ConfigJson>> parts = {};  // an array's have no names

  static ConfigJson raw(std::string text) { return {Kind::kText, std::move(text)}; }
  static ConfigJson string(std::string_view text) { return {Kind::kText, json_string(text)}; }
  static ConfigJson object(std::vector<std::pair<std::string, ConfigJson>> parts = {}) {
    return {Kind::kObject, "", std::move(parts)};
  }
  static ConfigJson array(const std::vector<ConfigJson>& values);
  static ConfigJson strings(const std::vector<std::string>& values);

  void add(const std::string& key, ConfigJson value) { parts.emplace_back(key, std::move(value)); }
  void write(std::string& out, const std::string& indent = "") const;
};

}  // namespace infodiet
