#pragma once

#include <cstdint>
#include <limits>

#include "agents/nn/functions.hpp"
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

  bool allows(Eigen::Index query, Eigen::Index key, Eigen::Index keys) const {
    const Eigen::Index i = one_row ? key : query * keys + key;
    return (allowed == nullptr || allowed[i] != 0) &&
           (added == nullptr || added[i] != -std::numeric_limits<S>::infinity());
  }

  S shift(Eigen::Index query, Eigen::Index key, Eigen::Index keys) const {
    return added == nullptr ? S(0) : added[one_row ? key : query * keys + key];
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
      S highest = -std::numeric_limits<S>::infinity();
      bool any = false;
      for (Eigen::Index j = 0; j < keys; ++j) {
        if (!mask.allows(i, j, keys)) continue;
        any = true;
        S& score = scores(i, j);
        score += mask.shift(i, j, keys);
        if (score > highest) highest = score;
      }
      if (!any) {
        scores.row(i).setZero();
        continue;
      }
      S sum = 0;
      for (Eigen::Index j = 0; j < keys; ++j) {
        S& score = scores(i, j);
        score = mask.allows(i, j, keys) ? exponential(score - highest) : S(0);
        sum += score;
      }
      scores.row(i) /= sum;  // at least 1: the highest score gave exp(0)
    }
  }

  /// @param weights  what forward left
  static void backward(const ConstView<S>& weights, View<S> gradient) {
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const S mean = weights.row(i).dot(gradient.row(i));
      gradient.row(i).array() = weights.row(i).array() * (gradient.row(i).array() - mean);
    }
  }
};

}  // namespace infodiet::nn
