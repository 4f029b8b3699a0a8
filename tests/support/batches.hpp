#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "env/api/batch.hpp"
#include "env/api/spec.hpp"
#include "env/env_batch.hpp"

namespace infodiet::test {

/// A hash of numbers, bit by bit and in order, to compare whole runs by.
class Hash {
 public:
  template <class T>
  void add(std::span<const T> numbers) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(numbers.data());
    std::size_t left = numbers.size_bytes();
    for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes, sizeof word);
      mix(word);
      bytes += sizeof word;
    }
    for (; left > 0; --left) mix(*bytes++);
  }
  std::uint64_t value() const { return value_; }

 private:
  void mix(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15u;
    value_ ^= value_ >> 29;
  }
  std::uint64_t value_ = 0xcbf29ce484222325;
};

/// The part of a batch-major array that belongs to one environment.
template <class T>
std::span<const T> row_of(std::span<const T> all, int row, int size) {
  const std::size_t width = all.size() / static_cast<std::size_t>(size);
  return all.subspan(static_cast<std::size_t>(row) * width, width);
}

/// Hashes of what was seen and of what came of it. Keys are left out: two runs that differ in
/// nothing but their seed's name must look the same.
std::uint64_t hash_of(const Observations& seen);
std::uint64_t hash_of(const Transitions& came);
std::uint64_t hash_of(const Observations& seen, int row);
std::uint64_t hash_of(const Transitions& came, int row);

/// Writes slates of random items and random length, from the fewest to the most allowed. A pure
/// function of the decision's key and its mask.
void random_slates(const Spec& spec, const Observations& seen, Slates slates);

/// Answers every decision with `random_slates` and steps, `steps` times.
/// @returns the hash of all observations and transitions on the way
std::uint64_t run(EnvBatch& batch, Workers& workers, int steps);

}  // namespace infodiet::test
