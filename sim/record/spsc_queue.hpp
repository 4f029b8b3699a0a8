#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace infodiet {

/// A queue of at most N values from one thread to another. Neither ever waits: a full queue
/// refuses. One writer, one reader.
template <class T, std::size_t N>
class SpscQueue {
 public:
  bool push(const T& value) {
    const std::size_t end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == N) return false;
    values_[end % N] = value;
    end_.store(end + 1, std::memory_order_release);
    return true;
  }

  bool pop(T& value) {
    const std::size_t begin = begin_.load(std::memory_order_relaxed);
    if (begin == end_.load(std::memory_order_acquire)) return false;
    value = values_[begin % N];
    begin_.store(begin + 1, std::memory_order_release);
    return true;
  }

 private:
  std::array<T, N> values_{};
  alignas(64) std::atomic<std::size_t> begin_{0};
  alignas(64) std::atomic<std::size_t> end_{0};
};

}  // namespace infodiet
