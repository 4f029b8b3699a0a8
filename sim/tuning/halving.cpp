#include "sim/tuning/halving.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

constexpr int kRecheckSeeds = 2;  // fewer have no interval
constexpr double kMostPlays = 1e8;

/// Candidates of each round: one in `eta` goes on, and the last round still is a choice.
std::vector<int> round_sizes(int candidates, int eta) {
  std::vector<int> sizes;
  if (candidates < 2) return sizes;
  for (int size = candidates;; size = std::max(2, size / eta)) {
    sizes.push_back(size);
    if (size <= eta) return sizes;
  }
}

/// What rounds cost if each has a single seed.
long long least_plays(int candidates, int eta) {
  const std::vector<int> sizes = round_sizes(candidates, eta);
  return std::accumulate(sizes.begin(), sizes.end(), 0LL);
}

/// Plays that the budget pays for.
long long affordable_plays(const TuneConfig& tune, const TunePlan& plan) {
  if (plan.trains()) return tune.trainings;
  const double affordable = std::floor(tune.budget / plan.days_per_seed);
  if (affordable > kMostPlays) {
    throw Error(ErrorCode::kConfig, "tune.budget",
                fmt::format("{} d are {:.3g} times a seed of {} episodes (allowed: {:.3g}; lower "
                            "it, or raise tune.episodes)",
                            tune.budget, affordable, tune.episodes, kMostPlays));
  }
  return static_cast<long long>(affordable);
}

[[noreturn]] void refuse(const TuneConfig& tune, const TunePlan& plan, int candidates,
                         long long search, long long recheck) {
  // the least budget of which the share for the recheck leaves enough
  const double all = std::max(static_cast<double>(search + recheck),
                              std::ceil(static_cast<double>(search) / (1 - tune.recheck)));
  if (plan.trains()) {
    throw Error(ErrorCode::kConfig, "tune.trainings",
                fmt::format("{} are too few for {} settings (needed: {}, or tune.recheck=0)",
                            tune.trainings, candidates, all + (tune.recheck > 0 ? 1 : 0)));
  }
  throw Error(ErrorCode::kConfig, "tune.budget",
              fmt::format("{} d are too few for {} settings on seeds of {} episodes, {} d each "
                          "(needed: {} d, or lower tune.episodes)",
                          tune.budget, candidates, tune.episodes, plan.days_per_seed,
                          (all + 1) * plan.days_per_seed));
}

}  // namespace

double TunePlan::plays() const {
  double plays = double{1} * recheck.candidates * recheck.seeds;
  for (const TuneRound& round : rounds) plays += double{1} * round.candidates * round.seeds;
  return plays;
}

TunePlan make_tune_plan(const TuneConfig& tune, double episode_days, int available, int given,
                        std::uint64_t decisions) {
  TunePlan plan;
  plan.episodes = tune.episodes;
  plan.days_per_seed = tune.episodes * episode_days;
  plan.decisions = decisions;
  plan.recheck.candidates = available > 1 ? 2 : 1;

  const long long plays = affordable_plays(tune, plan);
  const auto share = static_cast<long long>(tune.recheck * static_cast<double>(plays));
  // who stands alone is only scored; who is chosen need not be scored again
  const bool rechecks = tune.recheck > 0 || available == 1;
  const int least_recheck = rechecks ? kRecheckSeeds * plan.recheck.candidates : 0;
  const long long search = plays - std::max<long long>(least_recheck, share);

  const int fewest = rechecks ? given : std::max(given, 2);
  int candidates = std::min(available, std::max(tune.candidates, given));
  while (candidates > fewest && least_plays(candidates, tune.eta) > search) --candidates;
  const long long needed = least_plays(candidates, tune.eta);
  if (needed > search) refuse(tune, plan, candidates, needed, least_recheck);

  const std::vector<int> sizes = round_sizes(candidates, tune.eta);
  // a round that cannot have its share with whole seeds gets one, at the cost of the later ones
  long long left = search, still_needed = needed;
  int first_seed = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    still_needed -= sizes[i];
    const long long fair = left / static_cast<long long>(sizes.size() - i);
    const long long most = std::min(std::max<long long>(fair, sizes[i]), left - still_needed);
    const int seeds = static_cast<int>(most / sizes[i]);
    plan.rounds.push_back({sizes[i], seeds, first_seed});
    left -= static_cast<long long>(seeds) * sizes[i];
    first_seed += seeds;
  }
  const long long recheck =
      sizes.empty() ? std::max<long long>(least_recheck, share) : plays - search + left;
  plan.recheck.first_seed = first_seed;
  plan.recheck.seeds = rechecks ? static_cast<int>(recheck / plan.recheck.candidates) : 0;
  return plan;
}

std::vector<int> best_of(std::span<const double> scores, int count) {
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  const auto worth = [&scores](int i) { return std::isnan(scores[i]) ? -kInfinity : scores[i]; };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return worth(a) > worth(b); });
  order.resize(std::min<std::size_t>(order.size(), static_cast<std::size_t>(count)));
  return order;
}

}  // namespace infodiet
