#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "agents/learning/experience.hpp"
#include "agents/learning/learner.hpp"
#include "env/core/parallel.hpp"
#include "env/env_batch.hpp"

namespace infodiet {

/// What happened in a rollout, in sums.
struct RolloutFigures {
  double decisions = 0;
  double minutes = 0;
  double score = 0;             ///< under the weights of the world
  std::vector<double> rewards;  ///< (R)
  double silent = 0;            ///< decisions answered with nothing
  double shown = 0;             ///< items
  struct Episode {
    double score, decisions;
  };
  std::vector<Episode> episodes;  ///< that ended, block by block

  void add(const RolloutFigures& other);
};

/// Lets every environment take `into.steps` decisions with its own forward pass.
///
/// One task is one block of environments for the whole rollout: it observes, decides and steps by
/// itself, and all wait for each other only once, at the end. Which thread takes which block
/// changes nothing.
/// @param batch   with Autoreset::kSameStep and tensors
/// @param memory  (B, memory_bytes) of the learner
RolloutFigures roll_out(EnvBatch& batch, const Learner& learner, std::span<std::byte> memory,
                        Experience& into, Workers& workers);

}  // namespace infodiet
