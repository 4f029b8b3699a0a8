#pragma once

#include <array>
#include <atomic>

namespace infodiet {

/// Hands the latest value from one thread to another. Neither ever waits; the reader never sees a
/// value half written, and may miss some. One writer, one reader.
///
///   writer: fill back(), publish()      reader: if (fetch()) look at front()
///
/// Three slots: one is the writer's, one the reader's, and `middle_` names the third, with a mark
/// if it is newer than the reader's. Both sides exchange their slot for it.
template <class T>
class TripleBuffer {
 public:
  T& back() { return slots_[back_]; }
  void publish() { back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kSlot; }

  /// Whether the last value published has not been fetched yet. Any side may ask.
  bool pending() const { return (middle_.load(std::memory_order_relaxed) & kFresh) != 0; }

  /// @returns whether front() is now newer than before
  bool fetch() {
    if (!pending()) return false;
    front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kSlot;
    return true;
  }
  const T& front() const { return slots_[front_]; }

 private:
  static constexpr unsigned kFresh = 4, kSlot = 3;

  std::array<T, 3> slots_{};
  alignas(64) std::atomic<unsigned> middle_{1};
  alignas(64) unsigned back_ = 0;   // the writer's
  alignas(64) unsigned front_ = 2;  // the reader's
};

}  // namespace infodiet
