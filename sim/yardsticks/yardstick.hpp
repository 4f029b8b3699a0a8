#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "env/core/registry.hpp"
#include "env/env_batch.hpp"

namespace infodiet {

/// Something to measure agents by: it plays like one, and is allowed to know what no agent knows.
/// It looks at the environments themselves, so only an evaluation can play it.
class Yardstick {
 public:
  static constexpr std::string_view kKind = "yardstick";

  virtual ~Yardstick() = default;

  /// Bytes of one environment's memory, zeroed when an episode begins; 0 if there is none.
  virtual std::size_t memory_bytes() const { return 0; }

  /// Answers the decisions of a batch; rows that have ended are left as they are. Allocates
  /// nothing, throws nothing.
  /// @param memory  (B, memory_bytes)
  /// @param slates  (B, K) out: candidate positions, then `kNothing`
  virtual void act(const EnvBatch& seen, std::span<std::byte> memory, Slates slates) const = 0;
};

/// Yardsticks are made from their config and a world, which outlives them.
/// @throws Error kConfig if the world has not what they measure by
using YardstickRegistry = Registry<Yardstick, const World&>;

}  // namespace infodiet
