#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_json.hpp"
#include "env/core/config/config_values.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

namespace {

std::string description(const Field& field) {
  const std::string_view unit = unit_of(field);
  return unit.empty() ? std::string(field.help) : fmt::format("{} [{}]", field.help, unit);
}

/// A type, or null: a key without a value keeps the default.
ConfigJson type_or_null(const std::string& type) { return ConfigJson::strings({type, "null"}); }

ConfigJson reference(const std::string& name) {
  return ConfigJson::object({{"$ref", ConfigJson::string("#/definitions/" + name)}});
}

/// One definition for each kind of plug-in and each plug-in, made when first needed: a plug-in may
/// hold plug-ins of its own kind.
class Definitions {
 public:
  /// @returns the name of the definition
  std::string of(const Catalogue& catalogue);

  ConfigJson all() const {
    ConfigJson definitions = ConfigJson::object();
    for (const auto& [name, definition] : definitions_) definitions.add(name, definition);
    return definitions;
  }

 private:
  /// A name without characters that a JSON pointer in a URI would have to escape, not yet taken.
  std::string unused(const std::string& wanted) {
    std::string name;
    for (const char c : wanted)
      name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' ? c : '-';
    while (!taken_.insert(name).second) name += "-";
    return name;
  }

  std::map<const Catalogue*, std::string> names_;
  std::set<std::string> taken_;
  std::map<std::string, ConfigJson> definitions_;
};

class SchemaBuilder final : public Fields {
 public:
  SchemaBuilder(ConfigJson& properties, Definitions& definitions)
      : properties_(properties), definitions_(definitions) {}

  void operator()(const Field& field, bool& value) override {
    add(field, scalar(field, "boolean", write_value(value)));
  }
  void operator()(const Field& field, int& value) override {
    add(field, integer(field, std::numeric_limits<int>::min(), std::numeric_limits<int>::max(),
                       write_value(value)));
  }
  void operator()(const Field& field, std::uint64_t& value) override {
    add(field, integer(field, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max(),
                       write_value(value)));
  }
  void operator()(const Field& field, float& value) override { number(field, value); }
  void operator()(const Field& field, double& value) override { number(field, value); }

  void operator()(const Field& field, std::string& value) override {
    ConfigJson schema = scalar(field, "string", json_string(value));
    if (!field.options.empty()) {
      ConfigJson words = ConfigJson::strings(options_of(field));
      words.add("", ConfigJson::raw("null"));
      schema.add("enum", words);
    }
    add(field, schema);
  }
  void path(const Field& field, std::string& value) override {
    add(field, scalar(field, "string", json_string(value)));
  }

  void operator()(const Field& field, std::vector<double>& value) override {
    ConfigJson items = ConfigJson::object({{"type", ConfigJson::string("number")}});
    limit(items, field.low, field.high);
    ConfigJson numbers = ConfigJson::array({});
    bool finite = true;
    for (const double number : value) {
      numbers.add("", ConfigJson::raw(write_value(number)));
      finite &= std::isfinite(number);
    }
    ConfigJson schema = described(field, "array");
    schema.add("items", items);
    if (finite) schema.add("default", numbers);
    add(field, schema);
  }

  void operator()(const Field& field, Config& section) override {
    ConfigJson schema = described(field, "object");
    add_properties(schema, section, definitions_);
    add(field, schema);
  }

  void operator()(const Field& field, Choice& choice) override {
    add(field, ConfigJson::object(
                   {{"description", ConfigJson::string(description(field))},
                    {"default", ConfigJson::string(choice.name())},
                    {"anyOf", ConfigJson::array(
                                  {reference(definitions_.of(choice.catalogue())),
                                   ConfigJson::object({{"type", ConfigJson::string("null")}})})}}));
  }

  void operator()(const Field& field, std::vector<Choice>& choices, const Choice& blank) override {
    std::vector<std::string> names;
    for (const Choice& choice : choices) names.push_back(choice.name());
    ConfigJson schema = described(field, "array");
    schema.add("items", reference(definitions_.of(blank.catalogue())));
    schema.add("default", ConfigJson::strings(names));
    add(field, schema);
  }

  /// Adds what makes `schema` that of an object with the fields of `config` and no others.
  static void add_properties(ConfigJson& schema, Config& config, Definitions& definitions,
                             ConfigJson properties = ConfigJson::object()) {
    SchemaBuilder builder(properties, definitions);
    config.fields(builder);
    schema.add("properties", properties);
    schema.add("additionalProperties", ConfigJson::raw("false"));
  }

 private:
  void add(const Field& field, ConfigJson schema) {
    properties_.add(std::string(field.name), std::move(schema));
  }

  static ConfigJson described(const Field& field, const std::string& type) {
    return ConfigJson::object(
        {{"type", type_or_null(type)}, {"description", ConfigJson::string(description(field))}});
  }

  static ConfigJson scalar(const Field& field, const std::string& type, const std::string& value) {
    ConfigJson schema = described(field, type);
    schema.add("default", ConfigJson::raw(value));
    return schema;
  }

  template <class Integer>
  static ConfigJson integer(const Field& field, Integer low, Integer high,
                            const std::string& value) {
    ConfigJson schema = scalar(field, "integer", value);
    // the limits of the type are written digit by digit: as a double the last ones would be lost
    schema.add("minimum",
               ConfigJson::raw(field.low > static_cast<double>(low) ? fmt::format("{}", field.low)
                                                                    : std::to_string(low)));
    schema.add("maximum", ConfigJson::raw(field.high < static_cast<double>(high)
                                              ? fmt::format("{}", field.high)
                                              : std::to_string(high)));
    return schema;
  }

  template <class Float>
  void number(const Field& field, Float value) {
    ConfigJson schema = described(field, "number");
    if (std::isfinite(value)) schema.add("default", ConfigJson::raw(write_value(value)));
    limit(schema, field.low, field.high);
    add(field, schema);
  }

  static void limit(ConfigJson& schema, double low, double high) {
    if (std::isfinite(low)) schema.add("minimum", ConfigJson::raw(fmt::format("{}", low)));
    if (std::isfinite(high)) schema.add("maximum", ConfigJson::raw(fmt::format("{}", high)));
  }

  ConfigJson& properties_;
  Definitions& definitions_;
};

std::string Definitions::of(const Catalogue& catalogue) {
  const auto [name, is_new] = names_.emplace(&catalogue, "");
  if (!is_new) return name->second;
  const std::string kind = name->second = unused(catalogue.kind());

  std::vector<std::string> words;
  std::vector<ConfigJson> plugins;
  for (const auto& [plugin, entry] : catalogue.entries()) {
    const std::string own = unused(kind + "." + plugin);
    const auto config = entry.make_config();
    ConfigJson schema = ConfigJson::object({{"type", ConfigJson::string("object")},
                                            {"description", ConfigJson::string(entry.summary)}});
    const ConfigJson named =
        ConfigJson::object({{"name", ConfigJson::object({{"const", ConfigJson::string(plugin)}})}});
    SchemaBuilder::add_properties(schema, *config, *this, named);
    definitions_[own] = schema;
    words.push_back(plugin);
    plugins.push_back(reference(own));
  }
  if (words.empty()) {
    definitions_[kind] = ConfigJson::object({{"not", ConfigJson::object()}});
    return kind;
  }

  const ConfigJson needs_name = ConfigJson::strings({"name"});
  std::vector<ConfigJson> forms = {ConfigJson::object({{"enum", ConfigJson::strings(words)}})};
  for (const ConfigJson& plugin : plugins)
    forms.push_back(
        ConfigJson::object({{"allOf", ConfigJson::array({plugin})}, {"required", needs_name}}));
  // without a name: that of the default or of an extended file, which a schema cannot know
  forms.push_back(ConfigJson::object({{"not", ConfigJson::object({{"required", needs_name}})},
                                      {"anyOf", ConfigJson::array(plugins)}}));
  definitions_[kind] = ConfigJson::object({{"oneOf", ConfigJson::array(forms)}});
  return kind;
}

}  // namespace

std::string write_json_schema(const Config& config, const std::string& title) {
  Definitions definitions;
  const ConfigJson text = ConfigJson::object({{"type", ConfigJson::string("string")}});
  const ConfigJson list =
      ConfigJson::object({{"type", ConfigJson::string("array")}, {"items", text}});
  const ConfigJson extends = ConfigJson::object(
      {{"description",
        ConfigJson::string(
            "Files whose settings hold where this file says nothing; of several, the "
            "later win. Paths are relative to this file.")},
       {"oneOf", ConfigJson::array({text, list})}});

  ConfigJson schema = ConfigJson::object(
      {{"$schema", ConfigJson::string("http://json-schema.org/draft-07/schema#")},
       {"title", ConfigJson::string(title)},
       {"type", type_or_null("object")}});
  SchemaBuilder::add_properties(schema, *config.clone(), definitions,
                                ConfigJson::object({{"extends", extends}}));
  schema.add("definitions", definitions.all());
  std::string out;
  schema.write(out);
  return out + "\n";
}

}  // namespace infodiet
