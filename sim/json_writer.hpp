#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace infodiet {

/// Writes JSON, indented by two blanks, members in the order they are given:
///
///   JsonWriter json;
///   json.begin_object().member("seeds", 3).begin_array("scores").element(1.5).end().end();
///   write_whole(file, json.text());
///
/// Numbers keep all their bits (shortest digits that read back to them); NaN and infinities, which
/// JSON does not have, become null.
class JsonWriter {
 public:
  JsonWriter& begin_object(std::string_view key = {}) { return begin(key, '{'); }
  JsonWriter& begin_array(std::string_view key = {}) { return begin(key, '['); }
  /// Ends what was begun last.
  JsonWriter& end();

  template <class T>
  JsonWriter& member(std::string_view key, const T& value) {
    return write(key, text_of(value));
  }
  template <class T>
  JsonWriter& element(const T& value) {
    return write({}, text_of(value));
  }

  /// The finished text, with a line end.
  const std::string& text() const { return text_; }

 private:
  JsonWriter& begin(std::string_view key, char bracket);
  JsonWriter& write(std::string_view key, const std::string& value);
  void start_entry(std::string_view key);

  static std::string text_of(double value);
  static std::string text_of(std::string_view value);
  static std::string text_of(bool value) { return value ? "true" : "false"; }
  template <std::integral Integer>
  static std::string text_of(Integer value) {
    return std::to_string(value);
  }
  // without these a literal would become a bool
  static std::string text_of(const char* value) { return text_of(std::string_view(value)); }
  static std::string text_of(const std::string& value) { return text_of(std::string_view(value)); }

  std::string text_;
  std::string open_;  // the brackets that are open, outermost first
  bool first_ = true;
};

}  // namespace infodiet
