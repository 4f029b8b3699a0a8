// What the viewer costs: building a frame's vertices, drawing it by the processor on one core at
// 1600 x 900, and what an open view at 30 frames a second takes from a simulation at full speed on
// the other core.
#include <benchmark/benchmark.h>
#include <time.h>

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agents/learning/learner.hpp"
#include "sim/experiment.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/live_stage.hpp"
#include "viz/headless.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"

namespace infodiet {
namespace {

using viz::Model;

const std::shared_ptr<const World>& world() {
  static const auto made =
      make_world(load_experiment(INFODIET_SOURCE_DIR "/configs/quickstart.yaml").world);
  return made;
}

Player player(const std::string& yaml) {
  Player made;
  made.choice = agent_from_yaml("agent: " + yaml, "bench");
  made.info = {made.choice.name(), "for a benchmark"};
  made.make = [choice = made.choice](Command::Rule) {
    auto agent = make_agent(choice, world()->spec());
    if (auto* learner = dynamic_cast<Learner*>(agent.get()); learner != nullptr) learner->begin(1);
    return agent;
  };
  return made;
}

/// A whole episode, seen.
std::unique_ptr<Model> episode(std::vector<Player> players) {
  LiveStage stage(world(), "bench", std::move(players), {1, 0, 0});
  auto model = std::make_unique<Model>(stage.info());
  stage.advance(400);
  viz::refresh(*model, stage);
  return model;
}

std::unique_ptr<Model> model_of(const std::string& screen) {
  constexpr const char* kNetwork = "{name: ppo, policy: {name: cross}}";
  if (screen == "live") return episode({player(kNetwork)});
  auto model = episode({player("{name: fill}"), player(kNetwork)});
  if (screen == "compare") return model;
  TrainProgress& train = model->train;
  train.run = "runs/bench";
  train.total_decisions = 2.4e6;
  for (const char* name : {"rollout/score", "rollout/overload", "rollout/silence", "eval/score",
                           "train/entropy_loss", "train/explained_variance", "train/approx_kl"}) {
    TrainCurve curve{name, "-", {}};
    for (int i = 0; i < 150; ++i)
      curve.values.push_back(static_cast<float>(i % 13) + static_cast<float>(i) * 0.1f);
    train.curves.push_back(std::move(curve));
  }
  for (int i = 0; i < 150; ++i) train.decisions.push_back(16384.0 * (i + 1));
  for (int i = 0; i < 16; ++i) {
    WallPerson person{i, model->sides[0].log.records()[i], {}};
    for (int j = 0; j < 120; ++j) person.balance.push_back(static_cast<float>((i + j) % 31) - 5);
    train.wall.push_back(std::move(person));
  }
  model->screen = viz::Screen::kTrain;
  return model;
}

void frame(benchmark::State& state, const std::string& screen, bool with_pixels) {
  const auto model = model_of(screen);
  viz::GlyphAtlas atlas;
  viz::Canvas canvas(atlas);
  viz::CpuRaster raster(1600, 900);
  std::vector<viz::Hit> hits;
  for (auto _ : state) {
    canvas.begin(1600, 900, 1);
    draw_screen(canvas, *model, hits);
    if (with_pixels) raster.draw(canvas, viz::theme::kGround);
    benchmark::DoNotOptimize(raster.pixels().data());
  }
  state.counters["vertices"] = static_cast<double>(canvas.num_vertices());
  state.counters["fps"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Decisions a second of a play at full speed while nobody, or somebody, looks at it.
void full_speed(benchmark::State& state, bool is_watched) {
  LiveStage stage(world(), "bench", {player("{name: threshold}")}, {1, 0, 0});
  Model model(stage.info());
  viz::GlyphAtlas atlas;
  viz::Canvas canvas(atlas);
  viz::CpuRaster raster(1600, 900);
  std::vector<viz::Hit> hits;
  Command command;
  command.kind = Command::kSpeed;
  command.number = std::numeric_limits<double>::infinity();
  stage.send(command);
  command.kind = Command::kPlay;
  stage.send(command);
  stage.start();
  double sum = 0;
  int looks = 0;
  const double cpu_before = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID);
  const auto all_begun = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 1; i <= 90; ++i) {
      viz::refresh(model, stage);
      if (is_watched) {
        canvas.begin(1600, 900, 1);
        draw_screen(canvas, model, hits);
        raster.draw(canvas, viz::theme::kGround);
      }
      std::this_thread::sleep_until(begun + std::chrono::microseconds(33333) * i);
      if (i % 15 == 0) {
        sum += stage.pace().actual;
        ++looks;
      }
    }
  }
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - all_begun).count();
  const double cpu =
      seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
  state.counters["decisions/s"] = sum / looks;
  // what the play itself got done with its time: others on the machine do not count
  state.counters["decisions/cpu-s"] = sum / looks * wall / cpu;
}

void register_all() {
  for (const std::string screen : {"live", "compare", "train"}) {
    benchmark::RegisterBenchmark((screen + "/vertices").c_str(), frame, screen, false)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((screen + "/pixels").c_str(), frame, screen, true)
        ->Unit(benchmark::kMillisecond);
  }
  for (const bool is_watched : {false, true}) {
    benchmark::RegisterBenchmark(is_watched ? "full_speed/watched" : "full_speed/alone", full_speed,
                                 is_watched)
        ->Unit(benchmark::kMillisecond)
        ->Iterations(3)
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace infodiet

int main(int argc, char** argv) {
  infodiet::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
