#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_keys.hpp"
#include "env/core/config/config_values.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/config/suggest.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

namespace {

/// A text within a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return fmt::format("`{}`", out);
}

/// A section and the rows of its table.
struct Table {
  std::string key;
  std::string help;
  std::string rows;
};

/// One row for each field. The sections of the whole config get tables of their own; sections
/// within those and within plug-ins stand in the same table, with dotted keys.
class RowWriter final : public Fields {
 public:
  /// @param kinds     out: the kinds of plug-ins that were met
  /// @param sections  out: tables of the sections, or null to put them into this table
  RowWriter(std::string section, std::string& rows, std::vector<const Catalogue*>& kinds,
            std::vector<Table>* sections = nullptr)
      : section_(std::move(section)), rows_(rows), kinds_(kinds), sections_(sections) {}

  void operator()(const Field& field, bool& value) override {
    add(field, "bool", write_value(value), "true, false");
  }
  void operator()(const Field& field, int& value) override {
    add(field, "int", write_value(value), range_text(field, false));
  }
  void operator()(const Field& field, std::uint64_t& value) override {
    add(field, "int", write_value(value), range_text(field, false));
  }
  void operator()(const Field& field, float& value) override {
    add(field, "float", write_value(value), range_text(field, false));
  }
  void operator()(const Field& field, double& value) override {
    add(field, "double", write_value(value), range_text(field, false));
  }
  void operator()(const Field& field, std::string& value) override {
    add(field, "text", write_value(value), join(options_of(field)));
  }
  void operator()(const Field& field, std::vector<double>& value) override {
    add(field, "list of double", write_value(value), range_text(field, false));
  }
  void path(const Field& field, std::string& value) override {
    add(field, "path", write_value(value), "");
  }
  void operator()(const Field& field, Config& section) override {
    const std::string key = dotted(section_, std::string(field.name));
    Table table{key, std::string(field.help), ""};
    RowWriter inner(key, sections_ == nullptr ? rows_ : table.rows, kinds_);
    section.fields(inner);
    if (sections_ != nullptr) sections_->push_back(std::move(table));
  }
  void operator()(const Field& field, Choice& choice) override {
    add_plugin(field, choice.catalogue(), choice.catalogue().kind(), write_value(choice.name()));
  }
  void operator()(const Field& field, std::vector<Choice>& choices, const Choice& blank) override {
    std::vector<std::string> names;
    for (const Choice& choice : choices) names.push_back(write_value(choice.name()));
    add_plugin(field, blank.catalogue(), "list of " + blank.catalogue().kind(),
               fmt::format("[{}]", join(names)));
  }

 private:
  void add(const Field& field, const std::string& type, const std::string& value,
           const std::string& allowed) {
    rows_ += fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                         code(dotted(section_, std::string(field.name))), cell(type), code(value),
                         cell(allowed), cell(unit_of(field)), cell(meaning(field)));
  }

  static std::string meaning(const Field& field) {
    const std::string search = search_text(field);
    return std::string(field.help) + (search.empty() ? "" : fmt::format(" (tuned: {})", search));
  }

  void add_plugin(const Field& field, const Catalogue& kind, const std::string& type,
                  const std::string& value) {
    if (std::find(kinds_.begin(), kinds_.end(), &kind) == kinds_.end()) kinds_.push_back(&kind);
    std::vector<std::string> names;
    for (const auto& [name, entry] : kind.entries()) names.push_back(name);
    add(field, type, value, join(names));
  }

  std::string section_;
  std::string& rows_;
  std::vector<const Catalogue*>& kinds_;
  std::vector<Table>* sections_;
};

std::string with_head(const std::string& rows) {
  if (rows.empty()) return "It has no keys.\n\n";
  return "| key | type | default | allowed | unit | meaning |\n|---|---|---|---|---|---|\n" + rows +
         "\n";
}

}  // namespace

std::string write_reference(const Config& config) {
  std::vector<const Catalogue*> kinds;
  std::vector<Table> sections;
  std::string rows;
  RowWriter writer("", rows, kinds, &sections);
  config.clone()->fields(writer);
  std::string text =
      "# Every key of a config file\n\n"
      "This page is generated from the fields in the code. A dotted key stands for nested maps in "
      "a file, and is an override on the command line: `run.seed=7`. A plug-in is written as its "
      "name, or as a map of `name` and the keys of that plug-in, listed further down.\n\n";
  if (!rows.empty()) text += with_head(rows);
  for (const Table& section : sections)
    text += fmt::format("## `{}`\n\n{}\n\n", section.key, section.help) + with_head(section.rows);

  // plug-ins can hold plug-ins of further kinds, which are met on the way
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::string kind = kinds[i]->kind();
    text += fmt::format("## Plug-ins: {}\n\n", kind);
    for (const auto& [name, entry] : kinds[i]->entries()) {
      std::string plugin_rows;
      RowWriter plugin_writer("", plugin_rows, kinds);
      entry.make_config()->fields(plugin_writer);
      text +=
          fmt::format("### {} `{}`\n\n{}\n\n", kind, name, entry.summary) + with_head(plugin_rows);
    }
  }
  text.pop_back();
  return text;
}

}  // namespace infodiet
