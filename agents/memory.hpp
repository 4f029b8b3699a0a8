#pragma once

#include <cassert>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>

namespace infodiet {

/// What an agent remembers of one environment, in place. Zero bytes must be a good beginning.
template <class Memory>
Memory& memory_row(std::span<std::byte> memory, int env) {
  static_assert(std::is_trivially_copyable_v<Memory> && alignof(Memory) <= alignof(double));
  assert((static_cast<std::size_t>(env) + 1) * sizeof(Memory) <= memory.size());
  return *std::launder(reinterpret_cast<Memory*>(&memory[env * sizeof(Memory)]));
}

}  // namespace infodiet
