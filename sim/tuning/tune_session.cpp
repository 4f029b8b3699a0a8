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
  Choice defaults(agents, name);
  const Spec& spec = session.world->spec();
  if (!is_yardstick && can_learn(defaults, spec)) {
    if (experiment.agent.name() == name) defaults = experiment.agent;
    task.training = make_train_plan(experiment, 0);
  }
  const int most = std::max(experiment.tune.candidates, static_cast<int>(given.size()) + 1);
  task.candidates = make_candidates(defaults, given, request.fixes, experiment.run.seed, most,
                                    experiment.tune.near);
  const auto num_given = std::count_if(
      task.candidates.begin(), task.candidates.end(),
      [](const Candidate& candidate) { return candidate.from != Candidate::From::kDrawn; });
  task.plan =
      make_tune_plan(experiment.tune, spec.episode_days, static_cast<int>(task.candidates.size()),
                     static_cast<int>(num_given), task.training ? task.training->decisions : 0);
  if (task.training) make_learner(task.candidates[0].agent, spec);  // before a folder is made
  return task;
}

/// The people a learner learns from must be others than those it is scored on, by tuning or eval.
/// @param first, count  the seeds that eval plays
void check_training_seeds(const TuneTask& task, std::uint64_t first, std::uint64_t count) {
  const auto seeds = static_cast<std::uint64_t>(task.plan.seeds());
  const std::uint64_t begin = task.training->seed + task.first_seed, last = begin + (seeds - 1);
  const auto meets = [&](std::uint64_t from, std::uint64_t many) {
    return begin <= from + (many - 1) && from <= last;
  };
  if (begin >= task.first_seed && last >= begin && !meets(task.first_seed, seeds) &&
      !meets(first, count))
    return;
  throw Error(ErrorCode::kConfig, "train.first_seed",
              fmt::format("'{}' would learn from people of seeds {} to {}: tuning scores it on {} "
                          "to {}, and eval plays {} to {} (choose one beyond all)",
                          task.agent, begin, last, task.first_seed, task.first_seed + (seeds - 1),
                          first, first + (count - 1)));
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
  if (task.training) check_training_seeds(task, first, count);
}

/// An experiment trains one agent, and a budget is of those that keep it.
void check_learners(const TuneRequest& request, const std::vector<TuneTask>& tasks) {
  std::vector<std::string> learners;
  for (const TuneTask& task : tasks)
    if (task.training) learners.push_back(task.agent);
  if (learners.size() > 1) {
    throw Error(ErrorCode::kConfig, "--agent",
                join(learners) +
                    " learn, and an experiment holds one agent that does (tune them "
                    "one by one)");
  }
  const auto refuse = [](const std::string& option, const std::string& what) {
    throw Error(ErrorCode::kConfig, option, what);
  };
  if (!request.budget.empty() && learners.size() == tasks.size())
    refuse("--budget", "'" + learners[0] +
                           "' learns: what it may spend are trainings (write "
                           "--trainings N)");
  if (!request.trainings.empty() && learners.empty())
    refuse("--trainings",
           "none of the agents learns: what they may spend are days (write "
           "--budget DAYS)");
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
  std::vector<std::string> overrides = request.overrides;
  if (!request.budget.empty()) overrides.push_back("tune.budget=" + request.budget);
  if (!request.trainings.empty()) overrides.push_back("tune.trainings=" + request.trainings);
  LearningWorld learning = make_learning_world(request.experiment, overrides, "tuning");
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
  check_learners(request, session.tasks);
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
