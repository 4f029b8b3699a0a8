#include <memory>

#include "env/core/config/config_file.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/experiment.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

struct ConfigOptions {
  std::string experiment;
  std::vector<std::string> overrides;
  bool origin = false;
};

void add_inputs(cli::Command& command, ConfigOptions& options) {
  add_experiment_option(command, options.experiment);
  command.option("overrides", options.overrides, "key=value: sets one value, as in eval");
}

int check(const ConfigOptions& options) {
  const std::string file = experiment_file(options.experiment);
  load_experiment(file, options.overrides);
  print(file + ": ok\n");
  return 0;
}

int show(const ConfigOptions& options) {
  const ConfigFile file(experiment_file(options.experiment), options.overrides);
  ExperimentConfig experiment;
  file.read_into(experiment);
  if (!options.origin) {
    print(write_yaml(experiment));
    return 0;
  }
  Table table({{"key", "", true}, {"from", "", true}, {"unit", "", true}, {"value", "", true}});
  for (const ConfigFile::Origin& row : file.origins(experiment))
    table.add_row({row.key, row.origin, row.unit == "-" ? "" : row.unit, row.value});
  print(table.text(wants_colour(stdout)));
  return 0;
}

int schema() {
  print(write_json_schema(ExperimentConfig(), "InfoDiet experiment"));
  return 0;
}

int reference() {
  print(write_reference(ExperimentConfig()));
  return 0;
}

}  // namespace

void add_config(cli::Command& program) {
  cli::Command command = program.add_command("config", "Check, show and describe experiment files");
  command.examples(
      "Example: every value of an experiment and where it came from\n"
      "  infodiet config show configs/quickstart.yaml run.seed=7 --origin");
  const auto options = std::make_shared<ConfigOptions>();

  cli::Command one =
      command.add_command("check", "Say whether a file is right, or all that is wrong");
  add_inputs(one, *options);
  one.examples("Example:\n  infodiet config check configs/quickstart.yaml");
  one.runs([options](const CommandLine&) { return check(*options); });

  one = command.add_command("show", "Print every value after `extends` and overrides");
  add_inputs(one, *options);
  one.flag("--origin", options->origin, "a table that says where each value came from");
  one.examples("Example:\n  infodiet config show configs/quickstart.yaml run.seed=7 --origin");
  one.runs([options](const CommandLine&) { return show(*options); });

  one = command.add_command("schema", "Print the JSON Schema, for completion in editors");
  one.examples("Example:\n  infodiet config schema > infodiet.schema.json");
  one.runs([](const CommandLine&) { return schema(); });

  one = command.add_command("reference", "Print all keys, units, ranges and defaults (Markdown)");
  one.examples("Example:\n  infodiet config reference > REFERENCE.md");
  one.runs([](const CommandLine&) { return reference(); });
}

}  // namespace infodiet
