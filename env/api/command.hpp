#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "env/api/snapshot.hpp"

namespace infodiet {

/// What a person who watches asks of what he watches. Plain bytes: it crosses threads by copying.
struct Command {
  enum Kind : std::uint8_t {
    kPlay,      ///< go on by itself
    kPause,     ///< stand still
    kStep,      ///< play so many decisions, then stand still; `number`
    kSpeed,     ///< decisions per second wanted; `number`, infinity: as fast as it goes
    kRestart,   ///< the same episode from its beginning
    kNextSeed,  ///< the first episode of the next seed
    kRule,      ///< how a slate is made of what an agent says: `number` is a Rule
    kMask,      ///< take decision `number`, if it is the last, again without the candidates of
                ///< `flags`
    kSlate,  ///< take decision `number`, if it is the last, again with this slate, picked by hand
    kShow,   ///< tell decision `number` whole, which went by too fast to be kept
  };
  enum Rule : std::uint8_t { kAsTrained, kGreedy, kSampled };

  Kind kind = kPlay;
  std::uint8_t side = 0;  ///< of a comparison; kMask, kSlate, kShow
  double number = 0;
  std::array<std::int32_t, Snapshot::kMostSlots> slate{};       ///< kSlate: places, then -1
  std::array<std::uint8_t, Snapshot::kMostCandidates> flags{};  ///< kMask: 1 = not to be shown
};
static_assert(std::is_trivially_copyable_v<Command>);

}  // namespace infodiet
