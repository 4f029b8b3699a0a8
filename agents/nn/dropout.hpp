#pragma once

#include <cstdint>

#include "agents/nn/view.hpp"
#include "env/core/philox.hpp"

namespace infodiet::nn {

/// Names the dice of one layer for one sample at one step of training. What falls is a function of
/// these four numbers: no thread, block or order of work changes it, and backward rolls the same
/// again instead of remembering.
struct Dice {
  std::uint64_t seed;
  std::uint32_t step, layer, sample;

  /// Uniform in (0, 1).
  /// @param element  below 2^26
  float roll(std::uint32_t element) const {
    const auto four = random_words({seed, layer, step}, Purpose::kDropout, sample, element / 4);
    return uniform_open(four[element % 4]);
  }
};

/// Each number is set to 0 with probability `rate`, and otherwise divided by 1 - rate so that its
/// expectation stays. In training only: without dice, nothing is dropped.
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, "Dropout: a simple way
/// to prevent neural networks from overfitting", https://jmlr.org/papers/v15/srivastava14a.html;
/// on attention weights as in Vaswani et al. 2017, "Attention is all you need", arXiv:1706.03762.
struct Dropout {
  float rate = 0;  ///< in [0, 1)

  bool active(const Dice* dice) const { return dice != nullptr && rate > 0; }

  /// x (N, C), in place. On dy with the same dice it gives dx: that is the backward as well.
  /// @param first  the die of the first number: what lies before it belongs to other heads
  template <class S>
  void apply(const Dice& dice, std::uint32_t first, View<S> x) const {
    const S keep = S(1) / (S(1) - S(rate));
    std::uint32_t element = first;
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      for (Eigen::Index c = 0; c < x.cols(); ++c, ++element) {
        x(n, c) = dice.roll(element) < rate ? S(0) : x(n, c) * keep;
      }
    }
  }
};

}  // namespace infodiet::nn
