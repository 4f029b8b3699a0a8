#include "agents/nn/product.hpp"

// Eigen's products are near the processor's peak from 16 rows on and keep their scratch on the
// stack at sizes like ours. Two cases are plain loops. Products of a few numbers, since Eigen works
// those out in an order that hangs on where memory is aligned; so the bits are a function of the
// values and shapes alone. And scaled ones that give a vector, since Eigen puts the scaled factor
// on the heap.

namespace infodiet::nn {
namespace {

/// Where Eigen leaves its blocked products (EIGEN_GEMM_TO_COEFFBASED_THRESHOLD).
constexpr Eigen::Index kSmall = 20;

/// @param a, b  matrices, or such turned over
template <class S, class A, class B>
void add(S factor, const A& a, const B& b, View<S>& c) {
  const bool small = c.rows() + c.cols() + a.cols() < kSmall;
  const bool vector = c.rows() == 1 || c.cols() == 1;
  if (small || (vector && factor != S(1))) {
    for (Eigen::Index m = 0; m < c.rows(); ++m) {
      for (Eigen::Index n = 0; n < c.cols(); ++n) {
        S sum = 0;
        for (Eigen::Index p = 0; p < a.cols(); ++p) sum += a(m, p) * b(p, n);
        c(m, n) += factor * sum;
      }
    }
  } else if (factor == S(1)) {
    c.noalias() += a * b;
  } else {
    c.noalias() += factor * (a * b);
  }
}

}  // namespace

template <class S>
void add_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor) {
  add(factor, a, b, c);
}

template <class S>
void add_product_turned(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor) {
  add(factor, a, b.transpose(), c);
}

template <class S>
void add_turned_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor) {
  add(factor, a.transpose(), b, c);
}

template void add_product(const ConstView<float>&, const ConstView<float>&, View<float>, float);
template void add_product(const ConstView<double>&, const ConstView<double>&, View<double>, double);
template void add_product_turned(const ConstView<float>&, const ConstView<float>&, View<float>,
                                 float);
template void add_product_turned(const ConstView<double>&, const ConstView<double>&, View<double>,
                                 double);
template void add_turned_product(const ConstView<float>&, const ConstView<float>&, View<float>,
                                 float);
template void add_turned_product(const ConstView<double>&, const ConstView<double>&, View<double>,
                                 double);

}  // namespace infodiet::nn
