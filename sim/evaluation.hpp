#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "env/core/parallel.hpp"
#include "env/worlds/world.hpp"
#include "sim/experiment.hpp"
#include "sim/measures.hpp"
#include "sim/statistics.hpp"
#include "sim/survival.hpp"
#include "sim/yardsticks/yardstick.hpp"

namespace infodiet {

/// Names of the agents in tables: the registered name, with the word that tells its settings from
/// others of the kind if there is one ('newest+push'), then 'threshold#2' for the second, and so
/// on.
std::vector<std::string> agent_labels(const std::vector<Choice>& agents);

/// An agent, or a yardstick, that is scored. `act` is const, so one object plays everywhere at
/// once.
struct Contestant {
  std::string label;
  std::shared_ptr<const Agent> agent;
  std::shared_ptr<const Yardstick> yardstick = nullptr;  ///< where it stands, `agent` is null
};

/// Agents and then yardsticks, each from its registry.
/// @throws Error kConfig naming the entry of eval.agents that cannot be made for this world
std::vector<Contestant> make_contestants(const std::vector<Choice>& agents, const World& world);

/// Who plays what: every agent meets the same seeds, and on each of them the same environments.
struct EvalPlan {
  std::uint64_t first_seed = 1;  ///< of the world; then first_seed + 1, ...
  int seeds = 1;
  int envs = 1;              ///< environments per seed
  int episodes_per_env = 1;  ///< E: exactly so many whole episodes each
  int block_size = 32;       ///< environments played together as one task; changes no result
};

EvalPlan make_plan(const RunConfig& run, const EvalConfig& eval);

/// How many tasks a plan makes: agents x seeds x blocks of environments.
int num_tasks(std::size_t agents, const EvalPlan& plan);

/// Scores of agents on one world.
struct Evaluation {
  std::string world;
  ScorePer score_per = ScorePer::kDay;
  std::vector<std::string> notes;   ///< of the world: attribution, assumptions
  std::vector<RewardPart> rewards;  ///< how the score is made
  EvalPlan plan;
  std::vector<Measure> measures;     ///< (N)
  std::vector<std::string> agents;   ///< (A) labels
  std::vector<double> values;        ///< (A, seeds, N)
  std::vector<std::uint8_t> played;  ///< (A, seeds) 1 = every episode was played to its end
  bool interrupted = false;
  double score_bound = kInfinity;  ///< what no agent's score exceeds in expectation, if it is known

  std::vector<std::string> events;  ///< (E) that end something for good: "opt_out", "churn"
  /// (A, E) lists: of each episode of the seeds an agent has played, how many days went by without
  /// the event, from the episode's begin; censored at its end.
  std::vector<std::vector<Lifetime>> lifetimes;

  bool is_played(int agent, int seed) const { return played[agent * plan.seeds + seed] != 0; }
  double value(int agent, int seed, int measure) const {
    return values[(agent * plan.seeds + seed) * measures.size() + measure];
  }
  /// Places of the seeds that every agent has played: all of them, unless interrupted. Tables and
  /// intervals rest on these alone, so that agents are compared on the same worlds.
  std::vector<int> common_seeds() const;
  /// One measure of one agent on the seeds that count, without those where it is NaN.
  std::vector<double> over_seeds(int agent, int measure) const;
  /// Interval of the difference of a measure to that of agent `reference`, pair by pair.
  Interval difference(int agent, int reference, int measure) const;
  /// The score of an agent on the scale of the task: 0 is `kZero`, 1 is `kOne`, both by their means
  /// over seeds, which are taken as given; so the interval is that of the paired difference to
  /// `kZero`. NaN where one of them was not played, or the one is no better than the zero.
  Interval normalised(int agent) const;
  static constexpr const char* kZero = "never";
  static constexpr const char* kOne = "full_state";
  /// @returns the position of a measure, or -1
  int find(const std::string& measure) const;
};

/// Called with (tasks done, tasks in all), by any of the threads.
using EvalProgress = std::function<void(int done, int total)>;

/// Plays the plan. The result has the same bits whatever the threads and the block size.
/// @param cancel  if it becomes true, tasks stop at their next decision, and what was played to
///                the end until then is returned
/// @throws Error kShape naming the agent, if it answers what its world does not allow
Evaluation evaluate(const std::shared_ptr<const World>& world,
                    const std::vector<Contestant>& agents, const EvalPlan& plan, Workers& workers,
                    const std::atomic<bool>* cancel = nullptr,
                    const EvalProgress& progress = nullptr);

}  // namespace infodiet
