#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/eval_report.hpp"
#include "sim/evaluation.hpp"
#include "sim/experiment.hpp"
#include "sim/interrupt.hpp"
#include "sim/progress.hpp"
#include "sim/run_directory.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/yardsticks/score_bound.hpp"

namespace infodiet {
namespace {

struct EvalOptions : OutputOptions {
  std::string experiment;
  std::vector<std::string> overrides;
};

std::vector<std::uint64_t> seeds_of(const EvalPlan& plan) {
  std::vector<std::uint64_t> seeds;
  for (int i = 0; i < plan.seeds; ++i)
    seeds.push_back(plan.first_seed + static_cast<std::uint64_t>(i));
  return seeds;
}

/// Position of the agent that the others are compared with; the config was checked to name one.
int reference_of(const EvalConfig& eval, const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == eval.reference) return static_cast<int>(i);
  }
  return 0;
}

/// Writes what was found into the run's folder and onto stdout.
void report(const Evaluation& evaluation, int reference, const RunDirectory& run, bool quiet) {
  run.write("scores.csv", scores_csv(evaluation));
  run.write("scores.json", scores_json(evaluation, reference));
  if (!evaluation.events.empty()) run.write("retention.csv", retention_csv(evaluation));
  if (evaluation.common_seeds().empty()) {
    say("No seed was played by every agent: there is nothing to compare.\n");
    return;
  }
  run.write("table.md", eval_markdown(evaluation, reference));
  const Table table = eval_table(evaluation, reference, stdout_width());
  print(table.text(wants_colour(stdout)));
  if (quiet) return;
  print("\n" + eval_notes(evaluation, reference));
  const int all = eval_table(evaluation, reference, 1000).columns();
  if (table.columns() < all) {
    print(fmt::format("Room for {} of {} columns; table.md has all.\n", table.columns(), all));
  }
}

void add_unless_named(Choice agent, std::vector<Choice>& agents) {
  const std::string yaml = agent_to_yaml(agent);
  const bool is_named = std::any_of(agents.begin(), agents.end(), [&](const Choice& other) {
    return agent_to_yaml(other) == yaml;
  });
  if (!is_named) agents.push_back(std::move(agent));
}

int run_eval(const EvalOptions& options, const std::string& typed) {
  const ProgressMode mode = options.quiet ? ProgressMode::kNone : progress_mode(options.progress);
  ExperimentConfig experiment =
      load_experiment(experiment_file(options.experiment), options.overrides);
  if (!options.out.empty()) experiment.output.runs = options.out;
  // whoever names the folder of a training wants to see what it has made, too
  if (is_training_run(options.experiment))
    add_unless_named(trained_agent(options.experiment), experiment.eval.agents);

  const std::atomic<bool>& interrupted = catch_interrupts();
  const std::shared_ptr<const World> world = make_world(experiment.world);
  const auto agents = make_contestants(experiment.eval.contestants(), *world);
  const EvalPlan plan = make_plan(experiment.run, experiment.eval);
  Workers workers(experiment.run.threads);
  RunDirectory run({.root = experiment.output.runs,
                    .name = experiment.run.name,
                    .what = "eval",
                    .seeds = seeds_of(plan),
                    .threads = workers.threads(),
                    .command = typed,
                    .config = write_yaml(experiment)});
  return in_run(run, options.quiet, [&] {
    run.log(fmt::format("{} agents x {} seeds x {} environments x {} episodes on {} threads",
                        agents.size(), plan.seeds, plan.envs, plan.episodes_per_env,
                        workers.threads()));
    Evaluation evaluation;
    {
      Progress progress(mode, "eval", "task", num_tasks(agents.size(), plan));
      evaluation = evaluate(world, agents, plan, workers, &interrupted,
                            [&progress](int done, int) { progress.update(done); });
    }
    if (!experiment.eval.yardsticks.empty())
      evaluation.score_bound = mean_score_bound(*world, plan);
    report(evaluation, reference_of(experiment.eval, evaluation.agents), run, options.quiet);
    return RunEnd{evaluation.interrupted, 0, "Results are in " + run.path().string()};
  });
}

}  // namespace

void add_eval(cli::Command& program) {
  auto options = std::make_shared<EvalOptions>();
  cli::Command command =
      program.add_command("eval", "Score agents on a world, and say how sure the numbers are");
  command.examples(
      "Example: ten seeds, three agents, twice as many episodes\n"
      "  infodiet eval configs/quickstart.yaml run.seeds=10 'eval.agents=[never,newest,threshold]' "
      "\\\n      eval.episodes=128\n"
      "Every agent meets the same people and dice, seed by seed, on one stream. The table goes to "
      "stdout;\n"
      "scores.csv, scores.json, table.md, retention.csv (where people may leave for good) and the "
      "resolved config go to a new folder under output.runs.\n"
      "Ctrl-C keeps the seeds that are complete; a second one ends at once.");
  add_experiment_option(command, options->experiment);
  add_overrides_option(command, options->overrides, "run.seed=7 (all keys: infodiet config show)");
  add_output_options(command, *options);
  command.runs([options](const CommandLine& line) { return run_eval(*options, line.typed); });
}

}  // namespace infodiet
