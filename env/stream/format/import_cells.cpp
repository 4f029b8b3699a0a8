#include "env/stream/format/import_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "env/core/text.hpp"
#include "env/stream/format/csv_text.hpp"
#include "env/stream/format/timestamp.hpp"

namespace infodiet {
namespace {

std::vector<std::string> sources_of(const ColumnMap& columns) {
  std::vector<std::string> sources;
  for (const auto& [column, source] : columns) {
    if (std::find(sources.begin(), sources.end(), source) == sources.end())
      sources.push_back(source);
  }
  return sources;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::optional<std::int8_t> flag_of(const std::string& cell) {
  const std::string word = lower(cell);
  for (const char* yes : {"1", "true", "yes"}) {
    if (word == yes) return std::int8_t{1};
  }
  for (const char* no : {"0", "false", "no"}) {
    if (word == no) return std::int8_t{0};
  }
  return {};
}

}  // namespace

ImportCells::ImportCells(const ImportPlan& plan, const std::string& table, const std::string& file,
                         const ColumnMap& columns, Problems& problems)
    : plan_(plan),
      table_(table),
      columns_(columns),
      problems_(problems),
      picked_(pick_columns(file, sources_of(columns), problems)) {}

void ImportCells::complain(std::size_t row, const std::string& column, const std::string& what) {
  problems_.add(picked_.file, picked_.lines[row], columns_.at(column), what);
}

/// @param one  reads a cell that is not empty; gives nothing if it cannot be read
template <class Value, class Read>
std::vector<Value> ImportCells::read(const std::string& column, bool required,
                                     const std::string& expected, Value unknown, const Read& one) {
  std::vector<Value> values(rows(), unknown);
  const auto source = columns_.find(column);
  if (source == columns_.end()) return values;
  const auto found = picked_.cells.find(source->second);
  if (found == picked_.cells.end()) return values;  // it has been complained of
  const std::vector<std::string>& cells = found->second;
  std::size_t known = 0;
  for (std::size_t row = 0; row < rows(); ++row) {
    if (cells[row].empty()) {
      if (required)
        complain(row, column,
                 fmt::format("empty; expected {} ({} needs it in every row)", expected, column));
      continue;
    }
    if (const auto value = one(cells[row])) {
      values[row] = *value;
      ++known;
    } else {
      complain(row, column,
               fmt::format("expected {}{}, got {} (it is to be {})", expected,
                           required ? "" : " or nothing", shown(cells[row]), column));
    }
  }
  report_.push_back({table_, column, source->second, known, rows(), ""});
  return values;
}

std::vector<std::int64_t> ImportCells::times(const std::string& column, bool required) {
  std::size_t forms[3] = {0, 0, 0};
  const char* unit = plan_.per_second == 1      ? "seconds"
                     : plan_.per_second == 1000 ? "milliseconds"
                                                : "microseconds";
  const std::string expected = fmt::format(
      "{} since 1970 (--time-unit) or a date and time as in 2024-05-31T18:30:00+02:00", unit);
  auto values = read(column, required, expected, kUnknownInteger, [&](const std::string& cell) {
    const auto stamp = parse_timestamp(cell, plan_.per_second, plan_.utc_offset);
    if (stamp) ++forms[static_cast<int>(stamp->form)];
    return stamp ? std::optional<std::int64_t>(stamp->t) : std::nullopt;
  });
  std::string what;
  const auto add = [&](std::size_t count, const std::string& form) {
    if (count > 0) what += (what.empty() ? "" : "; ") + form;
  };
  add(forms[0], fmt::format("{} since 1970", unit));
  add(forms[1], "dates with a zone");
  add(forms[2], fmt::format("dates without a zone, taken as UTC{:+g} h",
                            static_cast<double>(plan_.utc_offset) / 3600));
  understood(column, what);
  return values;
}

std::vector<std::int64_t> ImportCells::counts(const std::string& column) {
  return read(column, false, "a whole number of at least 0", kUnknownInteger,
              [](const std::string& cell) {
                const auto value = parse_number<std::int64_t>(cell);
                return value && *value >= 0 ? value : std::nullopt;
              });
}

std::vector<double> ImportCells::numbers(const std::string& column, double low, double high) {
  const std::string range = std::isinf(high) ? fmt::format("a number of at least {:g}", low)
                                             : fmt::format("a number from {:g} to {:g}", low, high);
  auto values = read(column, false, range, std::numeric_limits<double>::quiet_NaN(),
                     [&](const std::string& cell) {
                       const auto value = parse_number<double>(cell);
                       return value && *value >= low && *value <= high ? value : std::nullopt;
                     });
  double n = 0, sum = 0, squares = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    n += 1;
    sum += value;
    squares += value * value;
  }
  if (n > 0) {
    const double mean = sum / n;
    understood(column, fmt::format("mean {:.3g}, standard deviation {:.3g}", mean,
                                   std::sqrt(std::max(0.0, squares / n - mean * mean))));
  }
  return values;
}

std::vector<std::int8_t> ImportCells::flags(const std::string& column) {
  return read(column, false, "0 or 1, true or false, yes or no", kUnknownFlag, flag_of);
}

std::vector<std::string> ImportCells::texts(const std::string& column, bool required) {
  return read(column, required, "a text", std::string(),
              [](const std::string& cell) { return std::optional<std::string>(cell); });
}

void ImportCells::understood(const std::string& column, const std::string& what) {
  for (ImportedColumn& one : report_) {
    if (one.column == column) one.understood = what;
  }
}

std::vector<std::string> ImportCells::unused() const {
  std::vector<std::string> names;
  for (const std::string& name : picked_.header) {
    if (!picked_.cells.contains(name)) names.push_back(name);
  }
  return names;
}

}  // namespace infodiet
