#pragma once

#include "agents/nn/view.hpp"

// c += factor a b, with either factor turned over, for floats and doubles. In product.cpp alone:
// Eigen's products are long to compile, and short to call.

namespace infodiet::nn {

/// c += factor a b
///   a (M, P)   b (P, N)   c (M, N)
template <class S>
void add_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1);

/// c += factor a b'
///   a (M, P)   b (N, P)   c (M, N)
template <class S>
void add_product_turned(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1);

/// c += factor a' b
///   a (P, M)   b (P, N)   c (M, N)
template <class S>
void add_turned_product(const ConstView<S>& a, const ConstView<S>& b, View<S> c, S factor = 1);

}  // namespace infodiet::nn
