#pragma once

#include "agents/nn/functions.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// y = max(x, 0), number by number. dx = dy where x > 0; at 0 the gradient is taken for 0.
template <class S>
struct Relu {
  static void forward(const ConstView<S>& x, View<S> y) { y = x.cwiseMax(S(0)); }

  static void backward(const ConstView<S>& x, const ConstView<S>& dy, View<S> dx) {
    dx.array() += (x.array() > S(0)).select(dy.array(), S(0));
  }
};

/// y = x / 2 (1 + tanh u),  u = sqrt(2 / pi) (x + 0.044715 x^3): nearly x times the normal
/// distribution function, and smooth at 0.
///
///   dx = dy ((1 + tanh u) / 2 + x / 2 (1 - tanh^2 u) du/dx)
///
/// Source: Hendrycks & Gimpel 2016, "Gaussian error linear units (GELUs)", section 2,
/// arXiv:1606.08415.
template <class S>
struct Gelu {
  static constexpr S kScale = S(0.7978845608028654);  // sqrt(2 / pi)
  static constexpr S kCubic = S(0.044715);

  static void forward(const ConstView<S>& x, View<S> y) {
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      for (Eigen::Index c = 0; c < x.cols(); ++c) {
        const S a = x(n, c);
        y(n, c) = a / 2 * (1 + tanh_of(a));
      }
    }
  }

  static void backward(const ConstView<S>& x, const ConstView<S>& dy, View<S> dx) {
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      for (Eigen::Index c = 0; c < x.cols(); ++c) {
        const S a = x(n, c);
        const S t = tanh_of(a);
        const S slope_of_u = kScale * (1 + 3 * kCubic * a * a);
        dx(n, c) += dy(n, c) * ((1 + t) / 2 + a / 2 * (1 - t * t) * slope_of_u);
      }
    }
  }

 private:
  static S tanh_of(S a) { return hyperbolic_tangent(kScale * (a + kCubic * a * a * a)); }
};

}  // namespace infodiet::nn
