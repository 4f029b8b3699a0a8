#include "sim/tuning/learner_trials.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "env/core/config/config_writer.hpp"
#include "env/core/error.hpp"

namespace infodiet {
namespace {

bool is_true(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

/// Trains to the end.
/// @returns whether it got there
bool train(Trainer& trainer, const LearnerTrial& trial, Workers& workers,
           const std::atomic<bool>* cancel, const LearnerProgress& progress, double& days) {
  const std::uint64_t all = trial.training.decisions;
  while (!trainer.done()) {
    if (is_true(cancel)) return false;
    const std::uint64_t before = trainer.decisions();
    days += trainer.iterate(workers).rollout.minutes / 1440;
    progress(std::min(trainer.decisions(), all) - before);
  }
  return true;
}

/// @returns nothing if it was cancelled
std::optional<LearnerScore> score_of(const std::shared_ptr<const World>& world,
                                     const LearnerTrial& trial, Workers& workers,
                                     const std::atomic<bool>* cancel,
                                     const LearnerProgress& progress) {
  std::optional<Trainer> trainer;
  try {
    trainer.emplace(world, trial.agent, trial.training);
  } catch (const Error& error) {
    throw Error(error.code(), write_value(trial.agent), error.what());
  }
  LearnerScore out;
  try {
    if (!train(*trainer, trial, workers, cancel, progress, out.days)) return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kState) throw;
    progress(trial.training.decisions - std::min(trainer->decisions(), trial.training.decisions));
    return out;
  }
  const std::vector<Contestant> contestants = trainer->policies();
  const Evaluation played = evaluate(world, contestants, trial.scoring, workers, cancel);
  if (played.interrupted) return std::nullopt;
  const int score = played.find("score");
  out.score = played.value(0, 0, score);
  for (int rule = 1; rule < static_cast<int>(contestants.size()); ++rule)
    out.score = std::max(out.score, played.value(rule, 0, score));
  out.days +=
      world->spec().episode_days * trial.scoring.envs * static_cast<double>(contestants.size());
  return out;
}

}  // namespace

bool score_learners(const std::shared_ptr<const World>& world, std::span<const LearnerTrial> trials,
                    Workers& workers, const std::atomic<bool>* cancel, const LearnerDone& done,
                    const LearnerProgress& progress) {
  std::mutex mutex;
  std::atomic<int> next = 0;
  std::atomic<bool> whole = true;
  const auto play_next = [&](Workers& by) {
    const auto index = static_cast<std::size_t>(next++);
    if (is_true(cancel)) {
      whole = false;
      return;
    }
    const auto score = score_of(world, trials[index], by, cancel, progress);
    if (!score) {
      whole = false;
      return;
    }
    const std::lock_guard lock(mutex);
    done(index, *score);
  };
  const int count = static_cast<int>(trials.size());
  const int together = count / workers.threads() * workers.threads();
  workers.for_each(together, [&](int) {
    Workers alone(1);
    play_next(alone);
  });
  for (int i = together; i < count; ++i) play_next(workers);
  return whole;
}

}  // namespace infodiet
