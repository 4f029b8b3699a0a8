#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/experiment.hpp"
#include "sim/tuning/tuner.hpp"

namespace infodiet {

/// What a user asks for.
struct TuneRequest {
  std::string experiment;              ///< the YAML file
  std::vector<std::string> overrides;  ///< "key=value"
  std::vector<std::string> agents;     ///< registered names
  std::vector<std::string> fixes;      ///< "push=false": settings of all these agents
  std::string budget, trainings;       ///< tune.budget and tune.trainings, if they are told
};

/// All that follows from a request: who is tuned, on which world, by which plans.
struct TuneSession {
  std::string experiment_file;
  ExperimentConfig experiment;  ///< as written
  std::string part;             ///< of the stream that is played: "train"; "-" if it has none
  std::string part_note;        ///< one line on that, for the user
  std::shared_ptr<const World> world;
  std::vector<TuneTask> tasks;  ///< one per agent

  /// What else decides the result than `experiment`, one "key: value" a line.
  std::string terms;
};

/// Tuning plays the stream's days for training, unless the command line says otherwise.
/// @throws Error kConfig, kIo; also if tuning would play seeds that eval plays
TuneSession make_session(const TuneRequest& request);

/// Refuses to go on in the folder of a run that was begun on other terms.
/// @throws Error kConfig naming what differs; kIo if the folder holds no tuning
void check_resumable(const TuneSession& session, const std::string& folder);

}  // namespace infodiet
