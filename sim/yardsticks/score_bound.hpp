#pragma once

#include "sim/evaluation.hpp"

namespace infodiet {

/// What no agent's score over the plan's first episodes exceeds in expectation, on the same people
/// it would meet: the mean of World::score_bound, per day where the score is. Infinite where the
/// world claims no bound.
double mean_score_bound(const World& world, const EvalPlan& plan);

}  // namespace infodiet
