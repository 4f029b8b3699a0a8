#include <limits>
#include <memory>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/error.hpp"
#include "sim/build_info.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/record/episode_file.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/play_session.hpp"
#include "sim/watch/players.hpp"
#include "sim/watch/verify.hpp"

namespace infodiet {
namespace {

struct RecordOptions : PlayOptions {
  std::string out = "media/episode.idep";
  int decisions = 1'000'000;
};

int run_record(const RecordOptions& options) {
  const ExperimentConfig experiment =
      load_experiment(experiment_file(options.what), options.overrides);
  const std::shared_ptr<const World> world = make_world(experiment.world);
  const Player player = first_player(options.agent, options.what, experiment, world);
  const auto agent = player.make(Command::kAsTrained);
  EpisodeInfo info;
  info.task = experiment.run.name;
  info.agent_name = player.info.name;
  info.agent_detail = player.info.detail;
  info.program = version_line();
  info.experiment_yaml = write_yaml(experiment);
  info.agent_yaml = agent_to_yaml(player.choice);
  info.key = {experiment.run.seed, options.env, options.episode};
  info.spec = world->spec();
  PlaySession session(world, *agent, info.key);
  EpisodeLog log;
  auto shot = std::make_unique<Snapshot>();
  while (!session.is_over() && log.size() < options.decisions) {
    session.step(shot.get());
    log.put(*shot);
  }
  write_episode(options.out, info, log);
  print(fmt::format("{}: {} decisions, {:.1f} simulated days, played by {}\n", options.out,
                    log.size(), session.minutes() / 1440, info.agent_name));
  return 0;
}

int run_verify(const std::string& path, const std::string& agent_name) {
  const EpisodeFile file = read_episode(path);
  const auto difference = verify_episode(file, path, agent_name);
  if (!difference) {
    print(
        fmt::format("{}: all {} decisions come out the same, to the bit\n", path, file.log.size()));
    return 0;
  }
  const StepRecord& at = file.log.records()[difference->decision];
  print(
      fmt::format("{}: differs from decision {} on (day {:.2f}): {}\n  recorded by {}\n  this is "
                  "     {}\n",
                  path, difference->decision + 1, at.minutes / 1440, difference->what,
                  file.info.program, version_line()));
  return 1;
}

}  // namespace

void add_record(cli::Command& program) {
  auto options = std::make_shared<RecordOptions>();
  cli::Command command =
      program.add_command("record", "Play one episode and keep all of it in a file");
  command.examples(
      "Example:\n"
      "  infodiet record runs/quickstart/RUN --out media/episode.idep\n"
      "  infodiet watch media/episode.idep      look at it\n"
      "  infodiet verify media/episode.idep     play it again and compare, bit by bit");
  add_play_options(command, *options, "an experiment file (YAML), or the folder of a run");
  command.option("--out", options->out, "the file").value_name("FILE").shows_default();
  command.option("--decisions", options->decisions, "at most so many").within(1, 1'000'000);
  command.runs([options](const CommandLine&) { return run_record(*options); });
}

void add_verify(cli::Command& program) {
  auto path = std::make_shared<std::string>();
  auto agent = std::make_shared<std::string>();
  cli::Command command =
      program.add_command("verify", "Play a recorded episode again and find the first difference");
  command.examples(
      "Example:\n"
      "  infodiet verify media/episode.idep\n"
      "Exit code 0: the same to the bit; 1: it differs, and from where on. An episode is the same "
      "for one\nprogram: another compiler or -march rounds otherwise.");
  command.option("episode", *path, "a file of infodiet record").required();
  command.option("--agent", *agent, "who plays instead, e.g. the new place of a run")
      .value_name("AGENT");
  command.runs([path, agent](const CommandLine&) { return run_verify(*path, *agent); });
}

}  // namespace infodiet
