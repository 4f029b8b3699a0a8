#include "env/core/config/yaml_tree.hpp"

#include <algorithm>
#include <utility>

namespace infodiet {

const YamlEntry* YamlNode::find(const std::string& key) const {
  if (kind != Kind::kMap) return nullptr;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

void YamlNode::append(YamlEntry entry) {
  size += entry.value->size;
  depth = std::max(depth, entry.value->depth + 1);
  entries.push_back(std::move(entry));
}

std::shared_ptr<YamlNode> make_yaml_map(const ConfigPlace& place) {
  auto map = std::make_shared<YamlNode>();
  map->kind = YamlNode::Kind::kMap;
  map->place = place;
  return map;
}

}  // namespace infodiet
