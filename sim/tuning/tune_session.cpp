#include "sim/tuning/tune_session.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_keys.hpp"
#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "sim/build_info.hpp"
#include "sim/learning_world.hpp"
#include "sim/yardsticks/yardstick.hpp"

namespace infodiet {
namespace {

TuneTask make_task(const TuneRequest& request, const TuneSession& session,
                   const std::string& name) {
  const bool is_yardstick = YardstickRegistry::instance().contains(name);
  const Catalogue& agents = is_yardstick
                                ? static_cast<const Catalogue&>(YardstickRegistry::instance())
                                : AgentRegistry::instance();
  if (!agents.contains(name))
    throw Error(ErrorCode::kConfig, "--agent", explain_unknown_plugin(agents, name));
  if (std::count(request.agents.begin(), request.agents.end(), name) > 1)
    throw Error(ErrorCode::kConfig, "--agent", "'" + name + "' is named twice (once is enough)");

  const ExperimentConfig& experiment = session.experiment;
  std::vector<Choice> given;
  for (const Choice& agent : is_yardstick ? experiment.eval.yardsticks : experiment.eval.agents) {
    if (agent.name() == name) given.push_back(agent);
  }
  TuneTask task;
  task.agent = name;
  task.first_seed = experiment.tune.first_seed;
  const int most = std::max(experiment.tune.candidates, static_cast<int>(given.size()) + 1);
  task.candidates = make_candidates(Choice(agents, name), given, request.fixes, experiment.run.seed,
                                    most, experiment.tune.near);
  const auto num_given = std::count_if(
      task.candidates.begin(), task.candidates.end(),
      [](const Candidate& candidate) { return candidate.from != Candidate::From::kDrawn; });
  task.plan = make_tune_plan(experiment.tune, session.world->spec().episode_days,
                             static_cast<int>(task.candidates.size()), static_cast<int>(num_given));
  return task;
}

/// Tuning and eval must not meet the same people.
void check_seeds(const ExperimentConfig& experiment, const TuneTask& task) {
  const EvalConfig& eval = experiment.eval;
  const std::uint64_t first = experiment.run.seed;
  const auto count = static_cast<std::uint64_t>(eval.seeds > 0 ? eval.seeds : experiment.run.seeds);
  const auto seeds = static_cast<std::uint64_t>(task.plan.seeds());
  const std::uint64_t last = task.first_seed + (seeds - 1);
  if (last < task.first_seed) {
    throw Error(ErrorCode::kConfig, "tune.first_seed",
                fmt::format("{} seeds from {} on go past the largest", seeds, task.first_seed));
  }
  if (task.first_seed < first + count && first <= last) {
    throw Error(
        ErrorCode::kConfig, "tune.first_seed",
        fmt::format("tuning '{}' would play seeds {} to {}, and eval plays {} to {} (choose "
                    "one beyond both)",
                    task.agent, task.first_seed, last, first, first + (count - 1)));
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw Error(ErrorCode::kIo, file.string(),
                "cannot be read: there is no tuning here to go on with (needed: the folder that "
                "`infodiet tune` has named)");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<ConfigFile::Origin> values_of(ExperimentConfig experiment) {
  return ConfigFile::from_text("", "").origins(experiment);
}

/// Keys that may differ: they change no score.
bool is_free(const std::string& key) {
  constexpr std::array kFree = {"run.threads",   "run.name",  "output.runs",
                                "eval.episodes", "eval.envs", "eval.reference"};
  return std::find(kFree.begin(), kFree.end(), key) != kFree.end();
}

}  // namespace

TuneSession make_session(const TuneRequest& request) {
  if (request.agents.empty())
    throw Error(ErrorCode::kConfig, "--agent", "no agent is named (name at least one)");
  TuneSession session;
  session.experiment_file = request.experiment;
  LearningWorld learning = make_learning_world(request.experiment, request.overrides, "tuning");
  session.experiment = std::move(learning.experiment);
  session.part = std::move(learning.part);
  session.part_note = std::move(learning.part_note);
  session.world = std::move(learning.world);
  if (session.world->spec().episode_days <= 0) {
    throw Error(ErrorCode::kConfig, "world",
                "'" + session.world->spec().world +
                    "' does not say how long its episodes are, so no budget of days can be kept "
                    "(let it set Spec::episode_days)");
  }
  for (const std::string& agent : request.agents) {
    session.tasks.push_back(make_task(request, session, agent));
    check_seeds(session.experiment, session.tasks.back());
  }
  session.terms = fmt::format("program: {}\nagents: {}\nfixed: {}\npart: {}\n", version_line(),
                              join(request.agents), join(request.fixes), session.part);
  return session;
}

void check_resumable(const TuneSession& session, const std::string& folder) {
  const std::filesystem::path path(folder);
  std::vector<std::string> differences;
  std::istringstream then(read_file(path / "terms.txt")), now(session.terms);
  for (std::string line_then, line_now; std::getline(then, line_then), std::getline(now, line_now);)
    if (line_then != line_now) differences.push_back(line_then + " (now " + line_now + ")");

  read_file(path / "config.yaml");  // so that its absence is explained as above
  const auto before = values_of(load_experiment((path / "config.yaml").string()));
  const auto today = values_of(session.experiment);
  for (std::size_t i = 0; i < std::max(before.size(), today.size()); ++i) {
    const bool same_key = i < before.size() && i < today.size() && before[i].key == today[i].key;
    if (!same_key) {
      differences.push_back("other settings from " + (i < before.size() ? before : today)[i].key +
                            " on");
      break;
    }
    if (before[i].value != today[i].value && !is_free(before[i].key)) {
      differences.push_back(
          fmt::format("{}: {} (now {})", before[i].key, before[i].value, today[i].value));
    }
  }
  if (differences.empty()) return;
  std::string what = "this run was begun on other terms, and would not come to one result:";
  for (const std::string& difference : differences) what += "\n  " + difference;
  throw Error(ErrorCode::kConfig, folder,
              what + "\n(call it as then, see command.txt, or begin anew without --resume)");
}

}  // namespace infodiet
