#include "sim/commands/shared_options.hpp"

namespace infodiet {

void add_experiment_option(cli::Command& command, std::string& experiment) {
  command.option("experiment", experiment, "an experiment file (YAML), or the folder of a run")
      .required();
}

void add_overrides_option(cli::Command& command, std::vector<std::string>& overrides,
                          const std::string& example) {
  command.option("overrides", overrides,
                 "key=value: sets one value of the experiment, e.g. " + example);
}

void add_resume_option(cli::Command& command, std::string& run) {
  command.option("--resume", run, "go on with a run that was cut short").value_name("RUN");
}

void add_output_options(cli::Command& command, OutputOptions& options,
                        const std::string& out_help) {
  command.option("--out", options.out, out_help).value_name("DIR").shows_default();
  command.option("--progress", options.progress, "auto, bar, plain or none (on stderr)")
      .value_name("MODE")
      .shows_default();
  command.flag("--quiet", options.quiet, "print tables and nothing else");
}

void add_play_options(cli::Command& command, PlayOptions& options, const std::string& what_help) {
  command.option("what", options.what, what_help).required();
  add_overrides_option(command, options.overrides, "run.seed=7");
  command
      .option("--agent", options.agent,
              "who plays (default: what the run has trained, or the last of eval.agents)")
      .value_name("AGENT");
  command.option("--env", options.env, "which person of the seed").shows_default();
  command.option("--episode", options.episode, "which episode of that person").shows_default();
}

}  // namespace infodiet
