#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "env/core/philox.hpp"

namespace infodiet {

// Views of a block or a batch of B environments. They are lent until the next step or reset of
// those environments; storing one is a bug. All arrays are contiguous, environment by environment.

/// Names one decision, so that an agent's own dice are a pure function of it.
struct DecisionKey {
  EpisodeKey episode;          ///< its seed is `agent_seed` of the world's
  std::uint32_t decision = 0;  ///< counts from 0 within the episode
};

/// What a platform sees at B decisions.
///
/// `item` and `mask` are always there. The float arrays are made from the compact state only for
/// those who read them (`Agent::reads_tensors`, Python); else they are empty.
struct Observations {
  int size = 0;                                ///< B
  std::span<const DecisionKey> key;            ///< (B)
  std::span<const std::int32_t> item;          ///< (B, M) item ids, ascending, then -1
  std::span<const std::uint8_t> mask;          ///< (B, M) 1 = may be shown
  std::span<const float> candidates;           ///< (B, M, F) 0 where masked
  std::span<const float> history;              ///< (B, H, G) newest first, 0 where masked
  std::span<const std::uint8_t> history_mask;  ///< (B, H) 1 = an event
  std::span<const float> context;              ///< (B, C)
};

/// What an agent answers: (B, K), each row an ordered list of 0..K candidate positions in [0, M),
/// then -1.
using Slates = std::span<std::int32_t>;
using ConstSlates = std::span<const std::int32_t>;
inline constexpr std::int32_t kNothing = -1;

/// What came of B decisions: all that happened until each environment's next one.
struct Transitions {
  int size = 0;                              ///< B
  std::span<const float> reward;             ///< (B, R) accrued, undiscounted
  std::span<const float> score;              ///< (B) weighted sum of `reward`
  std::span<const float> minutes;            ///< (B) simulated minutes that passed; where a person
                                             ///< left for good, all that were left of the episode
  std::span<const float> feedback;           ///< (B, K, 4) shown, clicked, dwell [min], liked
  std::span<const std::uint8_t> terminated;  ///< (B) the episode ended by itself
  std::span<const std::uint8_t> truncated;   ///< (B) the episode was cut at its length
  std::span<const std::uint8_t> valid;       ///< (B) 0: no decision was taken (a reset, or a row
                                             ///< that had ended); learn nothing from it
};

}  // namespace infodiet
