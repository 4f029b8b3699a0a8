#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "agents/learning/learner.hpp"
#include "env/core/parallel.hpp"
#include "env/core/registry.hpp"
#include "env/core/tensors.hpp"
#include "env/env_batch.hpp"
#include "sim/evaluation.hpp"
#include "sim/experiment.hpp"
#include "sim/training/rollout.hpp"

namespace infodiet {

/// How long a training is, and by which dice.
struct TrainPlan {
  std::uint64_t seed = 1;       ///< of the parameters, and of the people
  int envs = 256;               ///< B
  std::uint64_t decisions = 0;  ///< at least so many are taken
  int block_size = 16;          ///< environments of one task; changes no result
};

/// A training as an experiment has it, on people of train.first_seed + `seed`.
TrainPlan make_train_plan(const ExperimentConfig& experiment, std::uint64_t seed);

/// What one iteration came to.
struct Iteration {
  RolloutFigures rollout;
  std::vector<LearningFigure> learning;
};

/// A learner and the people it learns from, from rollout to rollout. It knows no clock, no file and
/// no terminal: the same plan gives the same parameters, to the bit, whatever the threads, and
/// however often it was saved and loaded between two iterations.
///
/// Before the first rollout every person lives through a random part of the episode in silence.
/// Otherwise all would have their first day in the first rollouts and their last day together, and
/// each rollout would teach what the one before had made forget.
class Trainer {
 public:
  /// @throws Error kConfig if the agent cannot learn
  Trainer(std::shared_ptr<const World> world, const Choice& agent, const TrainPlan& plan);

  const Learner& learner() const { return *learner_; }
  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t iterations() const { return iterations_; }
  bool done() const { return decisions_ >= plan_.decisions; }
  /// Decisions of one iteration.
  std::uint64_t per_iteration() const { return experience_.count(); }

  Iteration iterate(Workers& workers);

  /// What it has learned so far, as it would play.
  std::unique_ptr<Learner> policy() const;

  /// All that the next iteration depends on, beside the plan.
  /// The policy by each rule that it can play by.
  std::vector<Contestant> policies() const;
  /// By which rule it plays from now on.
  void set_rule(int rule) { learner_->set_rule(rule); }
  void save_policy(Tensors& into) const { learner_->save_policy(into); }
  void save_training(Tensors& into) const;
  /// @throws Error kState naming what does not fit
  void load(const Tensors& policy, const Tensors& training);

 private:
  void stagger();

  std::shared_ptr<const World> world_;
  Choice agent_;
  TrainPlan plan_;
  std::unique_ptr<Learner> learner_;
  EnvBatch batch_;
  Experience experience_;
  std::vector<std::byte> memory_;  // (B, memory_bytes) of the learner
  std::uint64_t decisions_ = 0, iterations_ = 0;
};

/// Whether an agent of this choice can be made here, and has something to learn.
bool can_learn(const Choice& agent, const Spec& spec);

/// An agent of this choice that can learn.
/// @throws Error kConfig naming those that can
std::unique_ptr<Learner> make_learner(const Choice& agent, const Spec& spec);

}  // namespace infodiet
