#include "env/core/config/config_writer.hpp"

#include <string>
#include <utility>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_layers.hpp"
#include "env/core/config/yaml_scalar.hpp"
#include "env/core/error.hpp"

namespace infodiet {

namespace {

/// A config as it will be written: a leaf has a text, a map or list has parts.
struct Written {
  enum class Kind { kLeaf, kMap, kList };

  Kind kind = Kind::kLeaf;
  std::string key;  // "" in a list
  std::string text;
  std::vector<Written> parts = {};
};

class Writer final : public Fields {
 public:
  explicit Writer(std::vector<Written>& out) : out_(out) {}

  void operator()(const Field& field, bool& value) override { leaf(field, value); }
  void operator()(const Field& field, int& value) override { leaf(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { leaf(field, value); }
  void operator()(const Field& field, float& value) override { leaf(field, value); }
  void operator()(const Field& field, double& value) override { leaf(field, value); }
  void operator()(const Field& field, std::string& value) override { leaf(field, value); }
  void operator()(const Field& field, std::vector<double>& value) override { leaf(field, value); }

  // absolute, so that the file means the same wherever it is put
  void path(const Field& field, std::string& value) override {
    leaf(field, resolve_path(value, working_folder()));
  }

  void operator()(const Field& field, Config& section) override {
    Written& map = out_.emplace_back(Written{Written::Kind::kMap, std::string(field.name), ""});
    add_fields(field, section, map.parts);
  }

  void operator()(const Field& field, Choice& choice) override {
    out_.push_back(plugin(field, choice));
  }

  void operator()(const Field& field, std::vector<Choice>& choices, const Choice&) override {
    Written list{Written::Kind::kList, std::string(field.name), ""};
    for (Choice& choice : choices) {
      list.parts.push_back(plugin(field, choice));
      list.parts.back().key.clear();
    }
    out_.push_back(std::move(list));
  }

  static Written plugin(const Field& field, Choice& choice) {
    Written map{Written::Kind::kMap, std::string(field.name), ""};
    map.parts.push_back({Written::Kind::kLeaf, "name", write_value(choice.name())});
    if (choice.known()) add_fields(field, choice.config(), map.parts);
    return map;
  }

 private:
  static void add_fields(const Field& field, Config& config, std::vector<Written>& parts) {
    Writer inner(parts);
    try {
      config.fields(inner);
    } catch (const Error& e) {
      throw Error(e.code(), std::string(field.name), e.what());
    }
  }

  template <class T>
  void leaf(const Field& field, const T& value) {
    try {
      out_.push_back({Written::Kind::kLeaf, std::string(field.name), write_value(value)});
    } catch (const Error& e) {
      throw Error(e.code(), std::string(field.name), e.what());
    }
  }

  std::vector<Written>& out_;
};

/// A key such as `on` would be a bool to PyYAML.
std::string written_key(const std::string& key) {
  return is_plain_text(key) ? key : write_text(key);
}

std::string flow(const Written& node) {
  if (node.kind == Written::Kind::kLeaf) return node.text;
  const bool is_map = node.kind == Written::Kind::kMap;
  std::string text(1, is_map ? '{' : '[');
  for (const Written& part : node.parts) {
    if (&part != &node.parts.front()) text += ", ";
    text += (is_map ? written_key(part.key) + ": " : "") + flow(part);
  }
  return text + (is_map ? '}' : ']');
}

/// @param lead  what stands before the first line, where `- ` takes the place of the indentation
void block(const std::vector<Written>& parts, const std::string& indent, std::string lead,
           std::string& text) {
  for (const Written& part : parts) {
    text += std::exchange(lead, indent);
    if (part.kind == Written::Kind::kLeaf || part.parts.empty()) {
      text += written_key(part.key) + ": " + flow(part) + "\n";
    } else if (part.kind == Written::Kind::kMap) {
      text += written_key(part.key) + ":\n";
      block(part.parts, indent + "  ", indent + "  ", text);
    } else {
      text += written_key(part.key) + ":\n";
      for (const Written& element : part.parts)
        block(element.parts, indent + "    ", indent + "  - ", text);
    }
  }
}

}  // namespace

std::string write_value(bool value) { return value ? "true" : "false"; }
std::string write_value(int value) { return std::to_string(value); }
std::string write_value(std::uint64_t value) { return std::to_string(value); }
std::string write_value(float value) { return write_number(value); }
std::string write_value(double value) { return write_number(value); }
std::string write_value(const std::string& value) { return write_text(value); }

std::string write_value(const std::vector<double>& value) {
  std::string text;
  for (const double number : value) text += (text.empty() ? "" : ", ") + write_number(number);
  return "[" + text + "]";
}

std::string write_value(const Choice& value) {
  Choice copy = value;
  return flow(Writer::plugin({"", "", ""}, copy));
}

std::string write_value(const std::vector<Choice>& value) {
  std::string text;
  for (const Choice& choice : value) text += (text.empty() ? "" : ", ") + write_value(choice);
  return "[" + text + "]";
}

std::string write_yaml(const Config& config) {
  std::vector<Written> parts;
  Writer writer(parts);
  config.clone()->fields(writer);
  std::string text;
  block(parts, "", "", text);
  return text;
}

}  // namespace infodiet
