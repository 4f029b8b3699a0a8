#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "env/api/batch.hpp"
#include "env/api/explain.hpp"
#include "env/api/spec.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

/// A policy. It is made from a spec and sees observations; it knows no world.
///
/// What an agent remembers of one environment (a budget, an estimate) lies in a flat record of
/// `memory_bytes()` bytes that the caller owns: zeroed when an episode begins, copied with the
/// environment, saved with a checkpoint. `act` is const and may run on several blocks at once.
class Agent {
 public:
  static constexpr std::string_view kKind = "agent";

  virtual ~Agent() = default;

  /// Whether `act` reads the float arrays of the observations, which cost time to write.
  virtual bool reads_tensors() const = 0;

  /// Bytes of one environment's memory; 0 if there is none.
  virtual std::size_t memory_bytes() const { return 0; }

  /// Answers the decisions of a block. Allocates nothing, but on its first call in a thread; throws
  /// nothing.
  /// @param memory  (B, memory_bytes)
  /// @param slates  (B, K) out: candidate positions, then `kNothing`
  virtual void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const = 0;

  /// Why it answers decision `env` of a block as it does. For people who look: it may allocate.
  /// @param memory  (memory_bytes) of that environment, as before `act`
  virtual Explanation explain(const Observations& seen, int env,
                              std::span<const std::byte> memory) const {
    (void)seen;
    (void)env;
    (void)memory;
    return {};
  }
};

/// Agents are made from their config and a world's spec, which they may keep a reference to: it
/// outlives them.
using AgentRegistry = Registry<Agent, const Spec&>;

}  // namespace infodiet
