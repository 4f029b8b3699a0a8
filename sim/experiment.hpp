#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "env/core/config/config_file.hpp"
#include "env/worlds/world.hpp"
#include "sim/tuning/tune_config.hpp"

namespace infodiet {

/// How the experiment runs.
struct RunConfig : ConfigOf<RunConfig> {
  std::string name = "experiment";
  std::uint64_t seed = 1;
  int seeds = 1;
  int threads = 0;
  int envs = 256;
  std::uint64_t decisions = 1'000'000;

  void fields(Fields& f) override;
  void check(const Complain& complain) const override;
};

/// How agents are scored.
struct EvalConfig : ConfigOf<EvalConfig> {
  std::vector<Choice> agents;
  std::vector<Choice> yardsticks;
  std::string reference;
  int episodes = 64;
  int envs = 0;
  int seeds = 0;

  EvalConfig();
  /// Agents, then yardsticks: all that are scored.
  std::vector<Choice> contestants() const;
  void fields(Fields& f) override;
  void check(const Complain& complain) const override;
};

/// How `infodiet train` goes about it; what the learner does is among the agent's settings.
struct TrainConfig : ConfigOf<TrainConfig> {
  std::uint64_t first_seed = 2'000'000;
  int evaluations = 10;
  int episodes = 256;
  int checkpoints = 10;

  void fields(Fields& f) override;
};

/// Where results go.
struct OutputConfig : ConfigOf<OutputConfig> {
  std::string runs = "runs";
  int keep = 3;

  void fields(Fields& f) override;
};

/// A whole experiment: the top-level keys of every file.
struct ExperimentConfig : ConfigOf<ExperimentConfig> {
  Choice world{WorldRegistry::instance(), "feed"};
  Choice agent{AgentRegistry::instance(), "threshold"};
  RunConfig run;
  EvalConfig eval;
  TuneConfig tune;
  TrainConfig train;
  OutputConfig output;

  void fields(Fields& f) override;
};

/// Text becomes values, once, strictly checked.
/// @throws Error kConfig, kIo
ExperimentConfig load_experiment(const std::string& path,
                                 const std::vector<std::string>& overrides = {});

/// Values become a world.
/// @throws Error kConfig, kIo
std::shared_ptr<const World> make_world(const Choice& world);

/// @throws Error kConfig
std::unique_ptr<Agent> make_agent(const Choice& agent, const Spec& spec);

}  // namespace infodiet
