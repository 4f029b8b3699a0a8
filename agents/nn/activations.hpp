#pragma once

#include <algorithm>

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
    S t[kAtOnce];
    for_parts(x, [&](Eigen::Index row, Eigen::Index col, Eigen::Index count) {
      const S* const in = x.row(row).data() + col;
      S* const out = y.row(row).data() + col;
      tanh_of(in, count, t);
      for (Eigen::Index c = 0; c < count; ++c) out[c] = in[c] / 2 * (1 + t[c]);
    });
  }

  static void backward(const ConstView<S>& x, const ConstView<S>& dy, View<S> dx) {
    S t[kAtOnce];
    for_parts(x, [&](Eigen::Index row, Eigen::Index col, Eigen::Index count) {
      const S* const in = x.row(row).data() + col;
      const S* const by_out = dy.row(row).data() + col;
      S* const by_in = dx.row(row).data() + col;
      tanh_of(in, count, t);
      for (Eigen::Index c = 0; c < count; ++c) {
        const S a = in[c];
        const S slope_of_u = kScale * (1 + 3 * kCubic * a * a);
        by_in[c] += by_out[c] * ((1 + t[c]) / 2 + a / 2 * (1 - t[c] * t[c]) * slope_of_u);
      }
    });
  }

 private:
  static constexpr Eigen::Index kAtOnce = 128;

  /// (row, first column, count) for parts of at most kAtOnce numbers.
  template <class Part>
  static void for_parts(const ConstView<S>& x, const Part& part) {
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      for (Eigen::Index c = 0; c < x.cols(); c += kAtOnce) {
        part(n, c, std::min(kAtOnce, x.cols() - c));
      }
    }
  }

  /// t = tanh u
  static void tanh_of(const S* x, Eigen::Index count, S* t) {
    for (Eigen::Index c = 0; c < count; ++c) t[c] = kScale * (x[c] + kCubic * x[c] * x[c] * x[c]);
    hyperbolic_tangents(t, count);
  }
};

}  // namespace infodiet::nn
