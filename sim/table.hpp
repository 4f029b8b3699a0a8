#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

/// A table of text, for a terminal or for Markdown. Numbers are formatted by the caller, column by
/// column, so that their decimal points line up.
class Table {
 public:
  struct Column {
    std::string title;
    std::string unit = "";  ///< stands under the title; "" if it has none
    bool left = false;      ///< words are aligned to the left, numbers to the right
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// @param cells  one per column
  void add_row(std::vector<std::string> cells);

  /// For a fixed-width font. Titles and units are broken into lines, so that a column is no wider
  /// than its cells or its longest word need.
  /// @param colour  bold titles, by ANSI escapes
  std::string text(bool colour = false) const;

  /// Columns of a terminal that `text` takes.
  int width() const;

  std::string markdown() const;

  int columns() const { return static_cast<int>(columns_.size()); }

 private:
  std::vector<int> widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// A text in lines of at most `width` columns, or of one word if that is wider. Words end at
/// blanks, and after hyphens.
std::vector<std::string> wrapped(const std::string& text, int width);

/// Columns a terminal needs for a text in UTF-8: marks that combine take none, East Asian wide
/// characters and emoji take two.
int display_width(std::string_view text);

/// Whether to send ANSI escapes there: it is a terminal, TERM is not "dumb", and NO_COLOR
/// (no-color.org) is unset or empty.
bool wants_colour(std::FILE* file);

}  // namespace infodiet
