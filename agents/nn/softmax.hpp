#pragma once

#include <cstdint>
#include <limits>

#include "agents/nn/functions.hpp"
#include "agents/nn/reductions.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// Which keys a query may look at, and by how much a score is moved beforehand. Each of the two is
/// a (Q, K) array, row after row, or nothing; one row may serve all queries, as where some
/// candidates are missing.
template <class S>
struct Mask {
  const std::uint8_t* allowed = nullptr;  ///< 1 = may be looked at
  const S* added = nullptr;               ///< to the score; minus infinity forbids
  bool one_row = false;                   ///< both are (1, K), the same for every query

  /// Moves the scores of one query, those that may not be looked at to minus infinity.
  void apply(Eigen::Index query, Eigen::Index keys, S* scores) const {
    const Eigen::Index first = one_row ? 0 : query * keys;
    if (added != nullptr) {
      for (Eigen::Index j = 0; j < keys; ++j) scores[j] += added[first + j];
    }
    if (allowed != nullptr) {
      for (Eigen::Index j = 0; j < keys; ++j) {
        scores[j] = allowed[first + j] != 0 ? scores[j] : -std::numeric_limits<S>::infinity();
      }
    }
  }
};

/// The softmax of each row over the keys that may be looked at; the others get 0. A row in which
/// none may be is all zeros (the formula would say 0 / 0), and so is its gradient.
///
///   w_j = exp(s_j - max s) / sum over j' of exp(s_j' - max s)      ds_j = w_j (dw_j - sum dw w)
///
/// Both work in place: scores (Q, K) become weights, gradients by weights those by scores. The
/// latter are gradients by `Mask::added` as well, which is but added to the scores.
template <class S>
struct MaskedSoftmax {
  static void forward(const Mask<S>& mask, View<S> scores) {
    const Eigen::Index keys = scores.cols();
    for (Eigen::Index i = 0; i < scores.rows(); ++i) {
      S* const row = scores.row(i).data();
      mask.apply(i, keys, row);
      const S highest = largest(row, keys);
      constexpr S kForbidden = -std::numeric_limits<S>::infinity();
      if (highest == kForbidden && sum(row, keys) == kForbidden) {  // and none is no number
        scores.row(i).setZero();
        continue;
      }
      exponentials(row, keys, highest);
      const S share = 1 / sum(row, keys);  // of at least 1: the highest score gave exp(0)
      for (Eigen::Index j = 0; j < keys; ++j) row[j] *= share;
    }
  }

  /// @param weights  what forward left
  static void backward(const ConstView<S>& weights, View<S> gradient) {
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const S mean = dot(weights.row(i).data(), gradient.row(i).data(), weights.cols());
      gradient.row(i).array() = weights.row(i).array() * (gradient.row(i).array() - mean);
    }
  }
};

}  // namespace infodiet::nn
