#include "env/stream/format/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "env/core/error.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/bytes.hpp"
#include "env/stream/format/csv_text.hpp"

namespace infodiet {
namespace {

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

  CsvScanner scanner(text);
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
