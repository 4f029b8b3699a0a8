#include "sim/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/env_batch.hpp"

namespace infodiet {
namespace {

/// One piece of work: some environments of one seed, played by one agent.
struct Task {
  int agent, seed, first_env, envs;
};

/// Tasks in the order they are handed out: seed by seed, so that an interrupt leaves whole seeds.
std::vector<Task> make_tasks(int agents, const EvalPlan& plan) {
  std::vector<Task> tasks;
  for (int seed = 0; seed < plan.seeds; ++seed) {
    for (int agent = 0; agent < agents; ++agent) {
      for (int env = 0; env < plan.envs; env += plan.block_size)
        tasks.push_back({agent, seed, env, std::min(plan.block_size, plan.envs - env)});
    }
  }
  return tasks;
}

/// Judges an agent's silences, one environment of a task each.
class Silence {
 public:
  explicit Silence(const EnvBatch& batch)
      : counts_(batch.size()), outcomes_(batch.spec().candidates) {}

  /// Looks at the slates that are about to be played.
  void count(const EnvBatch& batch, ConstSlates slates) {
    const auto num_slots = static_cast<std::size_t>(batch.spec().slots);
    for (int env = 0; env < batch.size(); ++env) {
      if (batch.ended()[env] != 0 || slates[env * num_slots] != kNothing) continue;
      ++counts_[env].silent;
      const auto mask = batch.observations().mask.subspan(env * outcomes_.size(), outcomes_.size());
      if (std::find(mask.begin(), mask.end(), 1) == mask.end()) continue;  // nothing to be shown
      if (!batch.expected_outcomes(env, outcomes_)) continue;
      bool was_right = true;
      for (std::size_t i = 0; i < mask.size(); ++i)
        was_right = was_right && (mask[i] == 0 || outcomes_[i].net <= 0);
      ++counts_[env].judged;
      counts_[env].right += was_right ? 1 : 0;
    }
  }

  /// What was counted since the last call, for an episode that is over.
  SilenceCounts take(int env) { return std::exchange(counts_[env], {}); }

 private:
  std::vector<SilenceCounts> counts_;
  std::vector<ExpectedOutcome> outcomes_;  // (M) of one decision
};

/// Plays one task. `store(env, episode, record, silence)` is called for each finished episode.
/// @returns whether it came to its end
template <class Store>
bool play(const std::shared_ptr<const World>& world, const Contestant& who, const EvalPlan& plan,
          const Task& task, const std::atomic<bool>* cancel, const Store& store) {
  BatchOptions options;
  options.autoreset = Autoreset::kDisabled;
  options.tensors = who.yardstick != nullptr || who.agent->reads_tensors();
  options.block_size = task.envs;
  EnvBatch batch(world, task.envs, plan.first_seed + static_cast<std::uint64_t>(task.seed), options,
                 static_cast<std::uint32_t>(task.first_env));
  const std::size_t bytes =
      who.yardstick != nullptr ? who.yardstick->memory_bytes() : who.agent->memory_bytes();
  std::vector<std::byte> memory(bytes * task.envs);
  std::vector<int> played(task.envs);
  Silence silence(batch);

  for (int running = task.envs; running > 0;) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return false;
    if (who.yardstick != nullptr)
      who.yardstick->act(batch, memory, batch.slates());
    else
      who.agent->act(batch.observations(), memory, batch.slates());
    silence.count(batch, batch.slates());
    batch.step_block(0);
    for (const EpisodeRecord& record : batch.finished(0)) {
      const int row = static_cast<int>(record.key.env) - task.first_env;
      store(task.first_env + row, played[row], record, silence.take(row));
      if (++played[row] == plan.episodes_per_env) {
        --running;
        continue;
      }
      std::fill_n(memory.begin() + static_cast<std::ptrdiff_t>(bytes * row), bytes, std::byte{});
    }
    for (int row = 0; row < task.envs; ++row) {
      if (batch.ended()[row] != 0 && played[row] < plan.episodes_per_env) batch.reset_env(row);
    }
  }
  return true;
}

}  // namespace

std::vector<std::string> agent_labels(const std::vector<Choice>& agents) {
  std::map<std::string, int> seen;
  std::vector<std::string> labels;
  for (const Choice& agent : agents) {
    const std::string variant = agent.known() ? agent.config().variant() : "";
    const std::string label = variant.empty() ? agent.name() : agent.name() + "+" + variant;
    const int count = ++seen[label];
    labels.push_back(count == 1 ? label : fmt::format("{}#{}", label, count));
  }
  return labels;
}

std::vector<Contestant> make_contestants(const std::vector<Choice>& agents, const World& world) {
  const std::vector<std::string> labels = agent_labels(agents);
  std::vector<Contestant> contestants;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    try {
      if (&agents[i].catalogue() == &YardstickRegistry::instance())
        contestants.push_back(
            {labels[i], nullptr, YardstickRegistry::instance().make(agents[i], world)});
      else
        contestants.push_back({labels[i], make_agent(agents[i], world.spec())});
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("eval.agents[{}] ({})", i, labels[i]), error.what());
    }
  }
  return contestants;
}

EvalPlan make_plan(const RunConfig& run, const EvalConfig& eval) {
  EvalPlan plan;
  plan.first_seed = run.seed;
  plan.seeds = eval.seeds > 0 ? eval.seeds : run.seeds;
  plan.envs = eval.envs > 0 ? eval.envs : eval.episodes;
  plan.episodes_per_env = (eval.episodes - 1) / plan.envs + 1;

  // every episode leaves a row in memory, and tasks are counted in an int
  const std::size_t agents = eval.agents.size() + eval.yardsticks.size();
  const double rows = static_cast<double>(agents) * plan.seeds * plan.envs * plan.episodes_per_env;
  if (rows > 2e7) {
    throw Error(
        ErrorCode::kConfig, "eval.episodes, run.seeds",
        fmt::format("{} agents x {} seeds x {} episodes are {:.3g} episodes (allowed: 2e7)", agents,
                    plan.seeds, static_cast<double>(plan.envs) * plan.episodes_per_env, rows));
  }
  if (plan.first_seed + static_cast<std::uint64_t>(plan.seeds - 1) < plan.first_seed) {
    throw Error(
        ErrorCode::kConfig, "run.seed",
        fmt::format("{} seeds from {} on go past the largest (allowed: up to {})", plan.seeds,
                    plan.first_seed, std::numeric_limits<std::uint64_t>::max()));
  }
  return plan;
}

int num_tasks(std::size_t agents, const EvalPlan& plan) {
  const int blocks = (plan.envs - 1) / plan.block_size + 1;
  return static_cast<int>(agents) * plan.seeds * blocks;
}

std::vector<int> Evaluation::common_seeds() const {
  std::vector<int> common;
  for (int seed = 0; seed < plan.seeds; ++seed) {
    bool all = true;
    for (std::size_t agent = 0; agent < agents.size(); ++agent)
      all = all && is_played(static_cast<int>(agent), seed);
    if (all) common.push_back(seed);
  }
  return common;
}

std::vector<double> Evaluation::over_seeds(int agent, int measure) const {
  std::vector<double> out;
  for (const int seed : common_seeds()) {
    const double v = value(agent, seed, measure);
    if (!std::isnan(v)) out.push_back(v);
  }
  return out;
}

Interval Evaluation::difference(int agent, int reference, int measure) const {
  std::vector<double> values_here, values_there;
  for (const int seed : common_seeds()) {
    const double here = value(agent, seed, measure), there = value(reference, seed, measure);
    if (std::isnan(here) || std::isnan(there)) continue;
    values_here.push_back(here);
    values_there.push_back(there);
  }
  return paired_interval(values_here, values_there);
}

Interval Evaluation::normalised(int agent) const {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto place = [this](const char* label) {
    const auto found = std::find(agents.begin(), agents.end(), label);
    return found == agents.end() ? -1 : static_cast<int>(found - agents.begin());
  };
  const int zero = place(kZero), one = place(kOne);
  if (zero < 0 || one < 0) return {nan, nan, nan, 0};
  const double gap = difference(one, zero, 0).estimate;
  if (!(gap > 0)) return {nan, nan, nan, 0};
  const Interval above = difference(agent, zero, 0);
  return {above.estimate / gap, above.low / gap, above.high / gap, above.count};
}

int Evaluation::find(const std::string& measure) const {
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (measures[i].name == measure) return static_cast<int>(i);
  }
  return -1;
}

Evaluation evaluate(const std::shared_ptr<const World>& world,
                    const std::vector<Contestant>& agents, const EvalPlan& plan, Workers& workers,
                    const std::atomic<bool>* cancel, const EvalProgress& progress) {
  const Spec& spec = world->spec();
  const std::vector<Task> tasks = make_tasks(static_cast<int>(agents.size()), plan);
  const int count = static_cast<int>(tasks.size());
  const std::size_t per_env = plan.episodes_per_env;
  const std::size_t per_seed = plan.envs * per_env;
  EpisodeTable episodes(spec, agents.size() * plan.seeds * per_seed);
  std::vector<std::uint8_t> done(count);

  // A task writes only the rows of its own episodes; the sums are taken afterwards, in one order.
  std::atomic<int> next = 0, finished = 0;
  workers.for_each(count, [&](int) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return;
    const int index = next++;  // in the order of the list, whichever way blocks are handed out
    const Task& task = tasks[index];
    const std::size_t row_of_seed = (static_cast<std::size_t>(task.agent) * plan.seeds + task.seed);
    const auto store = [&](int env, int episode, const EpisodeRecord& record,
                           const SilenceCounts& silence) {
      episodes.store(row_of_seed * per_seed + env * per_env + episode, record, silence);
    };
    try {
      done[index] = play(world, agents[task.agent], plan, task, cancel, store) ? 1 : 0;
    } catch (const Error& error) {
      throw Error(error.code(), "agent '" + agents[task.agent].label + "'", error.what());
    }
    if (done[index] != 0 && progress) progress(++finished, count);
  });

  Evaluation result;
  result.world = spec.world;
  result.score_per = spec.score_per;
  result.notes = spec.notes;
  result.rewards = spec.rewards;
  result.plan = plan;
  result.measures = measures_of(spec);
  result.played.assign(agents.size() * plan.seeds, 1);
  for (const Contestant& agent : agents) result.agents.push_back(agent.label);
  for (int i = 0; i < count; ++i) {
    if (done[i] != 0) continue;
    result.played[tasks[i].agent * plan.seeds + tasks[i].seed] = 0;
    result.interrupted = true;
  }
  const std::vector<double> unknown(result.measures.size(),
                                    std::numeric_limits<double>::quiet_NaN());
  const std::vector<LastingEvent> events = lasting_events(spec);
  for (const LastingEvent& event : events) result.events.push_back(event.name);
  result.lifetimes.resize(agents.size() * events.size());
  for (auto& lifetimes : result.lifetimes) lifetimes.reserve(plan.seeds * per_seed);
  for (std::size_t row = 0; row < result.played.size(); ++row) {
    const bool counts = result.played[row] != 0;
    const std::vector<double> values =
        counts ? episodes.measured(result.measures, row * per_seed, per_seed) : unknown;
    result.values.insert(result.values.end(), values.begin(), values.end());
    for (std::size_t i = 0; i < events.size() && counts; ++i) {
      auto& lifetimes = result.lifetimes[row / plan.seeds * events.size() + i];
      for (std::size_t episode = row * per_seed; episode < (row + 1) * per_seed; ++episode)
        lifetimes.push_back(episodes.lifetime(episode, events[i]));
    }
  }
  return result;
}

}  // namespace infodiet
