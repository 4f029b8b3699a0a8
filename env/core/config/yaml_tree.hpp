#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "env/core/config/config_problems.hpp"

namespace infodiet {

struct YamlNode;

/// A key of a map with its value, or an element of a list (without key).
struct YamlEntry {
  std::string key;
  ConfigPlace key_place;
  std::shared_ptr<const YamlNode> value;
  /// The key `name` of a map made from a lone name: `agent: ppo` beside `agent: {lr: 1}`.
  bool implied = false;
};

/// A YAML value as it was written. What a plain scalar means is left to the field that reads it.
struct YamlNode {
  enum class Kind {
    kNothing,  ///< a key without a value: says nothing
    kNull,     ///< `null` or `~`: back to the default
    kScalar,
    kList,
    kMap,
  };

  Kind kind = Kind::kNothing;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< a scalar in quotes, a block scalar or `!!str`: text, never a number
  ConfigPlace place;
  std::vector<YamlEntry> entries;  ///< of a map, each key once; of a list
  std::size_t size = 1;            ///< nodes of this tree, aliases counted wherever they stand
  int depth = 1;                   ///< levels of this tree

  /// Of a map that several layers speak of (files that extend one another, the command line): each
  /// layer's own part, the lowest first. Empty for a map of one layer.
  std::vector<std::shared_ptr<const YamlNode>> layers;

  const YamlEntry* find(const std::string& key) const;
  /// Adds a child to a list or map and counts its nodes.
  void append(YamlEntry entry);
};

/// A map without entries yet.
std::shared_ptr<YamlNode> make_yaml_map(const ConfigPlace& place);

/// Largest text, tree and nesting that is read. Far above any honest config.
inline constexpr std::size_t kMaxYamlBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxYamlNodes = 100'000;
inline constexpr int kMaxYamlDepth = 64;

/// Reads one YAML document. What parsers let pass in silence is a problem here: duplicate keys, a
/// key without ':', a quote that is never closed, tabs as indentation, tags, a second document.
/// Aliases are expanded and merge keys (`<<`) applied.
///
/// @param begin  offset of the document in the text of the source
/// @param sound  out: false if the text is broken, so that its tree is not worth reading
/// @returns the tree; `kNothing` for an empty text
std::shared_ptr<const YamlNode> parse_yaml(const std::shared_ptr<const ConfigSource>& source,
                                           std::size_t begin, ConfigProblems& problems,
                                           bool& sound);

}  // namespace infodiet
