#include "sim/table.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

constexpr std::string_view kGap = "  ";

struct Range {
  std::uint32_t first, last;
};

/// Unicode 15, blocks as a whole: enough for names, not for typesetting.
constexpr std::array kZeroWidth = {Range{0x0300, 0x036f}, Range{0x1ab0, 0x1aff},
                                   Range{0x1dc0, 0x1dff}, Range{0x200b, 0x200f},
                                   Range{0x20d0, 0x20ff}, Range{0xfe00, 0xfe0f}};
constexpr std::array kDoubleWidth = {
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},  Range{0xac00, 0xd7a3},
    Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},  Range{0xffe0, 0xffe6},
    Range{0x1f300, 0x1f64f}, Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};

template <class Ranges>
bool contains(const Ranges& ranges, std::uint32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

std::string padded(const std::string& text, int width, bool left) {
  const std::string blanks(std::max(0, width - display_width(text)), ' ');
  return left ? text + blanks : blanks + text;
}

/// A line without the blanks at its end.
std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string escaped(const std::string& cell) {
  std::string out;
  for (const char c : cell) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

std::vector<std::string> wrapped(const std::string& text, int width) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" -", begin), text.size() - 1);
    const std::string word = text.substr(begin, end + 1 - begin);  // with its blank or hyphen
    if (!lines.empty() && display_width(trimmed(lines.back() + word)) <= width)
      lines.back() += word;
    else
      lines.push_back(word);
    begin = end + 1;
  }
  for (std::string& line : lines) line = trimmed(line);
  return lines;
}

void Table::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorCode::kInternal, "table",
                fmt::format("{} cells for {} columns", cells.size(), columns_.size()));
  }
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::widths() const {
  constexpr int kSoft = 10;  // titles are not broken into shorter lines than this
  std::vector<int> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    int width = 0;
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    const int room = std::max(width, kSoft);
    for (const std::string& text : {columns_[i].title, columns_[i].unit}) {
      for (const std::string& line : wrapped(text, room))
        width = std::max(width, display_width(line));
    }
    widths.push_back(width);
  }
  return widths;
}

int Table::width() const {
  const std::vector<int> all = widths();
  return std::accumulate(all.begin(), all.end(), static_cast<int>(kGap.size() * (all.size() - 1)));
}

std::string Table::text(bool colour) const {
  const std::vector<int> width = widths();
  const auto line = [&](const auto& cell_of) {
    std::string out;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out += kGap;
      out += padded(cell_of(i), width[i], columns_[i].left);
    }
    return trimmed(out);
  };

  // titles end on one line and units begin on the next
  std::vector<std::vector<std::string>> titles, units;
  std::size_t title_lines = 0, unit_lines = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(wrapped(columns_[i].title, width[i]));
    units.push_back(wrapped(columns_[i].unit, width[i]));
    title_lines = std::max(title_lines, titles[i].size());
    unit_lines = std::max(unit_lines, units[i].size());
  }
  std::string out;
  for (std::size_t l = 0; l < title_lines; ++l) {
    const std::string text = line([&](std::size_t i) {
      const std::size_t missing = title_lines - titles[i].size();
      return l < missing ? "" : titles[i][l - missing];
    });
    out += colour ? "\x1b[1m" + text + "\x1b[0m\n" : text + '\n';
  }
  for (std::size_t l = 0; l < unit_lines; ++l)
    out += line([&](std::size_t i) { return l < units[i].size() ? units[i][l] : ""; }) + '\n';
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out += kGap;
    for (int j = 0; j < width[i]; ++j) out += "─";
  }
  out += '\n';
  for (const auto& row : rows_) out += line([&](std::size_t i) { return row[i]; }) + '\n';
  return out;
}

std::string Table::markdown() const {
  std::string titles = "|", rule = "|";
  for (const Column& column : columns_) {
    const std::string unit = column.unit.empty() ? "" : " [" + column.unit + "]";
    titles += " " + escaped(column.title + unit) + " |";
    rule += column.left ? " :-- |" : " --: |";
  }
  std::string out = titles + '\n' + rule + '\n';
  for (const auto& row : rows_) {
    out += '|';
    for (const std::string& cell : row) out += " " + escaped(cell) + " |";
    out += '\n';
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    // the bits of the first byte that count, then six of each that follows
    std::uint32_t character = lead < 0x80   ? lead
                              : lead < 0xe0 ? lead & 0x1fu
                              : lead < 0xf0 ? lead & 0x0fu
                                            : lead & 0x07u;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u)
      character = character << 6 | (static_cast<unsigned char>(text[i++]) & 0x3fu);
    if (!contains(kZeroWidth, character)) width += contains(kDoubleWidth, character) ? 2 : 1;
  }
  return width;
}

bool wants_colour(std::FILE* file) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(fileno(file)) == 1;
}

}  // namespace infodiet
