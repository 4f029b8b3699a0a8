#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/experiment.hpp"
#include "sim/record/episode_file.hpp"
#include "sim/record/replay_stage.hpp"
#include "sim/record/view_request.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/live_stage.hpp"
#include "sim/watch/players.hpp"
#include "sim/watch/recordings.hpp"
#include "sim/watch/train_watcher.hpp"
#include "sim/watch/verify.hpp"

namespace infodiet {
namespace {

struct WatchOptions : PlayOptions {
  std::string compare, size;
  bool verify = false;
  ViewRequest view;
  std::set<std::string> given;  ///< names of options
};

/// What was asked for and would not happen is refused, not forgotten.
void refuse_idle(const WatchOptions& options, bool is_recorded) {
  const ViewRequest& view = options.view;
  const bool has_picture = !view.png.empty();
  const bool has_video = !view.gif.empty() || !view.mp4.empty();
  const bool has_window = !has_picture && !has_video;
  constexpr const char* kOfVideo = "of a video (add --mp4 FILE or --gif FILE, or leave it out)";
  constexpr const char* kOfPicture = "of a picture (add --png FILE, or leave it out)";
  constexpr const char* kRecorded = "a recording is played already (leave it out)";
  const struct {
    const char* option;
    bool applies;
    const char* why;
  } rules[] = {{"--from", has_video, kOfVideo},
               {"--to", has_video, kOfVideo},
               {"--seconds", has_video, kOfVideo},
               {"--at", has_picture, kOfPicture},
               {"--moment", has_picture, kOfPicture},
               {"--pin", has_picture, kOfPicture},
               {"overrides", !is_recorded, kRecorded},
               {"--agent", !is_recorded, kRecorded},
               {"--env", !is_recorded, kRecorded},
               {"--episode", !is_recorded, kRecorded},
               {"--decisions", !is_recorded, kRecorded},
               {"--decisions", !has_window, "of pictures and videos (leave it out)"},
               {"--paused", has_window, "of a window (leave it out)"},
               {"--verify", is_recorded, "of a recorded episode (name one, or leave it out)"}};
  for (const auto& rule : rules) {
    if (!rule.applies && options.given.contains(rule.option)) {
      const std::string name = rule.option;
      throw Error(ErrorCode::kConfig, name == "overrides" ? options.overrides.at(0) : name,
                  rule.why);
    }
  }
  if (!view.moment.empty() && view.cursor >= 0)
    throw Error(ErrorCode::kConfig, "--at, --moment", "one decision at a time (leave one out)");
  if (options.given.contains("--to") && options.given.contains("--decisions"))
    throw Error(ErrorCode::kConfig, "--to, --decisions", "both say where it ends (leave one out)");
}

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

/// A recorded episode, and another to compare it with; played again first if that was asked for.
std::unique_ptr<Stage> open_episode(const std::string& path, const std::string& other,
                                    bool verifies) {
  std::vector<EpisodeFile> files;
  files.push_back(read_episode(path));
  if (!other.empty()) {
    files.push_back(read_episode(other));
    require_same_episode(files[0], path, files[1], other);
  }
  std::string note;
  std::vector<int> differs_at(files.size(), -1);
  for (std::size_t i = 0; verifies && i < files.size(); ++i) {
    const auto difference = verify_episode(files[i], i == 0 ? path : other, "");
    if (!difference) continue;
    differs_at[i] = difference->decision;
    note += fmt::format("{}{} differs from decision {} on", note.empty() ? "" : ", ",
                        files[i].info.agent_name, difference->decision + 1);
  }
  if (verifies && note.empty()) note = "verified: the same to the bit";
  return std::make_unique<ReplayStage>(std::move(files), path, note, differs_at);
}

std::unique_ptr<Stage> open_play(const WatchOptions& options, const ExperimentConfig& experiment,
                                 const std::shared_ptr<const World>& world) {
  std::vector<Player> players{first_player(options.agent, options.what, experiment, world)};
  if (is_episode(options.compare)) {
    throw Error(ErrorCode::kConfig, "--compare",
                options.compare + " is a recorded episode (name two recordings to compare them)");
  }
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
  if (!view.gif.empty() && !view.mp4.empty())
    throw Error(ErrorCode::kConfig, "--gif, --mp4", "one video at a time (leave one out)");
  if (has_file) view.headless = true;  // who asks for a file needs no window

  const bool is_recorded = is_episode(options.what);
  refuse_idle(options, is_recorded);
  if (is_recorded) {
    const auto stage = open_episode(options.what, options.compare, options.verify);
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

void add_watch(cli::Command& program) {
  auto options = std::make_shared<WatchOptions>();
  cli::Command command = program.add_command(
      "watch", "Watch a person and the agent that feeds him, live, or as picture or video");
  command.examples(
      "Examples:\n"
      "  infodiet watch configs/quickstart.yaml --agent threshold\n"
      "  infodiet watch runs/quickstart/RUN --compare newest     what a training has made, beside "
      "another\n"
      "  infodiet watch runs/quickstart/RUN --headless --png media/live.png    without a display\n"
      "  infodiet watch media/episode.idep                       what infodiet record has kept\n"
      "  infodiet watch media/a.idep --compare media/b.idep      two recordings of one episode\n"
      "  infodiet watch runs/quickstart/RUN --mp4 media/live.mp4 --decisions 200 --seconds 20\n"
      "  infodiet watch media/episode.idep --gif media/part.gif --from 40 --to 90\n"
      "In the window '?' tells all keys. Watching changes nothing: it plays what eval plays.");
  add_play_options(command, *options,
                   "an experiment file (YAML), the folder of a run, or a recorded episode");
  command
      .option("--compare", options->compare,
              "plays the same episode beside it; of a recording: another of the same episode")
      .value_name("AGENT|FILE");
  ViewRequest& view = options->view;
  command.flag("--headless", view.headless, "open no window; draw by the processor");
  command.option("--png", view.png, "write a picture").value_name("FILE");
  command.option("--gif", view.gif, "write a GIF (needs ffmpeg)").value_name("FILE");
  command.option("--mp4", view.mp4, "write a video (needs ffmpeg)").value_name("FILE");
  command.option("--size", options->size, "in logical pixels, 1280x720 or more").value_name("WxH");
  command.option("--scale", view.scale, "pixels to a logical one; 2 for dense displays")
      .within(0.5, 4.0)
      .shows_default();
  command
      .option("--decisions", view.decisions,
              "played before the picture, or from --from on in the video")
      .within(1, 1000000)
      .shows_default();
  command.option("--from", view.from, "first decision of the video, counted from 1")
      .within(1, 1000000)
      .shows_default();
  command
      .option("--to", view.to,
              "last decision of the video (default: by --decisions, or the last recorded)")
      .within(1, 1000000);
  command.option("--seconds", view.seconds, "of the video").within(0.1, 3600.0).shows_default();
  command
      .option("--moment", view.moment,
              "of a picture: the last decision of a kind: overload, nothing, push, read")
      .value_name("KIND");
  command
      .option("--at", view.cursor, "of a picture: the decision at this share of the episode so far")
      .within(0.0, 1.0);
  command.option("--head", view.head, "attention head in focus, from 0 (default: all)");
  command.option("--pin", view.pin, "of a picture: pin the candidate of this rank, from 0");
  command.option("--screen", view.screen, "begin with live, replay, compare or train")
      .value_name("NAME");
  command.flag("--verify", options->verify,
               "play a recorded episode again first, and mark where it differs");
  command.flag("--paused", view.is_paused, "begin standing still");
  command.runs([options, command](const CommandLine& line) {
    options->given = command.given();
    return run_watch(*options, line.viewer);
  });
}

}  // namespace infodiet
