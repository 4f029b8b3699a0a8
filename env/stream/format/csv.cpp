#include "env/stream/format/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "env/core/error.hpp"
#include "env/stream/format/bytes.hpp"

namespace infodiet {
namespace {

/// Cuts text into records of fields. A field is lent until the next record.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

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

/// Appends one field to its column. Each overload is one kind of column.
struct Append {
  const CsvColumn& column;
  std::string_view field;

  /// @returns whether the field could be read
  bool operator()(std::vector<std::int64_t>* values) const {
    const auto value = parse_number<std::int64_t>(field);
    const bool good = value && allowed(static_cast<double>(*value));
    values->push_back(good ? *value : kUnknownInteger);
    return good || allowed_empty();
  }
  bool operator()(std::vector<double>* values) const {
    const auto value = parse_number<double>(field);
    const bool good = value && allowed(*value);
    values->push_back(good ? *value : std::numeric_limits<double>::quiet_NaN());
    return good || allowed_empty();
  }
  bool operator()(std::vector<std::int8_t>* values) const {
    const bool good = field == "0" || field == "1";
    values->push_back(good ? static_cast<std::int8_t>(field[0] - '0') : kUnknownFlag);
    return good || allowed_empty();
  }
  bool operator()(std::vector<std::string>* values) const {
    values->emplace_back(field);
    return field.empty() ? column.may_be_empty : is_utf8(field);
  }

 private:
  bool allowed(double value) const { return value >= column.low && value <= column.high; }
  bool allowed_empty() const { return field.empty() && column.may_be_empty; }
};

std::string wrong_value(const CsvColumn& column, std::string_view field) {
  std::string range;
  const bool low = std::isfinite(column.low), high = std::isfinite(column.high);
  if (low && high) range = fmt::format(" from {} to {}", column.low, column.high);
  if (low && !high) range = fmt::format(" of at least {}", column.low);
  if (!low && high) range = fmt::format(" of at most {}", column.high);
  return fmt::format("expected {}{}{}, got {}", column.expected, range,
                     column.may_be_empty ? " or nothing" : "",
                     field.empty() ? "an empty field" : shown(field));
}

/// Matches the header to the columns.
/// @returns (fields of a row) which column each is, -1 for none; empty if the header is of no use
std::vector<int> read_header(const std::vector<std::string_view>& header, const std::string& file,
                             std::span<const CsvColumn> columns, Problems& problems) {
  std::string known;
  for (const CsvColumn& column : columns) {
    known += (known.empty() ? "" : ",") + std::string(column.name);
  }
  std::vector<int> column_of;
  std::vector<bool> seen(columns.size(), false);
  for (const std::string_view name : header) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const CsvColumn& column) { return column.name == name; });
    const auto index = static_cast<int>(found - columns.begin());
    if (found == columns.end()) {
      problems.add(file, 1, "", fmt::format("unknown column {} (known: {})", shown(name), known));
    } else if (seen[index]) {
      problems.add(file, 1, found->name, "this column stands in the header twice");
    }
    column_of.push_back(found == columns.end() || seen[index] ? -1 : index);
    if (column_of.back() >= 0) seen[index] = true;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!seen[i]) {
      problems.add(file, 1, columns[i].name,
                   fmt::format("this column is missing (the header is {})", known));
    }
  }
  const bool useful = std::find(seen.begin(), seen.end(), true) != seen.end();
  return useful ? column_of : std::vector<int>{};
}

}  // namespace

std::vector<std::uint32_t> parse_csv(std::string_view text, const std::string& shown_name,
                                     std::span<const CsvColumn> columns, Problems& problems) {
  std::vector<std::uint32_t> lines;
  for (const CsvColumn& column : columns) {
    std::visit([](auto* values) { values->clear(); }, column.values);
  }
  const auto stop = [&](std::uint32_t line, std::string_view what) {
    problems.add(shown_name, line, "", what);
    return lines;
  };
  if (text.empty()) return stop(1, "empty; expected a header");
  if (text.starts_with("\xef\xbb\xbf")) {
    return stop(1, "begins with a byte order mark; save it as UTF-8 without one");
  }
  if (text.substr(0, text.find('\n')).ends_with('\r')) {
    return stop(1, "lines end with CR LF; the format wants LF (dos2unix makes it so)");
  }

  Scanner scanner(text);
  if (const std::string_view wrong = scanner.next(); !wrong.empty()) return stop(1, wrong);
  const std::vector<int> column_of = read_header(scanner.fields(), shown_name, columns, problems);
  if (column_of.empty()) return lines;

  const auto rows_at_most = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  lines.reserve(rows_at_most);
  for (const CsvColumn& column : columns) {
    std::visit([&](auto* values) { values->reserve(rows_at_most); }, column.values);
  }
  while (!scanner.at_end()) {
    const std::string_view wrong = scanner.next();
    const std::vector<std::string_view>& fields = scanner.fields();
    if (!wrong.empty()) {
      problems.add(shown_name, scanner.line(), "", wrong);
      continue;
    }
    if (fields.size() != column_of.size()) {
      problems.add(
          shown_name, scanner.line(), "",
          fields.size() == 1 && fields[0].empty()
              ? "an empty line"
              : fmt::format("{} fields, but the header has {}", fields.size(), column_of.size()));
      continue;
    }
    lines.push_back(scanner.line());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (column_of[i] < 0) continue;
      const CsvColumn& column = columns[column_of[i]];
      if (!std::visit(Append{column, fields[i]}, column.values)) {
        problems.add(shown_name, scanner.line(), column.name, wrong_value(column, fields[i]));
      }
    }
  }
  // A column that the header lacks is unknown in every row, so that all columns are equally long.
  for (const CsvColumn& column : columns) {
    std::visit(
        [&](auto* values) {
          while (values->size() < lines.size()) Append{column, ""}(values);
        },
        column.values);
  }
  return lines;
}

std::vector<std::uint32_t> read_csv(const std::string& path, std::span<const CsvColumn> columns,
                                    Problems& problems) {
  std::string text;
  try {
    text = read_bytes(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    problems.add(path, error.what());
    return {};
  }
  return parse_csv(text, path, columns, problems);
}

}  // namespace infodiet
