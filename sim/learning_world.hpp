#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/experiment.hpp"

namespace infodiet {

/// The world that agents are tuned and trained on: that of the experiment, on the days of its
/// stream that are for learning.
struct LearningWorld {
  ExperimentConfig experiment;  ///< as written
  std::string part;             ///< of the stream that is played: "train"; "-" if it has none
  std::string part_note;        ///< one line on that, for the user
  std::shared_ptr<const World> world;
};

/// The stream's days for training, unless the command line says otherwise.
/// @param what  "tuning", for the note
/// @throws Error kConfig, kIo
LearningWorld make_learning_world(const std::string& file,
                                  const std::vector<std::string>& overrides,
                                  const std::string& what);

}  // namespace infodiet
