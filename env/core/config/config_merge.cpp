#include <algorithm>
#include <map>
#include <utility>

#include "env/core/config/config_layers.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

/// `ppo` as `{name: ppo}`.
YamlTree as_map(const YamlTree& node) {
  if (node->kind != Kind::kScalar) return node;
  auto map = make_yaml_map(node->place);
  map->append({"name", node->place, node, true});
  return map;
}

/// The layers that are left when later ones have replaced earlier ones.
std::vector<YamlTree> remaining(const std::vector<YamlTree>& layers) {
  std::vector<YamlTree> left;
  for (const YamlTree& layer : layers) {
    if (layer->kind == Kind::kNothing && !left.empty()) continue;
    const bool has_map = std::any_of(left.begin(), left.end(),
                                     [](const YamlTree& node) { return node->kind == Kind::kMap; });
    const bool has_scalar = !left.empty() && left.back()->kind == Kind::kScalar;
    const bool merges = (layer->kind == Kind::kMap && (has_map || has_scalar)) ||
                        (layer->kind == Kind::kScalar && has_map);
    if (!merges) left.clear();
    left.push_back(layer);
  }
  return left;
}

/// The plug-in that a layer names, or null.
const YamlNode* name_in(const YamlTree& layer) {
  if (layer->kind == Kind::kScalar) return layer.get();
  const YamlEntry* name = layer->find("name");
  return name != nullptr && name->value->kind == Kind::kScalar ? name->value.get() : nullptr;
}

}  // namespace

YamlTree merge_layers(const std::vector<YamlTree>& layers) {
  const std::vector<YamlTree> left = remaining(layers);
  if (left.size() == 1) return left.front();

  // every key with its values, in the order in which keys first appear
  struct Key {
    YamlEntry entry;
    std::vector<YamlTree> values;
  };
  std::vector<Key> keys;
  std::map<std::string, std::size_t> positions;
  for (const YamlTree& layer : left) {
    const YamlTree map = as_map(layer);
    for (const YamlEntry& entry : map->entries) {
      const auto [position, is_new] = positions.emplace(entry.key, keys.size());
      if (is_new) keys.emplace_back();
      Key& key = keys[position->second];
      key.entry = entry;
      key.values.push_back(entry.value);
    }
  }

  auto merged = make_yaml_map(left.back()->place);
  merged->layers = left;
  for (Key& key : keys) {
    key.entry.value = merge_layers(key.values);
    merged->append(std::move(key.entry));
  }
  return merged;
}

SettledChoice settle_choice(const YamlTree& node) {
  SettledChoice settled;
  settled.node = node;
  std::vector<YamlTree> current;  // the layers since the plug-in last changed
  const YamlNode* name = nullptr;
  for (const YamlTree& layer : node->layers) {
    const YamlNode* named = name_in(layer);
    if (named != nullptr && name == nullptr) {
      for (const YamlTree& below : current) {
        for (const YamlEntry& entry : below->entries) settled.unnamed.insert(entry.key);
      }
    } else if (named != nullptr && named->text != name->text) {
      settled.superseded.push_back(merge_layers(current));
      settled.unnamed.clear();
      current.clear();
    }
    if (named != nullptr) name = named;
    current.push_back(layer);
  }
  if (!current.empty()) settled.node = merge_layers(current);
  return settled;
}

}  // namespace infodiet
