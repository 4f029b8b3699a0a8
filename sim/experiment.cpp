#include "sim/experiment.hpp"

#include <algorithm>

#include "env/core/config/suggest.hpp"
#include "sim/evaluation.hpp"

namespace infodiet {

void RunConfig::fields(Fields& f) {
  f({"name", "-", "Names the folder of results: letters, digits, '-', '_' and '.'"}, name);
  f({"seed", "-",
     "First seed; seeds seed, seed + 1, ... are used. Each has people and dice of its own; the "
     "stream is one"},
    seed);
  f({"seeds", "-",
     "How many seeds. They are the unit of replication: intervals are over seeds; take ten or "
     "more for results",
     1, 100000},
    seeds);
  f({"threads", "-", "How many threads work; 0 = all this process may use. Changes no result", 0,
     4096},
    threads);
  f({"envs", "-", "How many people a learner learns from side by side", 1, 65536}, envs);
  f({"decisions", "-",
     "How many decisions it learns from, over all people; rounded up to whole rollouts", 1, 1e12},
    decisions);
}

void RunConfig::check(const Complain& complain) const {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (name.empty() || name.front() == '.' || !std::all_of(name.begin(), name.end(), allowed)) {
    complain("name", "'" + name +
                         "' cannot name a folder everywhere (allowed: letters, digits, '-', '_' "
                         "and '.', not beginning with '.')");
  }
}

EvalConfig::EvalConfig() {
  for (const char* name : {"never", "random", "newest", "threshold"})
    agents.emplace_back(AgentRegistry::instance(), name);
}

std::vector<Choice> EvalConfig::contestants() const {
  std::vector<Choice> all = agents;
  all.insert(all.end(), yardsticks.begin(), yardsticks.end());
  return all;
}

void EvalConfig::fields(Fields& f) {
  f({"agents", "-",
     "Which agents are scored, in the order of the table. One may be given twice with other "
     "settings: the second is then called 'threshold#2'"},
    agents, Choice(AgentRegistry::instance(), "never"));
  f({"yardsticks", "-",
     "What agents are measured by; played and shown like them. With 'full_state' here and 'never' "
     "among the agents, scores are also given on the scale from 0 (never) to 1 (full_state)"},
    yardsticks, Choice(YardstickRegistry::instance(), "full_state"));
  f({"reference", "-",
     "The agent all others are compared with, pair by pair on the same seeds; empty = the first"},
    reference);
  f({"episodes", "-",
     "At least how many whole episodes each agent plays per seed; rounded up to a multiple of envs",
     1, 10000000},
    episodes);
  f({"envs", "-",
     "How many people live side by side per seed, each playing the same number of episodes; 0 = "
     "one per episode",
     0, 1000000},
    envs);
  f({"seeds", "-", "How many seeds agents are scored on; 0 = as many as run.seeds", 0, 100000},
    seeds);
}

void EvalConfig::check(const Complain& complain) const {
  if (agents.empty()) {
    complain("agents", "no agent is listed (name at least one, e.g. [never, random])");
    return;
  }
  if (reference.empty()) return;
  const std::vector<std::string> labels = agent_labels(contestants());
  if (std::find(labels.begin(), labels.end(), reference) != labels.end()) return;
  complain("reference", "'" + reference + "' is none of eval.agents (allowed: " + join(labels) +
                            ", or empty for the first)");
}

void TrainConfig::fields(Fields& f) {
  f({"first_seed", "-",
     "The people of a training have seed first_seed + run.seed, and those of its evaluations a "
     "seed just below: keep away from those that eval plays"},
    first_seed);
  f({"evaluations", "-",
     "How often, evenly over a training, the policy is played on people it does not learn from: "
     "the best one is kept",
     1, 10000},
    evaluations);
  f({"episodes", "-", "Episodes of such an evaluation, one person each", 1, 100000}, episodes);
  f({"checkpoints", "-",
     "How many checkpoints are written besides, evenly over a training: what a crash may cost", 1,
     100000},
    checkpoints);
}

void OutputConfig::fields(Fields& f) {
  // not a path relative to the file: results belong where the user stands
  f({"runs", "-",
     "Folder under which every run gets a folder of its own, relative to where the program runs"},
    runs);
  f({"keep", "-", "How many of the newest checkpoints are kept, beside the best", 1, 10000}, keep);
}

void ExperimentConfig::fields(Fields& f) {
  f({"world", "-", "The world people live in"}, world);
  f({"agent", "-", "The agent the experiment is about; eval scores those in eval.agents"}, agent);
  f({"run", "-", "How the experiment runs"}, run);
  f({"eval", "-", "How agents are scored"}, eval);
  f({"tune", "-", "How `infodiet tune` looks for the settings of agents"}, tune);
  f({"train", "-", "How `infodiet train` goes about it"}, train);
  f({"output", "-", "Where results go"}, output);
}

ExperimentConfig load_experiment(const std::string& path,
                                 const std::vector<std::string>& overrides) {
  ExperimentConfig experiment;
  ConfigFile(path, overrides).read_into(experiment);
  return experiment;
}

std::shared_ptr<const World> make_world(const Choice& world) {
  return WorldRegistry::instance().make(world);
}

std::unique_ptr<Agent> make_agent(const Choice& agent, const Spec& spec) {
  return AgentRegistry::instance().make(agent, spec);
}

}  // namespace infodiet
