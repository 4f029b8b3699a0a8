#pragma once

#include <cstddef>

#include "env/worlds/world.hpp"

namespace infodiet {

/// Follows an environment by what a platform may observe of it, with full knowledge of how people
/// work and none of this person: what the best of observers could believe. For yardsticks.
///
/// A belief is a record of `model()`, the world as the platform knows it, in which all that is
/// hidden holds an estimate. What the model says of a belief (`expected_outcomes`, `write_hidden`)
/// is therefore said from observable things alone. Behind the record lies what the filter itself
/// needs. Nothing here allocates or throws, except making.
class Filter {
 public:
  virtual ~Filter() = default;

  virtual const World& model() const = 0;

  /// Bytes of one belief, a multiple of 64. All zero is the belief before the first decision.
  virtual std::size_t belief_bytes() const = 0;

  /// Brings a belief up to the pending decision. To be called at every decision of the episode.
  /// @param state  a record of the world that made the filter, of which only what a platform sees
  ///               is looked at
  virtual void follow(const std::byte* state, std::byte* belief) const = 0;
};

}  // namespace infodiet
