#include "env/core/config/config_keys.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "env/core/config/config_problems.hpp"
#include "env/core/config/suggest.hpp"

namespace infodiet {

namespace {

class KeyLister final : public Fields {
 public:
  explicit KeyLister(std::vector<ConfigKey>& keys) : keys_(keys) {}

  void operator()(const Field& field, bool&) override { add(field); }
  void operator()(const Field& field, int&) override { add(field); }
  void operator()(const Field& field, std::uint64_t&) override { add(field); }
  void operator()(const Field& field, float&) override { add(field); }
  void operator()(const Field& field, double&) override { add(field); }
  void operator()(const Field& field, std::string&) override { add(field); }
  void operator()(const Field& field, std::vector<double>&) override { add(field); }
  void path(const Field& field, std::string&) override { add(field); }

  void operator()(const Field& field, Config& section) override {
    add(field);
    within(std::string(field.name), plugin_, section);
  }
  void operator()(const Field& field, Choice& choice) override {
    add(field);
    add_plugins(std::string(field.name), choice.catalogue());
  }
  void operator()(const Field& field, std::vector<Choice>&, const Choice& blank) override {
    add(field);
    add_plugins(std::string(field.name) + "[]", blank.catalogue());
  }

 private:
  void add(const Field& field) { keys_.push_back({section_, std::string(field.name), plugin_}); }

  void within(const std::string& name, const std::string& plugin, Config& config) {
    std::string section = std::exchange(section_, dotted(section_, name));
    std::string outer = std::exchange(plugin_, plugin);
    config.fields(*this);
    section_ = std::move(section);
    plugin_ = std::move(outer);
  }

  void add_plugins(const std::string& name, const Catalogue& catalogue) {
    if (std::find(open_.begin(), open_.end(), &catalogue) != open_.end()) return;
    open_.push_back(&catalogue);
    keys_.push_back({dotted(section_, name), "name", ""});
    for (const auto& [plugin, entry] : catalogue.entries())
      within(name, plugin, *entry.make_config());
    open_.pop_back();
  }

  std::vector<ConfigKey>& keys_;
  std::string section_;
  std::string plugin_;
  std::vector<const Catalogue*> open_;
};

/// "eval.agents[2]" as "eval.agents[]".
std::string without_positions(const std::string& section) {
  std::string text;
  bool inside = false;
  for (const char c : section) {
    inside = (inside && c != ']') || c == '[';
    if (!inside || c == '[') text += c;
  }
  return text;
}

void add_once(std::vector<std::string>& words, const std::string& word) {
  constexpr std::size_t kMost = 3;
  if (words.size() < kMost && std::find(words.begin(), words.end(), word) == words.end())
    words.push_back(word);
}

}  // namespace

std::vector<ConfigKey> list_config_keys(const Config& config) {
  std::vector<ConfigKey> keys;
  KeyLister lister(keys);
  config.clone()->fields(lister);
  return keys;
}

std::set<std::string> own_keys(const Choice& choice) {
  std::set<std::string> names;
  if (!choice.known()) return names;
  for (const ConfigKey& key : list_config_keys(choice.config())) {
    if (key.section.empty()) names.insert(key.name);
  }
  return names;
}

std::string dotted(const std::string& section, const std::string& name) {
  return section.empty() ? name : section + "." + name;
}

std::string explain_unknown_key(const std::string& key, const std::string& section,
                                const std::vector<std::string>& here, const std::string& plugin,
                                const std::vector<ConfigKey>& all) {
  if (key.find('.') != std::string::npos)
    return " (in a file, keys are nested; dots are for the command line)";
  if (key == "extends") return " (only the top of a file can extend files)";

  const std::string generic = without_positions(section);
  std::vector<std::string> owners;  // other plug-ins that could stand here and have this key
  std::vector<std::string> near = similar(key, here);
  std::set<std::string> names;
  for (const ConfigKey& known : all) {
    names.insert(known.name);
    if (known.name != key) continue;
    if (known.section != generic) {
      add_once(near, dotted(known.section, known.name));
    } else if (!known.plugin.empty()) {
      add_once(owners, known.plugin);
    }
  }
  if (!owners.empty()) return " (a key of " + join(owners) + ", but this is " + plugin + ")";
  if (near.empty()) {
    for (const std::string& name : similar(key, {names.begin(), names.end()})) {
      for (const ConfigKey& known : all) {
        if (known.name == name && known.section != generic)
          add_once(near, dotted(known.section, known.name));
      }
    }
  }
  if (!near.empty()) return did_you_mean(near);
  return here.empty() ? " (there are no keys here)" : " (known keys: " + join(here) + ")";
}

std::string explain_unknown_plugin(const Catalogue& catalogue, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [plugin, entry] : catalogue.entries()) known.push_back(plugin);
  const std::vector<std::string> near = similar(name, known);
  return "unknown " + catalogue.kind() + " " + quoted(name) + " (known: " + join(known) +
         (near.empty() ? ")" : "; did you mean '" + near.front() + "'?)");
}

}  // namespace infodiet
