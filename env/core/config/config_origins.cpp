#include <string>
#include <utility>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_keys.hpp"
#include "env/core/config/config_layers.hpp"
#include "env/core/config/config_values.hpp"
#include "env/core/config/config_writer.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

/// Looks up where each value of a section came from.
class OriginLister final : public Fields {
 public:
  using Rows = std::vector<ConfigFile::Origin>;

  OriginLister(std::string path, YamlTree map, Rows& rows)
      : path_(std::move(path)), map_(std::move(map)), rows_(rows) {}

  void operator()(const Field& field, bool& value) override { add(field, value); }
  void operator()(const Field& field, int& value) override { add(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { add(field, value); }
  void operator()(const Field& field, float& value) override { add(field, value); }
  void operator()(const Field& field, double& value) override { add(field, value); }
  void operator()(const Field& field, std::string& value) override { add(field, value); }
  void operator()(const Field& field, std::vector<double>& value) override { add(field, value); }
  void path(const Field& field, std::string& value) override { add(field, value); }

  void operator()(const Field& field, Config& section) override {
    OriginLister inner(key(field), written(field), rows_);
    section.fields(inner);
  }

  void operator()(const Field& field, Choice& choice) override {
    YamlTree node = written(field);
    if (node != nullptr) node = settle_choice(node).node;
    const bool alone = node != nullptr && node->kind == Kind::kScalar;  // the name and nothing else
    OriginLister inner(key(field), alone ? nullptr : node, rows_);
    const YamlTree name = alone ? node : inner.written({"name", "-", ""});
    std::string text = choice.name();
    inner.add({"name", "-", ""}, text);
    rows_.back().origin = origin(name);
    if (choice.known()) choice.config().fields(inner);
  }

  void operator()(const Field& field, std::vector<Choice>& choices, const Choice&) override {
    add(field, choices);
  }

 private:
  std::string key(const Field& field) const { return dotted(path_, std::string(field.name)); }

  YamlTree written(const Field& field) const {
    const YamlEntry* entry = map_ == nullptr ? nullptr : map_->find(std::string(field.name));
    return entry == nullptr ? nullptr : entry->value;
  }

  static std::string origin(const YamlTree& node) {
    if (node == nullptr || node->kind == Kind::kNothing || node->kind == Kind::kNull)
      return "default";
    const ConfigSource& source = *node->place.source;
    return source.command_line ? "command line"
                               : source.name + ":" + std::to_string(node->place.line);
  }

  template <class T>
  void add(const Field& field, const T& value) {
    rows_.push_back(
        {key(field), write_value(value), std::string(unit_of(field)), origin(written(field))});
  }

  std::string path_;
  YamlTree map_;
  Rows& rows_;
};

}  // namespace

std::vector<ConfigFile::Origin> ConfigFile::origins(Config& config) const {
  std::vector<Origin> rows;
  OriginLister lister("", root_, rows);
  config.fields(lister);
  return rows;
}

}  // namespace infodiet
