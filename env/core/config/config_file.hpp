#pragma once

#include <memory>
#include <string>
#include <vector>

#include "env/core/fields.hpp"

namespace infodiet {

class ConfigProblems;
struct YamlNode;

/// A YAML file with everything it extends merged in and the overrides applied. Every value knows
/// the file, line and column it came from. Text only: nothing has been checked against fields yet.
///
/// What is extended comes first, in order, then the file itself, then the command line; later wins.
///   maps merge, lists replace
///   `key:`               says nothing
///   `key: null` or `~`   back to the default
///   `agent: ppo`         the plug-in alone; `agent: {name: ppo, lr: 1.0e-3}` with settings
/// A layer that names another plug-in than those below it starts from that plug-in's defaults.
class ConfigFile {
 public:
  /// @param path       the YAML file
  /// @param overrides  "dotted.key=value", the value in YAML's flow form; later ones win
  /// @throws Error kConfig listing every problem of syntax and `extends` as `file:line:col: ...`,
  ///         each with its source line and a caret; kIo if the file itself cannot be read. What
  ///         does not keep the rest from being checked (a duplicate key, a malformed override) is
  ///         told by `read_into`, together with all else
  ConfigFile(const std::string& path, const std::vector<std::string>& overrides);

  /// From text instead of a file; paths in it are relative to the working directory.
  static ConfigFile from_text(const std::string& text, const std::string& shown_name,
                              const std::vector<std::string>& overrides = {});

  /// Fills `config`: keys that are absent keep the defaults of the struct.
  /// @throws Error kConfig listing all problems at once; `config` is then as it was
  void read_into(Config& config) const;

  /// One row per field of `config` (which was filled by `read_into`).
  struct Origin {
    std::string key;     ///< "world.person.attention.kappa"
    std::string value;   ///< as `write_yaml` writes it
    std::string unit;    ///< "" if it has none
    std::string origin;  ///< "configs/quickstart.yaml:12", "command line" or "default"
  };
  std::vector<Origin> origins(Config& config) const;

 private:
  ConfigFile() = default;
  std::shared_ptr<const YamlNode> root_;
  std::shared_ptr<const ConfigProblems> problems_;
};

/// Every field with its value. Reads back to the same bits here, and to the same values and types
/// in PyYAML: shortest digits, a forced `.0`, strings in double quotes.
std::string write_yaml(const Config& config);

/// The JSON Schema (draft-07) of `config`, with the fields of every plug-in that could be chosen.
std::string write_json_schema(const Config& config, const std::string& title);

/// A page of Markdown tables: every section, every plug-in, every field.
std::string write_reference(const Config& config);

}  // namespace infodiet
