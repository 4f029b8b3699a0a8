#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "env/core/error.hpp"
#include "sim/commands/command.hpp"
#include "sim/experiment.hpp"
#include "sim/record/episode_file.hpp"
#include "sim/record/replay_stage.hpp"
#include "sim/record/view_request.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/live_stage.hpp"
#include "sim/watch/players.hpp"
#include "sim/watch/train_watcher.hpp"
#include "sim/watch/verify.hpp"

namespace infodiet {
namespace {

struct WatchOptions {
  std::string what;
  std::vector<std::string> overrides;
  std::string agent, compare, size, rate;
  std::uint32_t env = 0, episode = 0;
  bool verify = false;
  ViewRequest view;
};

void read_size(const std::string& text, ViewRequest& view) {
  if (text.empty()) return;
  int width = 0, height = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 1280 ||
      height < 720 || width > 7680 || height > 4320) {
    throw Error(ErrorCode::kConfig, "--size",
                "'" + text + "' (allowed: WIDTHxHEIGHT from 1280x720 to 7680x4320)");
  }
  view.width = width;
  view.height = height;
}

/// A recorded episode, after playing it again if that was asked for.
std::unique_ptr<Stage> open_episode(const std::string& path, bool verifies) {
  EpisodeFile file = read_episode(path);
  if (!verifies) return std::make_unique<ReplayStage>(std::move(file), path, "");
  const auto difference = verify_episode(file, path, "");
  const std::string note =
      difference ? fmt::format("differs from decision {} on", difference->decision + 1)
                 : "verified: the same to the bit";
  return std::make_unique<ReplayStage>(std::move(file), path, note,
                                       difference ? difference->decision : -1);
}

std::unique_ptr<Stage> open_play(const WatchOptions& options, const ExperimentConfig& experiment,
                                 const std::shared_ptr<const World>& world) {
  std::vector<Player> players{first_player(options.agent, options.what, experiment, world)};
  if (!options.compare.empty()) players.push_back(find_player(options.compare, experiment, world));
  return std::make_unique<LiveStage>(world, experiment.run.name, std::move(players),
                                     EpisodeKey{experiment.run.seed, options.env, options.episode});
}

int run_watch(WatchOptions options, const Viewer& viewer) {
  if (!viewer) {
    throw Error(ErrorCode::kState, "watch",
                "this program was built without the viewer (install libfreetype-dev and "
                "libsfml-dev, and build it anew)");
  }
  ViewRequest& view = options.view;
  read_size(options.size, view);
  const bool has_file = !view.png.empty() || !view.gif.empty() || !view.mp4.empty();
  if (view.headless && !has_file) {
    throw Error(ErrorCode::kConfig, "--headless",
                "there is nothing to write (add --png FILE, --gif FILE or --mp4 FILE)");
  }
  if (has_file) view.headless = true;  // who asks for a file needs no window

  if (is_episode(options.what)) {
    if (!options.compare.empty() || !options.agent.empty()) {
      throw Error(ErrorCode::kConfig, options.what,
                  "a recorded episode has its agent (leave --agent and --compare out)");
    }
    const auto stage = open_episode(options.what, options.verify);
    return viewer(*stage, view);
  }
  const ExperimentConfig experiment =
      load_experiment(experiment_file(options.what), options.overrides);
  const std::shared_ptr<const World> world = make_world(experiment.world);
  const auto stage = open_play(options, experiment, world);
  std::optional<TrainWatcher> training;
  if (is_training_run(options.what)) {
    training.emplace(options.what, experiment, world);
    view.train = [&training](TrainProgress& progress) { return training->look(progress); };
  }
  return viewer(*stage, view);
}

}  // namespace

void add_watch(CLI::App& program, CommandLine& line) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* command = program.add_subcommand(
      "watch", "Watch a person and the agent that feeds him, live, or as picture or video");
  command->footer(
      "Examples:\n"
      "  infodiet watch configs/quickstart.yaml --agent threshold\n"
      "  infodiet watch runs/quickstart/RUN --compare newest     what a training has made, beside "
      "another\n"
      "  infodiet watch runs/quickstart/RUN --headless --png media/live.png    without a display\n"
      "  infodiet watch media/episode.idep                       what infodiet record has kept\n"
      "  infodiet watch runs/quickstart/RUN --mp4 media/live.mp4 --decisions 200 --seconds 20\n"
      "In the window '?' tells all keys. Watching changes nothing: it plays what eval plays.");
  command
      ->add_option("what", options->what,
                   "an experiment file (YAML), the folder of a run, or a recorded episode")
      ->required();
  command->add_option("overrides", options->overrides,
                      "key=value: sets one value of the experiment, e.g. run.seed=7");
  command
      ->add_option("--agent", options->agent,
                   "who plays (default: what the run has trained, or the last of eval.agents)")
      ->type_name("AGENT");
  command->add_option("--compare", options->compare, "plays the same episode beside it")
      ->type_name("AGENT");
  command->add_option("--env", options->env, "which person of the seed")->capture_default_str();
  command->add_option("--episode", options->episode, "which episode of that person")
      ->capture_default_str();
  ViewRequest& view = options->view;
  command->add_flag("--headless", view.headless, "open no window; draw by the processor");
  command->add_option("--png", view.png, "write a picture")->type_name("FILE");
  command->add_option("--gif", view.gif, "write a GIF (needs ffmpeg)")->type_name("FILE");
  command->add_option("--mp4", view.mp4, "write a video (needs ffmpeg)")->type_name("FILE");
  command->add_option("--size", options->size, "in logical pixels, 1280x720 or more")
      ->type_name("WxH");
  command->add_option("--scale", view.scale, "pixels to a logical one; 2 for dense displays")
      ->check(CLI::Range(0.5, 4.0))
      ->capture_default_str();
  command->add_option("--decisions", view.decisions, "played before the picture, or in the video")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--seconds", view.seconds, "of the video")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command
      ->add_option("--moment", view.moment,
                   "show the last decision of a kind: overload, nothing, push, read")
      ->type_name("KIND");
  command->add_option("--at", view.cursor, "show the decision at this share of the episode so far")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--head", view.head, "attention head in focus, from 0 (default: all)");
  command->add_option("--pin", view.pin, "pin the candidate of this rank, from 0");
  command->add_option("--screen", view.screen, "begin with live, replay, compare or train")
      ->type_name("NAME");
  command->add_flag("--verify", options->verify,
                    "play a recorded episode again first, and mark where it differs");
  command->add_flag("--paused", view.is_paused, "begin standing still");
  command->callback([&line, options] {
    line.action = [&line, options] { return run_watch(*options, line.viewer); };
  });
}

}  // namespace infodiet
