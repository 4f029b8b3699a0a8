#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <string>

#include "agents/nn/parameters.hpp"
#include "agents/nn/view.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sanitized.hpp"

// Hand-derived gradients against finite differences.

namespace infodiet::test {

/// Normal numbers, other ones for each `salt`.
template <class S = double>
nn::Matrix<S> normal_matrix(int rows, int cols, std::uint32_t salt) {
  nn::Matrix<S> values(rows, cols);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    const auto word = random_words({7, salt, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i))[0];
    values.data()[i] = static_cast<S>(normal_quantile(uniform_open(word)));
  }
  return values;
}

/// What a loss is differentiated by: an input, or a block of parameters.
struct Leaf {
  std::string name;
  nn::Matrix<double> value;
  nn::Matrix<double> gradient;
};

/// The leaves of one check. References stay good.
class Leaves {
 public:
  Leaf& input(const std::string& name, int rows, int cols) {
    const auto salt = static_cast<std::uint32_t>(leaves_.size());
    leaves_.push_back({name, normal_matrix(rows, cols, salt), {}});
    return leaves_.back();
  }

  /// A block for all of a table's parameters. Not as they are initialised, since zeros and ones
  /// would hide mistakes.
  Leaf& parameters(const nn::ParameterTable& table) {
    return input("parameters", 1, static_cast<int>(table.size()));
  }

  /// @param forward   () -> loss, from the leaves' values
  /// @param backward  adds to the leaves' gradients, after a forward
  template <class Forward, class Backward>
  void require_gradients(const Forward& forward, const Backward& backward) {
    constexpr int kStride = kSanitized ? 7 : 1;
    constexpr double kBefore = 3;  // backward must add to what it finds
    for (Leaf& leaf : leaves_) {
      leaf.gradient.setConstant(leaf.value.rows(), leaf.value.cols(), kBefore);
    }
    forward();
    backward();
    for (Leaf& leaf : leaves_) {
      const double largest = (leaf.gradient.array() - kBefore).abs().maxCoeff();
      CAPTURE(leaf.name);
      REQUIRE(largest > 0);
      for (Eigen::Index i = 0; i < leaf.value.size(); i += kStride) {
        constexpr double kStep = 1e-5;
        double& value = leaf.value.data()[i];
        const double middle = value;
        const auto at = [&](double steps) {
          value = middle + steps * kStep;
          return forward();
        };
        // of the fourth order: heads sharpen what they are given, and curve the more for it
        const double expected = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * kStep);
        value = middle;
        const double seen = leaf.gradient.data()[i] - kBefore;
        CAPTURE(i, expected, seen);
        REQUIRE(std::fabs(seen - expected) <= 1e-6 * std::max(std::fabs(expected), largest));
      }
    }
    forward();  // leaves outputs as they are without any step
  }

 private:
  std::deque<Leaf> leaves_;
};

/// The loss of a check: a weighted sum of the outputs, so that the weights are its gradients.
inline double weighted_sum(const nn::Matrix<double>& y, const nn::Matrix<double>& dy) {
  return y.cwiseProduct(dy).sum();
}

}  // namespace infodiet::test
