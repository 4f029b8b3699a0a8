#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>

#include "env/core/parallel.hpp"
#include "env/core/registry.hpp"
#include "env/worlds/world.hpp"
#include "sim/evaluation.hpp"
#include "sim/training/trainer.hpp"

namespace infodiet {

/// Settings that must learn before they can be scored.
struct LearnerTrial {
  Choice agent;
  TrainPlan training;
  EvalPlan scoring;  ///< on one seed, other people than those of the training
};

struct LearnerScore {
  double score = std::numeric_limits<double>::quiet_NaN();  ///< stays NaN if the training broke off
  double days = 0;                                          ///< simulated, scoring included
};

/// Called once for each trial that has come to its end, never twice at a time.
using LearnerDone = std::function<void(std::size_t trial, const LearnerScore& score)>;

/// Called with how many decisions more were learned from, by any of the threads.
using LearnerProgress = std::function<void(std::uint64_t decisions)>;

/// Trains each anew, and scores what it has become: the policy after the last decision, which is a
/// mean over the latest steps already. To pick the best of several checkpoints, as `infodiet train`
/// does, would flatter settings that jump about, and cost as many evaluations.
///
/// As many trainings as there are threads go on side by side, each on one of them, since nothing is
/// shared there; the few that are left at the end share all threads. Results have the same bits
/// either way. A loss that is not finite is the fault of the settings: their score is NaN.
/// @param cancel  if it becomes true, trainings stop after their rollout, and are lost
/// @returns whether all came to their end
/// @throws Error kConfig naming the settings of which no learner can be made
bool score_learners(const std::shared_ptr<const World>& world, std::span<const LearnerTrial> trials,
                    Workers& workers, const std::atomic<bool>* cancel, const LearnerDone& done,
                    const LearnerProgress& progress);

}  // namespace infodiet
