#pragma once

#include <Eigen/Core>

// The matrices of agents/nn. A letter is one dimension throughout: N rows, I inputs and O outputs
// of a layer, C width of a row; Q queries, K keys, D width of a key, E of its embedding, H heads.
//
// Layers own nothing but their sizes and the places of their parameters: all memory is the
// caller's. Each has a pair of functions:
//
//   forward   sets its outputs
//   backward  *adds* the gradients, so what is used twice needs no care and a residual connection
//             none either: the caller clears them. `dx` is the gradient of the loss by `x`.

namespace infodiet::nn {

/// Row-major, for those who own memory.
template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Someone else's matrix, row-major; or some of its columns, such as those of one head.
template <class S>
using View = Eigen::Ref<Matrix<S>, 0, Eigen::OuterStride<>>;

/// To be read only. (Eigen would copy what is not row-major into memory of its own: give it none.)
template <class S>
using ConstView = Eigen::Ref<const Matrix<S>, 0, Eigen::OuterStride<>>;

/// Numbers in memory, row after row, as a matrix.
template <class S>
Eigen::Map<Matrix<S>> matrix(S* data, Eigen::Index rows, Eigen::Index cols) {
  return {data, rows, cols};
}
template <class S>
Eigen::Map<const Matrix<S>> matrix(const S* data, Eigen::Index rows, Eigen::Index cols) {
  return {data, rows, cols};
}

}  // namespace infodiet::nn
