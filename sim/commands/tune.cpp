#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/build_info.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/interrupt.hpp"
#include "sim/progress.hpp"
#include "sim/run_directory.hpp"
#include "sim/tuning/tune_report.hpp"
#include "sim/tuning/tune_session.hpp"
#include "sim/tuning/tuned_file.hpp"

namespace infodiet {
namespace {

struct TuneOptions : OutputOptions {
  TuneRequest request;
  std::string resume;
  std::string write;
  bool plan = false;
};

int show_plans(const TuneSession& session) {
  print(session.part_note + "\n");
  for (const TuneTask& task : session.tasks)
    print("\n" + task.agent + "\n" + plan_table(task.plan).text(wants_colour(stdout)));
  return 0;
}

/// The command that began the run, as its folder tells, with the program's name for its place.
std::string first_command(const RunDirectory& run) {
  std::ifstream in(run.path() / "command.txt");
  std::string line;
  std::getline(in, line);
  const std::size_t tune = line.find(" tune ");
  return tune == line.npos ? line : "infodiet" + line.substr(tune);
}

TunedEntry entry_of(const TuneSession& session, const Tuned& tuned, const std::string& command) {
  const TunePlan& plan = tuned.task.plan;
  const Spec& spec = session.world->spec();
  const TuneConfig& tune = session.experiment.tune;
  const std::string budget =
      plan.trains() ? fmt::format("{} trainings by {} decisions", tune.trainings, plan.decisions)
                    : fmt::format("budget {:.7g} d", tune.budget);
  std::vector<std::string> story = {
      plan.recheck.seeds > 0
          ? fmt::format("{} on {} seeds that had no part in the choice; defaults {}",
                        score_text(tuned.result.winner_again, spec), plan.recheck.seeds,
                        score_text(tuned.result.defaults_again, spec))
          : fmt::format("{} on the seeds by which it was chosen",
                        score_text(tuned.result.trials[tuned.result.winner()].scores, spec)),
      fmt::format("{}: {} settings on seeds {} to {}, {} episodes each; part {}", budget,
                  plan.rounds.empty() ? 1 : plan.rounds[0].candidates, tuned.task.first_seed,
                  tuned.task.first_seed + static_cast<std::uint64_t>(plan.seeds() - 1),
                  plan.episodes, session.part),
      command, version_line()};
  return {tuned.winner(), std::move(story), plan.trains()};
}

/// Tunes one agent, with a bar.
TuneResult tune_one(const TuneSession& session, const TuneTask& task, ScoreLog& log,
                    Workers& workers, ProgressMode mode) {
  const std::string what = "tune " + task.agent;
  const TunePlan& plan = task.plan;
  Progress progress(mode, what, plan.trains() ? "decision" : "d",
                    std::lround(plan.plays() * plan.play_cost()), {.short_counts = plan.trains()});
  std::atomic<double> told = std::nan("");
  const auto tell = [&](double cost, double best) {
    progress.update(std::lround(cost));
    const double before = told.exchange(best);
    if (!std::isnan(best) && best != before)
      progress.rename(fmt::format("{}, best {:.4g}", what, best));
  };
  return tune(session.world, task, log, workers, &catch_interrupts(), tell);
}

/// Writes all that was found until now: a run that ends early keeps the agents that are done.
void write_results(const TuneSession& session, const std::vector<Tuned>& tuned,
                   const RunDirectory& run, const std::string& write) {
  const std::string command = first_command(run);
  std::vector<TunedEntry> entries;
  for (const Tuned& agent : tuned) entries.push_back(entry_of(session, agent, command));
  run.write("trials.csv", trials_csv(tuned));
  run.write("tuned.yaml", tuned_experiment("./config.yaml", entries));
  if (!write.empty()) put_tuned(write, session.experiment_file, entries.back());
}

void report(const TuneSession& session, const Tuned& tuned, bool quiet) {
  const Spec& spec = session.world->spec();
  const Table table = tune_table(tuned.task, tuned.result, spec, stdout_width());
  print(tuned.task.agent + "\n" + table.text(wants_colour(stdout)));
  if (!quiet) print("\n" + tune_notes(tuned.task, tuned.result, spec));
  print("\n");
}

RunEnd work(const TuneOptions& options, const TuneSession& session, RunDirectory& run,
            ScoreLog& log, Workers& workers, const std::string& typed) {
  const ProgressMode mode = options.quiet ? ProgressMode::kNone : progress_mode(options.progress);
  std::vector<Tuned> done;
  for (const TuneTask& task : session.tasks) {
    run.log(fmt::format(
        "{}: {} candidates, {:.7g} {} in {} rounds, {} scores known already", task.agent,
        task.candidates.size(), task.plan.plays() * task.plan.play_cost(),
        task.plan.trains() ? "decisions" : "days", task.plan.rounds.size(), log.size()));
    TuneResult result = tune_one(session, task, log, workers, mode);
    if (result.interrupted) {
      const bool resumed = !options.resume.empty();
      say("Go on with: " + typed +
          (resumed ? "" : " --resume " + shell_quoted(run.path().string())) + "\n");
      return {true, 0, ""};
    }
    done.push_back({task, std::move(result)});
    write_results(session, done, run, options.write);
    report(session, done.back(), options.quiet);
  }
  const std::string tuned = (run.path() / "tuned.yaml").string();
  std::string next;
  if (std::any_of(done.begin(), done.end(), [](const Tuned& t) { return t.task.training; }))
    next += "\nTrain it: infodiet train " + shell_quoted(tuned);
  if (!std::all_of(done.begin(), done.end(), [](const Tuned& t) { return t.task.training; }))
    next += "\nScore them: infodiet eval " +
            shell_quoted(options.write.empty() ? tuned : options.write);
  return {false, 0, "Results are in " + run.path().string() + next};
}

int run_tune(TuneOptions options, const std::string& typed) {
  if (!options.quiet) progress_mode(options.progress);
  options.request.experiment = experiment_file(options.request.experiment);
  const std::atomic<bool>& interrupted = catch_interrupts();
  TuneSession session = make_session(options.request);
  if (options.plan) return show_plans(session);
  for (const TuneTask& task : session.tasks) {
    if (options.write.empty() || !task.training) continue;
    throw Error(ErrorCode::kConfig, "--write",
                "'" + task.agent +
                    "' learns, and eval plays agents as they are (leave it out: "
                    "tuned.yaml, which the run leaves, is for infodiet train)");
  }
  if (!options.out.empty()) session.experiment.output.runs = options.out;
  if (interrupted) return kExitInterrupted;

  Workers workers(session.experiment.run.threads);
  RunDirectory::Start start{.root = session.experiment.output.runs,
                            .name = session.experiment.run.name,
                            .what = "tune",
                            .seeds = {session.experiment.run.seed},
                            .threads = workers.threads(),
                            .command = typed,
                            .config = write_yaml(session.experiment)};
  std::optional<RunDirectory> run;
  std::unique_ptr<ScoreLog> log;
  if (options.resume.empty()) {
    run.emplace(std::move(start));
    run->write("terms.txt", session.terms);
  } else {
    check_resumable(session, options.resume);
    // before anything is written: another process may be at work there
    log = std::make_unique<ScoreLog>(std::filesystem::path(options.resume) / "played.csv");
    run.emplace(options.resume, std::move(start));
  }
  if (!options.quiet) say(session.part_note + "\n");
  return in_run(*run, options.quiet, [&] {
    if (log == nullptr) log = std::make_unique<ScoreLog>(run->path() / "played.csv");
    return work(options, session, *run, *log, workers, typed);
  });
}

}  // namespace

void add_tune(cli::Command& program) {
  auto options = std::make_shared<TuneOptions>();
  cli::Command command = program.add_command(
      "tune", "Find good settings for agents, on seeds and days that eval does not play");
  command.examples(
      "Example: what is played, then the same in earnest\n"
      "  infodiet tune configs/quickstart.yaml --agent threshold --budget 20000 --plan\n"
      "  infodiet tune configs/quickstart.yaml --agent threshold --budget 20000\n"
      "  infodiet tune configs/quickstart.yaml --agent ppo --trainings 40 run.decisions=3e5\n"
      "Settings are drawn at random within the ranges that agents declare (infodiet list knobs); "
      "after each\nround the better ones go on. The agent's defaults, and what eval.agents says of "
      "it, take part. All\nsettings of a round meet the same people and dice. The winner is scored "
      "once more on fresh seeds.\n"
      "An agent that learns is trained anew by run.decisions for every seed, and scored on people "
      "it did "
      "not\nlearn from; what the experiment's `agent` says of it stands in place of its defaults.\n"
      "trials.csv, tuned.yaml (for infodiet eval, or train) and played.csv go to a new folder "
      "under "
      "output.runs.\nCtrl-C or a crash loses seconds, or the trainings under way: the same command "
      "with "
      "--resume goes on.");
  add_experiment_option(command, options->request.experiment);
  add_overrides_option(command, options->request.overrides, "tune.candidates=64");
  command.option("--agent", options->request.agents, "an agent to tune; may be repeated")
      .required()
      .one_at_a_time()  // what follows may be key=value
      .value_name("NAME");
  command
      .option("--fix", options->request.fixes,
              "key=value: a setting of the agent that is not tuned; may be repeated")
      .one_at_a_time()  // what follows may be key=value
      .value_name("KEY=VALUE");
  command.option("--budget", options->request.budget, "simulated days for each agent (tune.budget)")
      .value_name("DAYS");
  command
      .option("--trainings", options->request.trainings,
              "trainings of an agent that learns, in place of the budget (tune.trainings)")
      .value_name("N");
  command.flag("--plan", options->plan, "print what would be played, and stop");
  add_resume_option(command, options->resume);
  command
      .option("--write", options->write,
              "put the tuned settings into this experiment file too; others in it stay")
      .value_name("FILE");
  add_output_options(command, *options);
  command.runs([options](const CommandLine& line) { return run_tune(*options, line.typed); });
}

}  // namespace infodiet
