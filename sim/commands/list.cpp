#include <functional>
#include <map>
#include <memory>

#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "env/person/mechanisms.hpp"
#include "env/stream/stream.hpp"
#include "sim/commands/command.hpp"
#include "sim/experiment.hpp"
#include "sim/facts/fact_report.hpp"
#include "sim/table.hpp"
#include "sim/task_list.hpp"
#include "sim/tuning/knobs.hpp"
#include "sim/yardsticks/yardstick.hpp"

namespace infodiet {
namespace {

Table plug_ins(const Catalogue& catalogue) {
  Table table({{"name", "", true}, {"what it is", "", true}});
  for (const auto& [name, entry] : catalogue.entries()) table.add_row({name, entry.summary});
  return table;
}

/// What `infodiet tune` turns.
Table knobs() {
  Table table({{"agent", "", true},
               {"knob", "", true},
               {"default", "", false},
               {"tuned over", "", true},
               {"unit", "", true},
               {"what it does", "", true}});
  const std::vector<const Catalogue*> tuned = {&AgentRegistry::instance(),
                                               &YardstickRegistry::instance()};
  for (const Catalogue* catalogue : tuned) {
    for (const auto& [name, entry] : catalogue->entries()) {
      for (const Knob& knob : knobs_of(Choice(*catalogue, name)))
        table.add_row({name, knob.key, knob.value, knob.range, knob.unit, knob.help});
    }
  }
  return table;
}

/// In the order in which they act.
Table mechanisms() {
  Table table({{"name", "", true},
               {"by default", "", true},
               {"what it is", "", true},
               {"equations, units and sources", "", true}});
  for (const Mechanism& mechanism : all_mechanisms()) {
    table.add_row({mechanism.name, mechanism.by_default ? "yes" : "no", mechanism.summary,
                   "env/person/" + mechanism.file()});
  }
  return table;
}

Table tasks() {
  Table table({{"task", "", true}, {"what it is about", "", true}});
  for (const Task& task : list_tasks(task_folder())) table.add_row({task.name, task.summary});
  return table;
}

/// What can be listed, as a user writes it.
const std::map<std::string, std::function<Table()>>& kinds() {
  static const std::map<std::string, std::function<Table()>> kAll = {
      {"agents", [] { return plug_ins(AgentRegistry::instance()); }},
      {"facts", [] { return fact_list(all_facts(), stdout_width()); }},
      {"knobs", knobs},
      {"mechanisms", mechanisms},
      {"streams", [] { return plug_ins(StreamRegistry::instance()); }},
      {"tasks", tasks},
      {"worlds", [] { return plug_ins(WorldRegistry::instance()); }},
      {"yardsticks", [] { return plug_ins(YardstickRegistry::instance()); }},
  };
  return kAll;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [name, table] : kinds()) names.push_back(name);
  return names;
}

int list(const std::string& kind) {
  const auto found = kinds().find(kind);
  if (found == kinds().end()) {
    throw Error(ErrorCode::kConfig, "list",
                "unknown kind '" + kind + "' (known: " + join(kind_names()) + ")" +
                    did_you_mean(similar(kind, kind_names())));
  }
  print(found->second().text(wants_colour(stdout)));
  return 0;
}

}  // namespace

void add_list(cli::Command& program) {
  const auto kind = std::make_shared<std::string>();
  cli::Command command = program.add_command("list", "List what there is, kind by kind");
  command.option("kind", *kind, join(kind_names())).required().value_name("KIND");
  command.examples(
      "Examples:\n  infodiet list agents\n  infodiet list mechanisms\n"
      "Settings of plug-ins and mechanisms, with units and ranges: infodiet config reference\n"
      "A mechanism is taken out by its neutral value, or for facts by --without NAME.");
  command.runs([kind](const CommandLine&) { return list(*kind); });
}

}  // namespace infodiet
