#include "env/core/config/config_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "env/core/config/yaml_text.hpp"
#include "env/core/error.hpp"

namespace infodiet {

namespace {

constexpr std::size_t kMaxShown = 120;  // bytes of a source line, so that no message is endless

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

/// The nearest start of a character at or before `at`.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && continues_character(text[at])) --at;
  return at;
}

std::string_view line_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(begin, text.find('\n', offset) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The same number of bytes, but UTF-8 and without control characters other than tabs: a message
/// may go to a terminal, and to Python.
std::string printable(std::string text) {
  for (std::size_t bad = find_invalid_utf8(text); bad < text.size();
       bad = find_invalid_utf8(text, bad + 1))
    text[bad] = '?';
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }, '?');
  return text;
}

/// The line of a place and, below it, a caret:
///     14 |     entorpy_coef: 0.01
///        |     ^~~~~~~~~~~~
std::string excerpt(const ConfigPlace& place) {
  const std::string whole = printable(std::string(line_at(place.source->text, place.offset)));
  const std::size_t column =
      std::min(static_cast<std::size_t>(std::max(place.column, 1) - 1), whole.size());

  // a long line is cut to a window that holds the caret
  std::size_t begin = 0;
  if (whole.size() > kMaxShown && column > kMaxShown / 2)
    begin = character_start(whole, column - kMaxShown / 2);
  const std::size_t end =
      whole.size() - begin > kMaxShown ? character_start(whole, begin + kMaxShown) : whole.size();
  const std::string shown = whole.substr(begin, end - begin);
  const std::string lead = whole.substr(begin, column - begin);

  std::string caret = begin > 0 ? "   " : "";
  for (const char c : lead) {
    if (!continues_character(c)) caret += c == '\t' ? '\t' : ' ';
  }
  const std::string marked =
      shown.substr(std::min(lead.size(), shown.size()), std::max<std::size_t>(place.length, 1));
  caret += '^';
  caret.append(std::max<std::size_t>(characters(marked), 1) - 1, '~');

  const std::string number = place.source->command_line ? "" : std::to_string(place.line);
  return fmt::format("{:>6} | {}{}{}\n{:>6} | {}\n", number, begin > 0 ? "..." : "", shown,
                     end < whole.size() ? "..." : "", "", caret);
}

}  // namespace

std::string shortened(const std::string& text) {
  constexpr std::size_t kMax = 60;
  std::string flat = text;
  if (text.size() > kMax) {
    flat = text.substr(0, character_start(text, kMax * 2 / 3)) + "..." +
           text.substr(character_start(text, text.size() - kMax / 4));
  }
  std::replace_if(
      flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  return printable(flat);
}

std::string quoted(const std::string& text) { return fmt::format("'{}'", shortened(text)); }

std::string ConfigPlace::text() const {
  if (source->command_line) return source->name;
  const std::string_view whole = line_at(source->text, offset);
  const std::string_view lead = whole.substr(0, static_cast<std::size_t>(std::max(column, 1) - 1));
  return fmt::format("{}:{}:{}", source->name, line, characters(lead) + 1);
}

void ConfigProblems::add(const ConfigPlace& place, const std::string& what) {
  // an aliased value is met more than once; its problem is one problem
  for (const Problem& known : problems_) {
    if (known.place.source == place.source && known.place.offset == place.offset &&
        known.what == what)
      return;
  }
  if (full()) {
    ++unlisted_;
  } else {
    problems_.push_back({place, what});
  }
}

void ConfigProblems::throw_if_any() const {
  if (problems_.empty()) return;
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tuple(a.place.source->order, a.place.line, a.place.column) <
           std::tuple(b.place.source->order, b.place.line, b.place.column);
  });
  std::string text;
  for (const Problem& problem : sorted) {
    text += fmt::format("{}: error: {}\n{}", problem.place.text(), printable(problem.what),
                        excerpt(problem.place));
  }
  if (count() > 1) {
    text += fmt::format("{} errors", count());
    if (unlisted_ > 0) text += fmt::format(", of which {} are listed", problems_.size());
  } else {
    text.pop_back();
  }
  throw Error(ErrorCode::kConfig, "", text);
}

}  // namespace infodiet
