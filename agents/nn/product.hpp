#pragma once

#include "agents/nn/view.hpp"

// c += factor a b, with either factor turned over: Eigen's products, which are near the processor's
// peak from 16 rows on and keep their scratch on the stack at sizes like ours. Smaller ones Eigen
// works out number by number, in an order that hangs on where memory is aligned; those are done by
// plain loops here. So the bits are a function of the values and shapes alone.

namespace infodiet::nn {

namespace products {

/// Eigen's own bound (EIGEN_GEMM_TO_COEFFBASED_THRESHOLD), below which it takes no blocks.
constexpr Eigen::Index kSmall = 20;

inline bool small(Eigen::Index rows, Eigen::Index cols, Eigen::Index depth) {
  return rows + cols + depth < kSmall;
}

/// @param a  (m, p) -> the factor's number, @param b  (p, n) -> the other's
template <class S, class A, class B>
void add_small(S factor, Eigen::Index depth, const A& a, const B& b, View<S>& c) {
  for (Eigen::Index m = 0; m < c.rows(); ++m) {
    for (Eigen::Index n = 0; n < c.cols(); ++n) {
      S sum = 0;
      for (Eigen::Index p = 0; p < depth; ++p) sum += a(m, p) * b(p, n);
      c(m, n) += factor * sum;
    }
  }
}

}  // namespace products

/// c += factor a b
///   a (M, P)   b (P, N)   c (M, N)
template <class S>
void add_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1) {
  if (products::small(c.rows(), c.cols(), a.cols())) {
    products::add_small(factor, a.cols(), a, b, c);
  } else {
    c.noalias() += factor * (a * b);
  }
}

/// c += factor a b'
///   a (M, P)   b (N, P)   c (M, N)
template <class S>
void add_product_turned(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1) {
  if (products::small(c.rows(), c.cols(), a.cols())) {
    const auto turned = [&b](Eigen::Index p, Eigen::Index n) { return b(n, p); };
    products::add_small(factor, a.cols(), a, turned, c);
  } else {
    c.noalias() += factor * (a * b.transpose());
  }
}

/// c += factor a' b
///   a (P, M)   b (P, N)   c (M, N)
template <class S>
void add_turned_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1) {
  if (products::small(c.rows(), c.cols(), a.rows())) {
    const auto turned = [&a](Eigen::Index m, Eigen::Index p) { return a(p, m); };
    products::add_small(factor, a.rows(), turned, b, c);
  } else {
    c.noalias() += factor * (a.transpose() * b);
  }
}

}  // namespace infodiet::nn
