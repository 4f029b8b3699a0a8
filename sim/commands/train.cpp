#include <atomic>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/error.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/interrupt.hpp"
#include "sim/progress.hpp"
#include "sim/record/replay_stage.hpp"
#include "sim/run_directory.hpp"
#include "sim/training/train_session.hpp"
#include "sim/watch/train_watcher.hpp"

namespace infodiet {
namespace {

struct TrainOptions : OutputOptions {
  std::string experiment;
  std::vector<std::string> overrides;
  std::string resume;
  bool watch = false;
};

/// What a run that goes on may be told: only what changes no result.
void check_resuming(const TrainOptions& options) {
  for (const std::string& override : options.overrides) {
    if (override.starts_with("run.threads=")) continue;
    throw Error(ErrorCode::kConfig, override,
                "a run goes on with the settings it was begun with (allowed beside --resume: "
                "run.threads=N)");
  }
  if (!options.out.empty())
    throw Error(ErrorCode::kConfig, "--out", "a run goes on in its own folder (leave it out)");
}

/// The part of the stream that the run was begun on; its checkpoints know.
LearningWorld world_to_resume(const TrainOptions& options) {
  const std::filesystem::path folder = options.resume;
  const Checkpoint checkpoint =
      read_checkpoint(latest_checkpoint(folder / "checkpoints", false).path, false);
  std::vector<std::string> overrides = options.overrides;
  const auto part = checkpoint.notes.find("part");
  if (part != checkpoint.notes.end() && part->second != "-")
    overrides.push_back("world.stream.part=" + part->second);
  return make_learning_world(experiment_file(options.resume), overrides, "training");
}

/// A number with as many digits as say something.
std::string brief(double x) { return fmt::format("{:.3g}", x); }

RunEnd work(const TrainOptions& options, LearningWorld learning, RunDirectory& run,
            Workers& workers) {
  const ProgressMode mode = options.quiet ? ProgressMode::kNone : progress_mode(options.progress);
  const std::vector<RewardPart> parts = learning.world->spec().rewards;
  TrainSession session(std::move(learning), run, workers, !options.resume.empty());
  if (!session.warning().empty()) say("warning: " + session.warning() + "\n");
  run.log(fmt::format("{} of {} decisions, {} parameters, {} threads",
                      session.trainer().decisions(), session.total(),
                      session.trainer().learner().parameter_count(), workers.threads()));
  TrainEnd end;
  {
    Progress progress(
        mode, "train", "decision", static_cast<long>(session.total()),
        {.short_counts = true, .first = static_cast<long>(session.trainer().decisions())});
    std::optional<double> evaluated;
    end = session.train(catch_interrupts(), [&](const TrainNews& news) {
      std::vector<std::string> numbers;
      if (news.evaluated) evaluated = news.evaluated;
      if (evaluated) numbers.push_back("evaluated " + brief(*evaluated));
      numbers.push_back("score " + brief(news.score));
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].weight != 0) numbers.push_back(parts[i].name + " " + brief(news.rewards[i]));
      }
      const auto done = std::min(news.decisions, session.total());
      progress.update(static_cast<long>(done), std::move(numbers));
    });
  }
  const std::string folder = shell_quoted(run.path().string());
  if (end.interrupted) {
    say("Go on with: infodiet train --resume " + folder + "\n");
    return {true, 0, ""};
  }
  std::string results;
  if (end.best_score)
    results =
        fmt::format("Best policy: {:.4g} on people it has not met in training\n", *end.best_score);
  return {
      false, 0,
      results + "Results are in " + run.path().string() + "\nCompare it: infodiet eval " + folder};
}

/// Trains on a thread of its own while somebody watches; the training waits for nobody.
RunEnd watched_work(const TrainOptions& options, LearningWorld learning, RunDirectory& run,
                    Workers& workers, const Viewer& viewer) {
  const ExperimentConfig experiment = learning.experiment;
  const std::shared_ptr<const World> world = learning.world;
  RunEnd end;
  std::exception_ptr failure;
  std::thread worker([&] {
    try {
      end = work(options, std::move(learning), run, workers);
    } catch (...) {
      failure = std::current_exception();
    }
  });
  try {
    EmptyStage stage({.spec = world->spec(),
                      .task = experiment.run.name,
                      .mode = "train",
                      .file = "",
                      .note = "",
                      .sides = {}});
    TrainWatcher watcher(run.path(), experiment, world);
    ViewRequest request;
    request.screen = "train";
    request.train = [&watcher](TrainProgress& progress) { return watcher.look(progress); };
    viewer(stage, request);
    say("The window is closed, the training goes on (Ctrl-C ends it).\n");
  } catch (const Error& error) {
    say(std::string("The training goes on unwatched: ") + error.what() + "\n");
  }
  worker.join();
  if (failure) std::rethrow_exception(failure);
  return end;
}

int run_train(TrainOptions options, const std::string& typed, const Viewer& viewer) {
  if (!options.quiet) progress_mode(options.progress);
  const bool resumes = !options.resume.empty();
  if (resumes && options.experiment.find('=') != std::string::npos) {
    // where no experiment is named, the first override stands in its place
    options.overrides.insert(options.overrides.begin(), std::exchange(options.experiment, ""));
  }
  if (resumes == !options.experiment.empty()) {
    throw Error(ErrorCode::kConfig, "train",
                resumes ? "'" + options.experiment +
                              "' beside --resume: a run has its own experiment (leave it out)"
                        : "no experiment is named (needed: a YAML file, e.g. "
                          "configs/quickstart.yaml, or --resume RUN)");
  }
  const std::atomic<bool>& interrupted = catch_interrupts();
  if (resumes) check_resuming(options);
  LearningWorld learning = resumes ? world_to_resume(options)
                                   : make_learning_world(experiment_file(options.experiment),
                                                         options.overrides, "training");
  ExperimentConfig& experiment = learning.experiment;
  if (!options.out.empty()) experiment.output.runs = options.out;
  if (interrupted) return kExitInterrupted;

  make_learner(experiment.agent, learning.world->spec());  // before a folder is made for nothing
  Workers workers(experiment.run.threads);
  RunDirectory::Start start{.root = experiment.output.runs,
                            .name = experiment.run.name,
                            .what = experiment.agent.name(),
                            .seeds = {experiment.run.seed},
                            .threads = workers.threads(),
                            .command = typed,
                            .config = write_yaml(experiment)};
  std::optional<RunDirectory> run;
  if (resumes)
    run.emplace(options.resume, std::move(start));
  else
    run.emplace(std::move(start));
  if (!options.quiet) say(learning.part_note + "\n");
  return in_run(*run, options.quiet, [&] {
    return options.watch && viewer
               ? watched_work(options, std::move(learning), *run, workers, viewer)
               : work(options, std::move(learning), *run, workers);
  });
}

}  // namespace

void add_train(cli::Command& program) {
  auto options = std::make_shared<TrainOptions>();
  cli::Command command = program.add_command(
      "train", "Train an agent that learns, on people and days that eval does not play");
  command.examples(
      "Example: three minutes, then how it compares\n"
      "  infodiet train configs/quickstart.yaml\n"
      "  infodiet eval runs/quickstart/NEWEST-FOLDER\n"
      "What is learned by which method: agent.name (ppo, a2c, reinforce) and its settings, e.g.\n"
      "  infodiet train configs/quickstart.yaml agent.policy.dim=64 run.decisions=5e6 run.seed=2\n"
      "The same seed gives the same policy, to the bit, on any number of threads.\n"
      "config.yaml, metrics.csv, metrics.jsonl, TensorBoard events and checkpoints/ (the newest "
      "and "
      "the best)\ngo to a new folder under output.runs. Ctrl-C writes a checkpoint and ends (130); "
      "after that, or after\na crash, --resume goes on to the same bits.");
  command.option("experiment", options->experiment,
                 "an experiment file (YAML), or the folder of a run to train anew");
  add_overrides_option(command, options->overrides, "agent.lr=3e-4");
  add_resume_option(command, options->resume);
  command.flag("--watch", options->watch, "open a window on it (see infodiet watch)");
  add_output_options(command, *options);
  command.runs(
      [options](const CommandLine& line) { return run_train(*options, line.typed, line.viewer); });
}

}  // namespace infodiet
