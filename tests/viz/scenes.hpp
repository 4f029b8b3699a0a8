#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "agents/learning/learner.hpp"
#include "env/worlds/world.hpp"
#include "sim/experiment.hpp"
#include "sim/record/stage.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/watch/live_stage.hpp"
#include "viz/headless.hpp"
#include "viz/model.hpp"

namespace infodiet::test {

/// A feed of a few days with people of all kinds, as in the quickstart.
inline ExperimentConfig small_experiment(double kappa = 5) {
  return load_experiment(INFODIET_SOURCE_DIR "/configs/full_diet.yaml",
                         {"world.days=2", "world.stream.days=40",
                          fmt::format("world.person.attention.kappa={}", kappa)});
}

inline std::shared_ptr<const World> small_world(double kappa = 5) {
  static std::map<double, std::shared_ptr<const World>> made;  // a stream takes time to make
  auto& world = made[kappa];
  if (world == nullptr) world = make_world(small_experiment(kappa).world);
  return world;
}

/// An untrained network that attends, or a baseline: `name` as in eval.agents.
inline Player player(const std::string& yaml) {
  const Choice agent = agent_from_yaml("agent: " + yaml, "test");
  Player made;
  made.choice = agent;
  made.info = {agent.name(), "for a test"};
  made.make = [agent](Command::Rule) {
    auto policy = make_agent(agent, small_world()->spec());
    if (auto* learner = dynamic_cast<Learner*>(policy.get()); learner != nullptr) learner->begin(7);
    return policy;
  };
  return made;
}

/// A stage where so many decisions have been played, and a model that has seen them.
struct Watched {
  std::unique_ptr<LiveStage> stage;
  std::unique_ptr<viz::Model> model;

  Watched(std::vector<Player> players, int decisions, std::uint64_t seed = 1) {
    stage = std::make_unique<LiveStage>(small_world(), "test", std::move(players),
                                        EpisodeKey{seed, 0, 0});
    model = std::make_unique<viz::Model>(stage->info());
    stage->advance(decisions);
    viz::refresh(*model, *stage);
  }
};

}  // namespace infodiet::test
