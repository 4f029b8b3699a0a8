#include "env/core/config/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "env/core/config/yaml_tree.hpp"

namespace infodiet {

namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// Where the scalar begins behind its anchor and tag.
std::size_t skip_properties(std::string_view text, std::size_t offset) {
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    offset = std::min(text.find_first_of(kBlank, offset), text.size());
    offset = std::min(text.find_first_not_of(kBlank, offset), text.size());
  }
  return offset;
}

/// Just behind the closing quote, or npos.
std::size_t find_quote_end(std::string_view text, std::size_t open) {
  const char quote = text[open];
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != '\'') return i + 1;
      ++i;  // '' is a quote inside
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  while (at < text.size()) {
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80            ? 1u
                               : (first >> 5) == 0x06u ? 2u
                               : (first >> 4) == 0x0Eu ? 3u
                               : (first >> 3) == 0x1Eu ? 4u
                                                       : 0u;
    if (length == 0) return at;
    std::uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(at + i) & 0xC0u) != 0x80u) return at;
      code = code << 6 | (byte(at + i) & 0x3Fu);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
      return at;
    at += length;
  }
  return at;
}

bool check_yaml_text(const std::shared_ptr<const ConfigSource>& source, std::size_t begin,
                     ConfigProblems& problems) {
  const std::string& text = source->text;
  const auto place = [&](std::size_t offset) {
    const auto lines =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    const std::size_t before = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
    const std::size_t column = before == std::string::npos ? offset : offset - before - 1;
    return ConfigPlace{source, offset, 1, static_cast<int>(lines) + 1,
                       static_cast<int>(column) + 1};
  };

  if (text.size() > kMaxYamlBytes) {
    problems.add(place(0), fmt::format("longer than {} MiB", kMaxYamlBytes >> 20));
    return false;
  }
  const std::size_t invalid = find_invalid_utf8(text);
  if (invalid < text.size()) {
    problems.add(place(invalid), "not a text: this byte is not UTF-8");
    return false;
  }

  bool sound = true;
  // yaml-cpp skips lines that begin with '%', whatever they say, until the document begins
  std::size_t line = begin;
  while (line < text.size() &&
         (kBlank.find(text[line]) != kBlank.npos || text[line] == '#' || text[line] == '%')) {
    if (text[line] == '%' && text.compare(line, 7, "%YAML 1") != 0) {
      problems.add(place(line),
                   "directives such as %TAG are not used here (put a text that begins "
                   "with '%' in quotes)");
      sound = false;
    }
    line = std::min(text.find('\n', line), text.size() - 1) + 1;
  }

  bool indenting = begin == 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t' && indenting) {
      problems.add(place(i), "tab in the indentation (use spaces)");
      sound = indenting = false;
    } else if ((static_cast<unsigned char>(c) < 0x20 || c == 0x7F) && c != '\t' && c != '\n' &&
               !(c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) {
      problems.add(place(i), fmt::format("control character {:#04x} (in double quotes write it as "
                                         "\"\\x{:02x}\")",
                                         static_cast<int>(c), static_cast<int>(c)));
      sound = false;
    }
    indenting = c == '\n' || (indenting && c == ' ');
    if (problems.full()) return false;
  }
  return sound;
}

YamlExtent yaml_extent(std::string_view text, std::size_t offset, std::string_view value) {
  const std::size_t begin = skip_properties(text, offset);
  if (begin >= text.size()) return {};
  if (text[begin] == '"' || text[begin] == '\'') {
    const std::size_t end = find_quote_end(text, begin);
    if (end == std::string_view::npos) return {1, false};
    return {end - offset, true};
  }
  if (text[begin] == '|' || text[begin] == '>') return {begin - offset + 1, true};
  std::size_t end =
      std::min({text.find_first_of("\r\n", begin), begin + value.size(), text.size()});
  while (end > begin && kBlank.find(text[end - 1]) != std::string_view::npos) --end;
  return {std::max<std::size_t>(end - offset, 1), true};
}

std::size_t written_null(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(skip_properties(text, std::min(offset, text.size())));
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!rest.starts_with(word)) continue;
    const std::string_view after = rest.substr(word.size());
    if (after.empty() || after.find_first_of(",]}") == 0) return word.size();
    if (kBlank.find(after[0]) == std::string_view::npos) return 0;
    const std::size_t next = after.find_first_not_of(" \t");
    return next != std::string_view::npos && after[next] == ':' ? 0 : word.size();
  }
  return 0;
}

}  // namespace infodiet
