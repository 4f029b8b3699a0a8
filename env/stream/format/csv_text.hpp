#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How the text of a CSV file falls into fields, and a field into a number. For readers of tables.

namespace infodiet {

/// Cuts text into records of fields. A field is lent until the next record.
class CsvScanner {
 public:
  explicit CsvScanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  /// The line the last record begins on.
  std::uint32_t line() const { return line_; }
  const std::vector<std::string_view>& fields() const { return fields_; }

  /// Goes on to the next record.
  /// @returns what is wrong with it, or ""
  std::string_view next() {
    line_ = next_line_;
    fields_.clear();
    num_unquoted_ = 0;
    for (;;) {
      const std::string_view wrong = rest_.starts_with('"') ? quoted_field() : plain_field();
      if (!wrong.empty()) {
        skip_line();
        return wrong;
      }
      if (rest_.empty()) return "the last line does not end with a line feed: the file may be torn";
      const bool more = rest_.front() == ',';
      rest_.remove_prefix(1);
      if (!more) {
        ++next_line_;
        return "";
      }
    }
  }

 private:
  std::string_view plain_field() {
    const std::size_t end = std::min(rest_.find_first_of(",\n\""), rest_.size());
    if (end < rest_.size() && rest_[end] == '"') {
      return "a quote inside a field without quotes (write the field in quotes, and \"\" for \")";
    }
    fields_.push_back(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return "";
  }

  std::string_view quoted_field() {
    const std::string_view whole = rest_;
    std::size_t at = 1;
    bool doubled = false;
    for (;; at += 2) {  // over a doubled quote
      at = whole.find('"', at);
      if (at == std::string_view::npos) return "a quoted field that does not end";
      if (at + 1 >= whole.size() || whole[at + 1] != '"') break;
      doubled = true;
    }
    const std::string_view inside = whole.substr(1, at - 1);
    rest_.remove_prefix(at + 1);
    if (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\n') {
      return "text after the closing quote of a field";
    }
    next_line_ += static_cast<std::uint32_t>(std::count(inside.begin(), inside.end(), '\n'));
    fields_.push_back(doubled ? unquote(inside) : inside);
    return "";
  }

  /// @returns the field with each "" made one, in storage that is reused record by record
  std::string_view unquote(std::string_view inside) {
    // A record has few such fields; a string that has been lent out must not move.
    if (num_unquoted_ == unquoted_.size()) unquoted_.push_back(std::make_unique<std::string>());
    std::string& out = *unquoted_[num_unquoted_++];
    out.clear();
    for (std::size_t i = 0; i < inside.size(); ++i) {
      out += inside[i];
      if (inside[i] == '"') ++i;
    }
    return out;
  }

  void skip_line() {
    const std::size_t end = rest_.find('\n');
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++next_line_;
  }

  std::string_view rest_;
  std::uint32_t line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::vector<std::unique_ptr<std::string>> unquoted_;
  std::size_t num_unquoted_ = 0;
};

/// Reads a number that fills the whole field; nothing otherwise. `from_chars` takes neither spaces
/// nor a plus sign nor the local decimal comma; "inf" and "nan" are kept out by the first
/// character.
template <class Number>
std::optional<Number> parse_number(std::string_view field) {
  const std::string_view digits = field.starts_with('-') ? field.substr(1) : field;
  if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return {};
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) return {};
  return value;
}

}  // namespace infodiet
