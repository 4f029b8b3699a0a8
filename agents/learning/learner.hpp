#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agents/agent.hpp"
#include "agents/learning/experience.hpp"
#include "env/core/parallel.hpp"
#include "env/core/tensors.hpp"

namespace infodiet {

/// A number that is reported of learning, under a fixed name (docs/training.md).
struct LearningFigure {
  std::string name;
  double value;
};

/// An agent that becomes better at what it does.
///
///   begin(seed)
///   experience -> [ explore, step ] x T in every block -> learn -> [ ... ]
///
/// Acting, exploring and judging are const and may run on several blocks at once; learning is not.
/// The same seed and the same experience give the same parameters, to the bit, whatever the number
/// of threads.
class Learner : public Agent {
 public:
  /// Forgets everything, and draws first parameters.
  virtual void begin(std::uint64_t seed) = 0;

  /// Room for one rollout of so many environments.
  virtual Experience make_experience(int envs) const = 0;

  /// As `act`, but draws slates from the policy, and notes what learning will need. What is hidden
  /// already stands in `into` (Experience::hidden), for judging alone.
  /// @param first_env  where in `into` the block's first environment stands
  /// @param memory     (B, memory_bytes) of the block
  virtual void explore(const Observations& seen, int first_env, int step,
                       std::span<std::byte> memory, Experience& into, Slates slates) const = 0;

  /// What is still to come after an observation, as the learner judges it.
  /// @param env     a row of `seen`
  /// @param memory  (memory_bytes) of that environment, as before a decision
  /// @param hidden  (Experience::hidden_size) what that observation does not show
  virtual float value(const Observations& seen, int env, std::span<const std::byte> memory,
                      std::span<const float> hidden) const = 0;

  /// Learns from one rollout.
  /// @param done  the share of the training that lies behind, in [0, 1]: for schedules
  /// @throws Error kState naming rollout, environment and decision, if what was lived through is
  ///         not finite, before anything was learned from it; or naming step and tensor, if a loss
  ///         or gradient is not; the parameters are then those of the last step that was
  virtual std::vector<LearningFigure> learn(const Experience& all, double done,
                                            Workers& workers) = 0;

  /// Rules by which it can play what it has learned. A caller who has people to try them on may
  /// keep the one that does best by them; it is part of the policy.
  virtual int num_rules() const { return 1; }
  /// @param rule  below num_rules
  virtual void set_rule(int rule) = 0;

  /// How many numbers it learns.
  virtual std::size_t parameter_count() const = 0;

  /// What it takes to act like this again; and what it takes besides to go on learning.
  virtual void save_policy(Tensors& into) const = 0;
  virtual void save_training(Tensors& into) const = 0;
  /// @throws Error kState naming the tensor that is missing or has another shape
  virtual void load_policy(const Tensors& from) = 0;
  virtual void load_training(const Tensors& from) = 0;
};

}  // namespace infodiet
