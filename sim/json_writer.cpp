#include "sim/json_writer.hpp"

#include <cmath>

#include <fmt/format.h>

namespace infodiet {

JsonWriter& JsonWriter::begin(std::string_view key, char bracket) {
  start_entry(key);
  text_ += bracket;
  open_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end() {
  const char bracket = open_.back();
  open_.pop_back();
  if (!first_) text_ += '\n' + std::string(2 * open_.size(), ' ');
  text_ += bracket == '{' ? '}' : ']';
  if (open_.empty()) text_ += '\n';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::write(std::string_view key, const std::string& value) {
  start_entry(key);
  text_ += value;
  return *this;
}

void JsonWriter::start_entry(std::string_view key) {
  if (!open_.empty()) {
    if (!first_) text_ += ',';
    text_ += '\n' + std::string(2 * open_.size(), ' ');
  }
  first_ = false;
  if (!key.empty()) text_ += text_of(key) + ": ";
}

std::string JsonWriter::text_of(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string JsonWriter::text_of(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace infodiet
