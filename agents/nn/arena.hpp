#pragma once

#include <cstddef>
#include <vector>

#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// Hands out matrices of the caller's memory, one behind the other, each on a cache line of floats.
/// Without memory it only counts: so the code that lays out a workspace also says its size.
template <class S>
class Arena {
 public:
  explicit Arena(S* memory = nullptr) : memory_(memory) {}

  View<S> take(Eigen::Index rows, Eigen::Index cols) {
    S* const place = take(static_cast<std::size_t>(rows * cols));
    return matrix(place, rows, cols);
  }

  S* take(std::size_t count) {
    S* const place = memory_ == nullptr ? nullptr : memory_ + used_;
    used_ += (count + 15) / 16 * 16;
    return place;
  }

  std::size_t used() const { return used_; }

 private:
  S* memory_;
  std::size_t used_ = 0;
};

}  // namespace infodiet::nn
