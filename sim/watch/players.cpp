#include "sim/watch/players.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "agents/learning/policy_gradient_config.hpp"
#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/evaluation.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/training/trainer.hpp"

namespace infodiet {
namespace {

constexpr const char* kTrainedName = "trained";

/// "ppo, cross, 4 heads, 1 layer · 2.40M decisions" of a checkpoint.
std::string detail_of(const Checkpoint& checkpoint, const Choice& agent) {
  std::string text = agent.name();
  const auto* config = dynamic_cast<const PolicyGradientConfig*>(&agent.config());
  if (config != nullptr) text += ", " + config->policy.name();
  return text +
         fmt::format(" · {:.2f}M decisions", static_cast<double>(checkpoint.decisions) / 1e6);
}

/// The policy of a checkpoint that decides by a rule.
std::unique_ptr<Agent> trained_by_rule(const Checkpoint& checkpoint, const std::string& where,
                                       const Spec& spec, Command::Rule rule) {
  Choice agent = agent_from_yaml(checkpoint.agent_yaml, where);
  auto* config = dynamic_cast<PolicyGradientConfig*>(&agent.config());
  if (config != nullptr && rule == Command::kGreedy) config->play = "greedy";
  if (config != nullptr && rule == Command::kSampled) config->play = "sampled";
  auto learner = make_learner(agent, spec);
  learner->load_policy(checkpoint.policy);
  return learner;
}

}  // namespace

Player player_of(const Choice& agent, const std::string& label,
                 const std::shared_ptr<const World>& world) {
  Player player;
  player.choice = agent;
  player.info.name = label;
  player.info.detail = AgentRegistry::instance().at(agent.name()).summary;
  player.make = [agent, world](Command::Rule) { return make_agent(agent, world->spec()); };
  return player;
}

Player find_player(const std::string& name, const ExperimentConfig& experiment,
                   const std::shared_ptr<const World>& world) {
  if (is_training_run(name)) {
    const auto path = checkpoint_of(name);
    load_policy(path, world->spec());  // says what does not fit
    const auto checkpoint = std::make_shared<const Checkpoint>(read_checkpoint(path, false));
    Player player;
    player.choice = trained_agent(std::filesystem::absolute(name).lexically_normal().string());
    player.info = {kTrainedName,
                   detail_of(*checkpoint, agent_from_yaml(checkpoint->agent_yaml, path.string()))};
    player.make = [checkpoint, world, where = path.string()](Command::Rule rule) {
      return trained_by_rule(*checkpoint, where, world->spec(), rule);
    };
    return player;
  }
  const std::vector<std::string> labels = agent_labels(experiment.eval.agents);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == name) return player_of(experiment.eval.agents[i], name, world);
  }
  if (AgentRegistry::instance().contains(name))
    return player_of(Choice(AgentRegistry::instance(), name), name, world);
  std::vector<std::string> known = labels;
  for (const auto& [key, entry] : AgentRegistry::instance().entries()) known.push_back(key);
  throw Error(ErrorCode::kConfig, name,
              "no such agent (known: " + join(known) + ", or the folder of a training)" +
                  did_you_mean(similar(name, known)));
}

Player first_player(const std::string& name, const std::string& what,
                    const ExperimentConfig& experiment, const std::shared_ptr<const World>& world) {
  if (!name.empty()) return find_player(name, experiment, world);
  if (is_training_run(what)) return find_player(what, experiment, world);
  if (experiment.eval.agents.empty()) return find_player("threshold", experiment, world);
  return player_of(experiment.eval.agents.back(), agent_labels(experiment.eval.agents).back(),
                   world);
}

}  // namespace infodiet
