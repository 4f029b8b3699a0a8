#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

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
class TimeGaps {
 public:
  static constexpr S kShortest = 4;  ///< minutes; a gap below half of it is hardly told from none
  static constexpr S kLongest = 60 * 24 * 28;  ///< minutes; gaps further apart may look alike

  /// @param periods  P
  explicit TimeGaps(int periods = 8) : length_(1 / std::sqrt(static_cast<S>(periods))) {
    for (int p = 0; p < periods; ++p) {
      const S share = periods > 1 ? static_cast<S>(p) / static_cast<S>(periods - 1) : S(0);
      periods_.push_back(kShortest * std::pow(kLongest / kShortest, share));
    }
  }

  int width() const { return 2 * static_cast<int>(periods_.size()); }

  void forward(const ConstView<S>& gaps, View<S> y) const {
    for (Eigen::Index n = 0; n < gaps.rows(); ++n) forward(gaps(n, 0), y.row(n).data());
  }

  /// @param y  (2 P)
  void forward(S gap, S* y) const {
    for (std::size_t p = 0; p < periods_.size(); ++p) {
      const S turns = gap / periods_[p];
      y[2 * p] = turns;
      y[2 * p + 1] = turns + S(0.25);
    }
    sines_of_turns(y, width());
    for (int i = 0; i < width(); ++i) y[i] *= length_;
  }

 private:
  S length_;
  std::vector<S> periods_;
};

}  // namespace infodiet::nn
