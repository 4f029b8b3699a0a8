#pragma once

#include <cmath>

#include "agents/nn/functions.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// How long ago something was, as a row of sines and cosines of periods from short to long, evenly
/// spaced in their logarithm:
///
///   y = (sin a_1, cos a_1, ..., sin a_P, cos a_P) / sqrt(P)      a_p = 2 pi t / period_p
///   gaps (N, 1) in minutes   y (N, 2 P)
///
/// Each row has length 1, and the product of two rows depends only on how far apart their times
/// are: so a dot-product score can learn "about a day ago". Chosen over learned buckets because it
/// has no edges, at which two gaps a second apart would mean different things, and because rare
/// long gaps need no data of their own. Nothing is learned here: a linear layer after it picks the
/// rhythms that matter, and gaps are data, so there is no backward.
///
/// Source: the functional time encoding of Xu, Ruan, Korpeoglu, Kumar & Achan 2020, "Inductive
/// representation learning on temporal graphs", eq. 6, arXiv:2002.07962; the spacing is that of
/// positions in Vaswani et al. 2017, arXiv:1706.03762, section 3.5.
template <class S>
struct TimeGaps {
  int periods = 8;           ///< P
  S shortest = 4;            ///< minutes; a gap below half of it is hardly told from none
  S longest = 60 * 24 * 28;  ///< minutes; gaps further apart than this may look alike

  int width() const { return 2 * periods; }

  void forward(const ConstView<S>& gaps, View<S> y) const {
    const S length = 1 / std::sqrt(static_cast<S>(periods));
    for (int p = 0; p < periods; ++p) {
      const S share = periods > 1 ? static_cast<S>(p) / static_cast<S>(periods - 1) : S(0);
      const S period = shortest * std::pow(longest / shortest, share);
      for (Eigen::Index n = 0; n < gaps.rows(); ++n) {
        const S turns = gaps(n, 0) / period;
        y(n, 2 * p) = length * sine_of_turn(turns);
        y(n, 2 * p + 1) = length * sine_of_turn(turns + S(0.25));
      }
    }
  }
};

}  // namespace infodiet::nn
