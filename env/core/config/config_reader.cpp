#include "env/core/config/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "env/core/config/config_keys.hpp"
#include "env/core/config/config_values.hpp"
#include "env/core/error.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

/// What all sections of one reading share.
struct Reading {
  const Config& whole;  // of which `keys` are listed when the first is unknown
  ConfigProblems& problems;
  std::vector<ConfigKey> keys = {};

  const std::vector<ConfigKey>& all_keys() {
    if (keys.empty()) keys = list_config_keys(whole);
    return keys;
  }
};

/// A config and what is written about it.
struct Section {
  std::string path;   // "" at the top
  ConfigPlace place;  // where to complain about the whole
  YamlTree map;       // null if nothing is written

  // of a plug-in
  bool is_plugin = false;
  std::string plugin;
  std::set<std::string> forgiven;  // keys that may be unknown: they were meant for the default one
};

void read_section(Reading& reading, Config& config, const Section& section);

/// Reads the fields of one section, as the config lists them.
class SectionReader final : public Fields {
 public:
  SectionReader(Reading& reading, const Section& section) : reading_(reading), section_(section) {
    if (section.is_plugin) names_.emplace_back("name");
  }

  void operator()(const Field& field, bool& value) override { read(field, value); }
  void operator()(const Field& field, int& value) override { read(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { read(field, value); }
  void operator()(const Field& field, float& value) override { read(field, value); }
  void operator()(const Field& field, double& value) override { read(field, value); }
  void operator()(const Field& field, std::string& value) override { read(field, value); }

  void operator()(const Field& field, std::vector<double>& value) override {
    const YamlEntry* entry = find(field);
    if (entry == nullptr) return;
    if (entry->value->kind != Kind::kList) {
      complain(field, *entry->value,
               "expected a list of numbers, as in [1, 2.5], got " + describe(*entry->value));
      return;
    }
    std::vector<double> numbers;
    bool sound = true;
    for (const YamlEntry& element : entry->value->entries) {
      const std::string wrong = read_value(field, *element.value, numbers.emplace_back());
      if (!wrong.empty()) complain(field, *element.value, wrong);
      sound &= wrong.empty();
    }
    if (sound) value = std::move(numbers);
  }

  void path(const Field& field, std::string& value) override {
    const YamlEntry* entry = find(field);
    std::string folder = working_folder();
    if (entry != nullptr) {
      read_entry(field, *entry, value);
      const std::string wrong = check_path(value);
      if (!wrong.empty()) complain(field, *entry->value, wrong);
      folder = entry->value->place.source->folder;
    }
    // a default becomes absolute too, so that the resolved file means the same wherever it lies
    value = resolve_path(value, folder);
  }

  void operator()(const Field& field, Config& config) override {
    const YamlEntry* entry = find(field);
    Section inner = inner_section(field, entry);
    if (entry != nullptr && !is_settings(*entry->value)) {
      complain(field, *entry->value, "expected a map of settings, got " + describe_section(*entry));
      return;
    }
    if (entry != nullptr) inner.map = entry->value;
    read_section(reading_, config, inner);
  }

  void operator()(const Field& field, Choice& choice) override {
    const YamlEntry* entry = find(field);
    read_choice(choice, inner_section(field, entry), entry == nullptr ? nullptr : entry->value);
  }

  void operator()(const Field& field, std::vector<Choice>& choices, const Choice& blank) override {
    const YamlEntry* entry = find(field);
    if (entry != nullptr && entry->value->kind != Kind::kList) {
      complain(
          field, *entry->value,
          fmt::format("expected a list of {}s, as in [name, {{name: name, key: value}}], got {}",
                      blank.catalogue().kind(), describe(*entry->value)));
      return;
    }
    if (entry != nullptr) choices.assign(entry->value->entries.size(), blank);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      Section inner = inner_section(field, entry);
      inner.path += fmt::format("[{}]", i);
      if (entry == nullptr) {
        read_choice(choices[i], inner, nullptr);
        continue;
      }
      const YamlTree element = entry->value->entries[i].value;
      inner.place = element->place;
      if (element->kind == Kind::kNull || element->kind == Kind::kNothing) {
        complain(field, *element,
                 fmt::format("expected {} {}, got nothing", article(blank.catalogue().kind()),
                             blank.catalogue().kind()));
      } else {
        read_choice(choices[i], inner, element);
      }
    }
  }

  /// Complains about what no field has asked for.
  void refuse_unknown_keys() {
    if (section_.map == nullptr) return;
    for (const YamlEntry& entry : section_.map->entries) {
      if (std::find(names_.begin(), names_.end(), entry.key) != names_.end()) continue;
      if (section_.forgiven.contains(entry.key)) continue;
      std::string hint;
      if (!reading_.problems.full()) {
        hint = explain_unknown_key(entry.key, section_.path, names_, section_.plugin,
                                   reading_.all_keys());
      }
      const std::string where = section_.path.empty() ? "at the top level" : "in " + section_.path;
      reading_.problems.add(entry.key_place,
                            fmt::format("unknown key {} {}{}", quoted(entry.key), where, hint));
    }
  }

 private:
  std::string key(const Field& field) const {
    return dotted(section_.path, std::string(field.name));
  }

  void complain(const Field& field, const YamlNode& node, const std::string& what) {
    reading_.problems.add(node.place, key(field) + ": " + what);
  }

  /// What is written about a field, or null if that is nothing.
  const YamlEntry* find(const Field& field) {
    const std::string name(field.name);
    if (std::find(names_.begin(), names_.end(), name) != names_.end() || name == "extends")
      throw Error(ErrorCode::kInternal, key(field), "the name of this field is taken");
    names_.push_back(name);
    const YamlEntry* entry = section_.map == nullptr ? nullptr : section_.map->find(name);
    const bool is_said = entry != nullptr && entry->value->kind != Kind::kNothing &&
                         entry->value->kind != Kind::kNull;
    return is_said ? entry : nullptr;
  }

  template <class T>
  void read(const Field& field, T& value) {
    const YamlEntry* entry = find(field);
    if (entry != nullptr) read_entry(field, *entry, value);
  }

  template <class T>
  void read_entry(const Field& field, const YamlEntry& entry, T& value) {
    const std::string wrong = read_value(field, *entry.value, value);
    if (!wrong.empty()) complain(field, *entry.value, wrong);
  }

  Section inner_section(const Field& field, const YamlEntry* entry) const {
    Section inner;
    inner.path = key(field);
    inner.place = entry == nullptr ? section_.place : entry->key_place;
    return inner;
  }

  /// A map as it was written, not one that came of merging a lone name into it.
  static bool is_settings(const YamlNode& node) {
    return node.kind == Kind::kMap &&
           std::none_of(node.entries.begin(), node.entries.end(),
                        [](const YamlEntry& entry) { return entry.implied; });
  }

  static std::string describe_section(const YamlEntry& entry) {
    for (const YamlEntry& inner : entry.value->entries) {
      if (inner.implied) return describe(*inner.value);
    }
    return describe(*entry.value);
  }

  static std::string article(const std::string& word) {
    return std::string("aeiou").find(word[0]) == std::string::npos ? "a" : "an";
  }

  void read_choice(Choice& choice, Section section, const YamlTree& node);

  Reading& reading_;
  const Section& section_;
  std::vector<std::string> names_;
};

void SectionReader::read_choice(Choice& choice, Section section, const YamlTree& node) {
  const std::string& kind = choice.catalogue().kind();
  section.is_plugin = true;
  if (node != nullptr) {
    const SettledChoice settled = settle_choice(node);
    // what was said of a former plug-in no longer counts, but a slip in it is a slip
    for (const YamlTree& former : settled.superseded) {
      Choice scratch = choice;
      read_choice(scratch, section, former);
    }
    YamlTree map = settled.node;
    if (map->kind == Kind::kScalar) {
      auto with_name = make_yaml_map(map->place);
      with_name->append({"name", map->place, map, true});
      map = std::move(with_name);
    }
    if (map->kind != Kind::kMap) {
      reading_.problems.add(map->place,
                            fmt::format("{}: expected the name of {} {} or a map with it, got {}",
                                        section.path, article(kind), kind, describe(*map)));
      return;
    }
    section.map = map;

    const YamlEntry* entry = map->find("name");
    std::string name = choice.name();
    if (entry != nullptr && entry->value->kind != Kind::kNull &&
        entry->value->kind != Kind::kNothing) {
      std::string wrong = read_value({"name", "-", ""}, *entry->value, name);
      if (wrong.empty() && !choice.catalogue().contains(name))
        wrong = explain_unknown_plugin(choice.catalogue(), name);
      if (!wrong.empty()) {
        reading_.problems.add(entry->value->place, section.path + ": " + wrong);
        return;
      }
    }
    if (name != choice.name()) {
      if (!settled.unnamed.empty()) {
        const std::set<std::string> own = own_keys(choice);
        std::set_intersection(settled.unnamed.begin(), settled.unnamed.end(), own.begin(),
                              own.end(), std::inserter(section.forgiven, section.forgiven.end()));
      }
      choice.select(name);
    }
  }
  section.plugin = choice.name();
  if (choice.known()) read_section(reading_, choice.config(), section);
}

/// The place of a dotted field within a section, or of the section itself.
ConfigPlace place_of(const Section& section, std::string_view field) {
  ConfigPlace place = section.place;
  const YamlNode* node = section.map.get();
  while (node != nullptr && !field.empty()) {
    const std::size_t dot = field.find('.');
    const YamlEntry* entry = node->find(std::string(field.substr(0, dot)));
    if (entry == nullptr) return place;
    node = entry->value.get();
    place = node->kind == Kind::kMap ? entry->key_place : node->place;
    field = dot == std::string_view::npos ? "" : field.substr(dot + 1);
  }
  return place;
}

void read_section(Reading& reading, Config& config, const Section& section) {
  const std::size_t before = reading.problems.count();
  SectionReader reader(reading, section);
  config.fields(reader);
  reader.refuse_unknown_keys();
  if (reading.problems.count() > before) return;  // a check of half-read values would mislead
  config.check([&](std::string_view field, const std::string& what) {
    const std::string key = dotted(section.path, std::string(field));
    reading.problems.add(place_of(section, field), key.empty() ? what : key + ": " + what);
  });
}

}  // namespace

void read_config(Config& config, const YamlTree& root, ConfigProblems& problems) {
  Reading reading{config, problems};
  Section top;
  top.place = root->place;
  top.map = root;
  read_section(reading, config, top);
}

}  // namespace infodiet
