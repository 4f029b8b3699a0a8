#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/tuning/tune_config.hpp"

// Successive halving: many settings are tried a little, and the better ones more and more.
//
// Sources: Jamieson & Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter
// optimization", arXiv:1502.07943; that settings drawn at random beat a grid: Bergstra & Bengio
// 2012, "Random search for hyper-parameter optimization", JMLR 13. Ours: every round meets new
// seeds, the same for all, and a score is the mean over all seeds so far; some of the budget is
// kept for scoring the winner on seeds that had no part in choosing it.

namespace infodiet {

struct TuneRound {
  int candidates = 0;
  int seeds = 0;       ///< new ones, that each candidate plays
  int first_seed = 0;  ///< counted from the first seed of tuning
};

/// Who plays how much. What is counted are plays: one candidate on one seed.
struct TunePlan {
  std::vector<TuneRound> rounds;  ///< none if there is nothing to choose from
  TuneRound recheck;              ///< winner and defaults, or the defaults alone; or no seeds
  int episodes = 1;               ///< on each seed
  double days_per_seed = 0;       ///< of these episodes
  std::uint64_t decisions = 0;    ///< of the training before them; 0: nothing is trained

  /// All plays; fewer come to pass if the defaults win, who need not be scored twice.
  double plays() const;
  /// Days that are played in all, without those of trainings, which nobody knows before.
  double days() const { return plays() * days_per_seed; }
  bool trains() const { return decisions > 0; }
  /// What a play costs: days, or decisions of a training.
  double play_cost() const { return trains() ? static_cast<double>(decisions) : days_per_seed; }
  /// Seeds that are met in all.
  int seeds() const { return recheck.first_seed + recheck.seeds; }
};

/// Shares the budget out. Each round gets about the same; what is left by rounding goes to the last
/// round, then to the recheck, so that all is used but two seeds at most. Where there is no
/// recheck, it may be one seed of the last round's candidates.
/// @param episode_days  length of an episode
/// @param available     settings there are to try; the first round has as many of them as
///                      tune.candidates says and the budget allows
/// @param given         how many of these must be in the first round
/// @param decisions     of a training of the agent, if it learns: its budget is tune.trainings
/// @throws Error kConfig if the budget is too small for that, or the plan too large
TunePlan make_tune_plan(const TuneConfig& tune, double episode_days, int available, int given,
                        std::uint64_t decisions = 0);

/// Places of the `count` highest scores, best first; of equals the one that stands first. What is
/// no number comes last.
std::vector<int> best_of(std::span<const double> scores, int count);

}  // namespace infodiet
