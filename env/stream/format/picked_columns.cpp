#include "env/stream/format/picked_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "env/core/error.hpp"
#include "env/core/text.hpp"
#include "env/stream/format/bytes.hpp"
#include "env/stream/format/csv_text.hpp"

namespace infodiet {
namespace {

/// Line ends as CSV files elsewhere have them become those of our scanner. Lines keep their
/// numbers.
std::string with_plain_line_ends(std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    text[kept++] = text[i];
  }
  text.resize(kept);
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

std::string_view trimmed(std::string_view field) {
  const std::size_t first = field.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return field.substr(first, field.find_last_not_of(" \t") - first + 1);
}

/// Finds the wanted columns. @returns (columns of the file) where each one's cells go, or null
std::vector<std::vector<std::string>*> places(const std::vector<std::string>& wanted,
                                              PickedColumns& out, Problems& problems) {
  std::string known;
  for (const std::string& name : out.header) known += (known.empty() ? "" : ", ") + shown(name);
  for (const char other : {';', '\t', '|'}) {
    if (out.header.size() == 1 && out.header[0].find(other) != std::string::npos) {
      problems.add(out.file, 1, "",
                   fmt::format("one column only; are they separated by {}? (write the file with "
                               "commas between them)",
                               other == '\t' ? "tabs" : fmt::format("'{}'", other)));
      return {};
    }
  }
  for (const std::string& name : wanted) {
    const auto times = std::count(out.header.begin(), out.header.end(), name);
    if (times == 0) {
      problems.add(out.file, 1, "",
                   fmt::format("there is no column {} (there are: {})", shown(name), known));
    } else if (times > 1) {
      problems.add(out.file, 1, "",
                   fmt::format("{} columns are named {} (rename all but one)", times, shown(name)));
    } else {
      out.cells[name];
    }
  }
  std::vector<std::vector<std::string>*> place;
  for (const std::string& name : out.header) {
    const auto found = out.cells.find(name);
    place.push_back(found == out.cells.end() ? nullptr : &found->second);
  }
  return place;
}

}  // namespace

PickedColumns pick_columns(const std::string& file, const std::vector<std::string>& wanted,
                           Problems& problems) {
  PickedColumns out;
  out.file = file;
  std::string text;
  try {
    text = with_plain_line_ends(read_bytes(file));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    problems.add(file, error.what());
    return out;
  }
  if (text.empty()) {
    problems.add(file, 1, "", "empty; expected a header line with the names of the columns");
    return out;
  }
  CsvScanner scanner(text);
  if (const std::string_view wrong = scanner.next(); !wrong.empty()) {
    problems.add(file, 1, "", wrong);
    return out;
  }
  for (const std::string_view name : scanner.fields()) out.header.emplace_back(trimmed(name));
  const std::size_t before = problems.count();
  const auto place = places(wanted, out, problems);
  if (problems.count() > before) return out;

  while (!scanner.at_end()) {
    const std::string_view wrong = scanner.next();
    const std::vector<std::string_view>& fields = scanner.fields();
    const bool empty_line = wrong.empty() && fields.size() == 1 && fields[0].empty();
    if (empty_line && place.size() > 1) continue;
    if (!wrong.empty()) {
      problems.add(file, scanner.line(), "", wrong);
      continue;
    }
    if (fields.size() != place.size()) {
      problems.add(file, scanner.line(), "",
                   fmt::format("{} fields, but the header has {} (write a field that holds a "
                               "comma in quotes)",
                               fields.size(), place.size()));
      continue;
    }
    out.lines.push_back(scanner.line());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (place[i] == nullptr) continue;
      if (!is_utf8(fields[i])) {
        problems.add(file, scanner.line(), out.header[i],
                     fmt::format("not UTF-8: {} (save the file as UTF-8)", shown(fields[i])));
      }
      place[i]->emplace_back(trimmed(fields[i]));
    }
  }
  return out;
}

}  // namespace infodiet
