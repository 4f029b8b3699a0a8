#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sim/statistics.hpp"

// Aggregates over runs x tasks and their bootstrap intervals, as rliable defines them.
// Source: Agarwal, Schwarzer, Castro, Courville & Bellemare 2021, "Deep reinforcement learning at
// the edge of the statistical precipice", arXiv:2108.13264; code at commit 3ccd9f4. We differ: the
// random numbers come from a seed.

namespace infodiet {

/// Normalised scores of one algorithm: a row is a run (a seed), a column is a task.
struct ScoreMatrix {
  int runs = 0;
  int tasks = 0;
  std::vector<double> values;  ///< (runs, tasks)

  double operator()(int run, int task) const { return values[run * tasks + task]; }
};

/// Mean of all scores.
double mean_score(const ScoreMatrix& scores);

/// Median over tasks of the mean over runs.
double median_score(const ScoreMatrix& scores);

/// Mean of what is left when floor(n / 4) of all n scores are dropped at each end.
double interquartile_mean(const ScoreMatrix& scores);

/// How far scores stay below `target` on average; what lies above it counts as `target`.
double optimality_gap(const ScoreMatrix& scores, double target = 1);

/// Mean over tasks of P(a run of x beats a run of y), a tie counting one half.
/// @throws Error kShape if the numbers of tasks differ
double probability_of_improvement(const ScoreMatrix& x, const ScoreMatrix& y);

/// How a resample is drawn.
enum class Resampling {
  kRows,        ///< whole runs: for one policy scored on every task, whose scores share its luck
  kStratified,  ///< every cell by itself within its task: for a separate run in every cell
};

using Statistic = std::function<double(const ScoreMatrix&)>;

/// Which run stands in each place of each resample: (replicates, runs) for rows, (replicates,
/// runs, tasks) for stratified.
std::vector<int> draw_resamples(const ScoreMatrix& scores, Resampling how, int replicates,
                                std::uint64_t seed);

/// Percentile bootstrap interval of a statistic (type-7 quantiles), on resamples given from
/// outside: drawn by `draw_resamples`, or all there are, which makes it exact.
/// @throws Error kShape if `resamples` is empty, not whole replicates, or names no run
Interval bootstrap_interval(const ScoreMatrix& scores, const Statistic& statistic, Resampling how,
                            std::span<const int> resamples, double level = 0.95);

}  // namespace infodiet
