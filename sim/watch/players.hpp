#pragma once

#include <memory>
#include <string>

#include "env/worlds/world.hpp"
#include "sim/experiment.hpp"
#include "sim/watch/live_stage.hpp"

namespace infodiet {

/// A player from an agent's settings.
Player player_of(const Choice& agent, const std::string& label,
                 const std::shared_ptr<const World>& world);

/// What a user names: an agent of eval.agents by its label, any registered agent by its name, or
/// the folder of a training run.
/// @throws Error kConfig naming what there is
Player find_player(const std::string& name, const ExperimentConfig& experiment,
                   const std::shared_ptr<const World>& world);

}  // namespace infodiet
