#pragma once

#include <cstddef>
#include <span>

#include "env/worlds/world.hpp"

namespace infodiet {

/// Follows an environment by what a platform may observe of it, with full knowledge of how people
/// work and none of this person: what the best of observers could believe. For yardsticks.
///
/// Beliefs are flat records, as states are. Nothing here allocates or throws, except making.
class Filter {
 public:
  virtual ~Filter() = default;

  /// Bytes of one belief, a multiple of 64. All zero is the belief before the first decision.
  virtual std::size_t belief_bytes() const = 0;

  /// Brings a belief up to the pending decision. To be called at every decision of the episode.
  /// @param state  a record of the world that made the filter, of which only what a platform sees
  ///               is looked at
  virtual void follow(const std::byte* state, std::byte* belief) const = 0;

  /// As World::expected_outcomes, as far as can be believed.
  virtual void expected_outcomes(const std::byte* belief,
                                 std::span<ExpectedOutcome> candidates) const = 0;

  /// As World::write_hidden: what is believed of it.
  virtual void write_hidden(const std::byte* belief, float* out) const = 0;
};

}  // namespace infodiet
