#include <functional>
#include <map>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "env/stream/stream.hpp"
#include "sim/commands/command.hpp"
#include "sim/experiment.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

/// Kinds of plug-ins, as a user writes them.
const std::map<std::string, const Catalogue*>& kinds() {
  static const std::map<std::string, const Catalogue*> kAll = {
      {"agents", &AgentRegistry::instance()},
      {"streams", &StreamRegistry::instance()},
      {"worlds", &WorldRegistry::instance()},
  };
  return kAll;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [name, catalogue] : kinds()) names.push_back(name);
  return names;
}

int list(const std::string& kind) {
  const auto found = kinds().find(kind);
  if (found == kinds().end()) {
    throw Error(ErrorCode::kConfig, "list",
                "unknown kind '" + kind + "' (known: " + join(kind_names()) + ")" +
                    did_you_mean(similar(kind, kind_names())));
  }
  Table table({{"name", "", true}, {"what it is", "", true}});
  for (const auto& [name, entry] : found->second->entries()) table.add_row({name, entry.summary});
  print(table.text(wants_colour(stdout)));
  return 0;
}

}  // namespace

void add_list(CLI::App& program, CommandLine& line) {
  const auto kind = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand("list", "List what an experiment can choose from");
  command->add_option("kind", *kind, join(kind_names()))->required()->type_name("KIND");
  command->footer(
      "Example:\n  infodiet list agents\n"
      "Their settings, with units and ranges: infodiet config reference");
  command->callback([&line, kind] { line.action = [kind] { return list(*kind); }; });
}

}  // namespace infodiet
