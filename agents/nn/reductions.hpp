#pragma once

#include <limits>

#include <Eigen/Core>

// Sums and such along a row. Those of Eigen, for rows of any width, begin where memory is aligned,
// so that their last bit hangs on the address. These fold in one order whatever the address and
// however long the processor's vectors are: number i into partial result i mod 8, and the last few,
// short of eight, by themselves.

namespace infodiet::nn {

namespace reductions {

template <class S>
using Eight = Eigen::Array<S, 8, 1>;

template <class S>
Eight<S> eight(const S* x) {
  return Eigen::Map<const Eight<S>>(x);
}

template <class S>
using One = Eigen::Array<S, 1, 1>;

}  // namespace reductions

/// @param add  (sums, numbers of each row...): adds to as many partial results, eight or one
template <class S, class Add, class... Rows>
S sum_of(Eigen::Index n, const Add& add, const Rows*... rows) {
  reductions::Eight<S> sums = reductions::Eight<S>::Zero();
  reductions::One<S> last = reductions::One<S>::Zero();
  Eigen::Index i = 0;
  for (; i + 8 <= n; i += 8) add(sums, reductions::eight(rows + i)...);
  for (; i < n; ++i) add(last, reductions::One<S>(rows[i])...);
  return sums.sum() + last[0];
}

template <class S>
S sum(const S* x, Eigen::Index n) {
  return sum_of<S>(
      n, [](auto& sums, const auto& some) { sums += some; }, x);
}

/// sum of x y
template <class S>
S dot(const S* x, const S* y, Eigen::Index n) {
  return sum_of<S>(
      n, [](auto& sums, const auto& a, const auto& b) { sums += a * b; }, x, y);
}

/// Minus infinity of none.
template <class S>
S largest(const S* x, Eigen::Index n) {
  constexpr S kLowest = -std::numeric_limits<S>::infinity();
  reductions::Eight<S> most = reductions::Eight<S>::Constant(kLowest);
  Eigen::Index i = 0;
  for (; i + 8 <= n; i += 8) most = most.max(reductions::eight(x + i));
  S last = most.maxCoeff();
  for (; i < n; ++i) last = x[i] > last ? x[i] : last;
  return last;
}

}  // namespace infodiet::nn
