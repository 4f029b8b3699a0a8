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

/// Who plays if nobody is named: what a training has made, else the last of the experiment's
/// agents.
/// @param name  of an agent as above; "" for that one
/// @param what  what the user named: an experiment or the folder of a run
Player first_player(const std::string& name, const std::string& what,
                    const ExperimentConfig& experiment, const std::shared_ptr<const World>& world);

}  // namespace infodiet
