#pragma once

#include <cstdint>

#include "agents/nn/dropout.hpp"
#include "agents/nn/product.hpp"
#include "agents/nn/softmax.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// From scores to what is attended to; the same for every kind of score (scores.hpp).
///
///   w = softmax(s) under the mask      a = dropout(w)      y = a v
///   s, w, a (Q, K)   v (K, D)   y (Q, D)
///
///   da = dy v'      dv = a' dy      dw = dropout(da)      ds = w (dw - rowsum(dw w))
///
/// The weights w are what a person may be shown for "what it looked at": each row sums to 1, or is
/// all zeros where nothing may be looked at, and then y is 0 as well.
/// Source: Vaswani et al. 2017, "Attention is all you need", section 3.2.1, arXiv:1706.03762.
template <class S>
struct Attend {
  Dropout dropout;

  /// @param weights  scores on entry, weights on return
  /// @param applied  a; set only while dropping, else the weights themselves are applied
  /// @param dice     null: nothing is dropped, as in use
  /// @param first    the die of the first weight (dropout.hpp)
  void forward(const ConstView<S>& v, const Mask<S>& mask, const Dice* dice, std::uint32_t first,
               View<S> weights, View<S> applied, View<S> y) const {
    MaskedSoftmax<S>::forward(mask, weights);
    y.setZero();
    if (dropout.active(dice)) {
      applied = weights;
      dropout.apply<S>(*dice, first, applied);
      add_product<S>(applied, v, y);
    } else {
      add_product<S>(weights, v, y);
    }
  }

  /// @param ds  (Q, K), set and not added to: the gradients by the scores (and by `Mask::added`)
  void backward(const ConstView<S>& v, const Dice* dice, std::uint32_t first,
                const ConstView<S>& weights, const ConstView<S>& applied, const ConstView<S>& dy,
                View<S> ds, View<S> dv) const {
    ds.setZero();
    add_product_turned<S>(dy, v, ds);
    if (dropout.active(dice)) {
      add_turned_product<S>(applied, dy, dv);
      dropout.apply<S>(*dice, first, ds);
    } else {
      add_turned_product<S>(weights, dy, dv);
    }
    MaskedSoftmax<S>::backward(weights, ds);
  }
};

}  // namespace infodiet::nn
