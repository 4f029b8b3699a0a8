#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "env/core/config/config_layers.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

/// The overrides are one layer: to say a name and that plug-in's keys, in any order, is not to
/// change one's mind. So the merged tree is stripped of its layers.
YamlTree without_layers(const YamlTree& node) {
  if (node->layers.empty()) return node;
  auto flat = make_yaml_map(node->place);
  for (YamlEntry entry : node->entries) {
    entry.value = without_layers(entry.value);
    flat->append(std::move(entry));
  }
  return flat;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/// The value of an override must be used whole: YAML drops what follows " #", and reads "a=" as
/// nothing.
std::string misread(const YamlNode& value, std::string_view written) {
  while (!written.empty() && is_blank(written.back())) written.remove_suffix(1);
  while (!written.empty() && is_blank(written.front())) written.remove_prefix(1);
  if (written.empty()) return "no value after '=' (\"\" is an empty text, null the default)";
  const bool plain = value.kind == Kind::kScalar && !value.quoted;
  if (value.kind == Kind::kNothing || (plain && value.text != written))
    return "the value would be read as " + quoted(value.text) + " (put a text in double quotes)";
  return "";
}

/// @returns `{dotted: {key: value}}`, or null if it is malformed
YamlTree parse_override(const std::string& text, int order, ConfigProblems& problems) {
  auto source = std::make_shared<ConfigSource>(
      ConfigSource{"command line: " + shortened(text), text, working_folder(), order, true});
  const auto place = [&](std::size_t offset, std::size_t length) {
    return ConfigPlace{source, offset, std::max<std::size_t>(length, 1), 1,
                       static_cast<int>(offset) + 1};
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    problems.add(place(0, text.size()), "expected key=value, as in run.seed=7");
    return nullptr;
  }

  // the parts of the key, with their places
  std::vector<ConfigPlace> parts;
  const auto is_key_char = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  };
  for (std::size_t begin = 0; begin <= equals;) {
    const std::size_t end = std::min(text.find('.', begin), equals);
    const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
    if (begin == end ||
        !std::all_of(first, text.begin() + static_cast<std::ptrdiff_t>(end), is_key_char)) {
      problems.add(place(0, equals), "expected names joined by dots before '=', as in run.seed=7");
      return nullptr;
    }
    parts.push_back(place(begin, end - begin));
    begin = end + 1;
  }
  if (text.compare(0, equals, "extends") == 0) {
    problems.add(parts.front(), "extends: only a file can extend files");
    return nullptr;
  }
  if (static_cast<int>(parts.size()) >= kMaxYamlDepth) {
    problems.add(parts.front(), fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    return nullptr;
  }

  bool sound = false;
  YamlTree value = parse_yaml(source, equals + 1, problems, sound);
  if (!sound) return nullptr;
  const std::string wrong = misread(*value, std::string_view(text).substr(equals + 1));
  if (!wrong.empty()) {
    problems.add(place(equals + 1, text.size() - equals - 1), wrong);
    return nullptr;
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    auto map = make_yaml_map(*part);
    map->append({text.substr(part->offset, part->length), *part, value, false});
    value = std::move(map);
  }
  return value;
}

}  // namespace

YamlTree read_overrides(const std::vector<std::string>& overrides, int order,
                        ConfigProblems& problems) {
  std::vector<YamlTree> trees;
  for (const std::string& text : overrides) {
    if (YamlTree tree = parse_override(text, order++, problems)) trees.push_back(std::move(tree));
  }
  return trees.empty() ? nullptr : without_layers(merge_layers(trees));
}

}  // namespace infodiet
