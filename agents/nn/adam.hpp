#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "agents/nn/parameters.hpp"
#include "agents/nn/view.hpp"
#include "env/core/error.hpp"

namespace infodiet::nn {

/// The length of all gradients as one vector, which is scaled down to `limit` if it is longer.
/// Returns the length before. Refuses gradients that are not finite, and says whose they are.
/// Source: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural
/// networks", algorithm 1, https://proceedings.mlr.press/v28/pascanu13.html.
template <class S>
double clip_gradients(const ParameterTable& table, double limit, S* gradients) {
  double squares = 0;
  for (const Parameter& parameter : table.parameters()) {
    const double of_one = parameter.of(gradients).template cast<double>().squaredNorm();
    if (!std::isfinite(of_one)) {
      throw Error(ErrorCode::kState, parameter.name,
                  "its gradient is not finite (lower the learning rate, or look for inputs that "
                  "are not finite)");
    }
    squares += of_one;
  }
  const double norm = std::sqrt(squares);
  if (norm > limit) {
    const S factor = static_cast<S>(limit / norm);
    for (std::size_t i = 0; i < table.size(); ++i) gradients[i] *= factor;
  }
  return norm;
}

/// Adam with decoupled weight decay, for step n = 1, 2, ... at learning rate r:
///
///   m = b1 m + (1 - b1) g      v = b2 v + (1 - b2) g^2
///   p = (1 - r decay) p - r (m / (1 - b1^n)) / (sqrt(v / (1 - b2^n)) + epsilon)
///
/// m and v are blocks laid out as the parameters, zero at first. Only matrices decay: a bias or
/// a scale near 0 is no simpler than another. A plain loop: the square roots of Eigen's vectors are
/// approximate (EIGEN_FAST_MATH) and those before the first aligned number are not, so that bits
/// would hang on the address, and on the make of the processor.
/// Sources: Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1,
/// arXiv:1412.6980; Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2,
/// arXiv:1711.05101.
struct Adam {
  double b1 = 0.9;
  double b2 = 0.999;
  double epsilon = 1e-8;
  double decay = 0;

  /// @param n  1 at the first step
  template <class S>
  void step(const ParameterTable& table, std::uint64_t n, double rate, const S* gradients, S* m,
            S* v, S* parameters) const {
    const double steps = static_cast<double>(n);
    const S pace = static_cast<S>(rate / (1 - std::pow(b1, steps)));
    const S spread = static_cast<S>(1 / std::sqrt(1 - std::pow(b2, steps)));
    const S keep_m = static_cast<S>(b1), take_m = static_cast<S>(1 - b1);
    const S keep_v = static_cast<S>(b2), take_v = static_cast<S>(1 - b2);
    for (const Parameter& parameter : table.parameters()) {
      const S shrink = static_cast<S>(parameter.rows > 1 ? 1 - rate * decay : 1.0);
      const auto count = static_cast<std::size_t>(parameter.rows) * parameter.cols;
      for (std::size_t i = parameter.offset; i < parameter.offset + count; ++i) {
        const S g = gradients[i];
        m[i] = keep_m * m[i] + take_m * g;
        v[i] = keep_v * v[i] + take_v * (g * g);
        const S root = std::sqrt(v[i]) * spread + static_cast<S>(epsilon);
        parameters[i] = shrink * parameters[i] - pace * m[i] / root;
      }
    }
  }
};

/// A learning rate for every step: up in a straight line from 0 for `warmup` steps, then from
/// `peak` down to `last` at step `steps`, and `last` from there on.
/// Source of the cosine: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm
/// restarts", eq. 5, arXiv:1608.03983; here without restarts.
struct Schedule {
  enum class Shape { kConstant, kLinear, kCosine };
  Shape shape = Shape::kConstant;
  double peak = 3e-4;
  double last = 0;  ///< not used by a constant rate
  std::uint64_t warmup = 0;
  std::uint64_t steps = 1;

  /// @param n  1 at the first step
  double rate(std::uint64_t n) const {
    if (n < warmup) return peak * static_cast<double>(n) / static_cast<double>(warmup);
    if (shape == Shape::kConstant) return peak;
    if (n >= steps) return last;
    const double done = static_cast<double>(n - warmup) / static_cast<double>(steps - warmup);
    const double left =
        shape == Shape::kLinear ? 1 - done : (1 + std::cos(3.141592653589793 * done)) / 2;
    return last + (peak - last) * left;
  }
};

}  // namespace infodiet::nn
