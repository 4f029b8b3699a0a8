#pragma once

#include <string>

#include "agents/nn/parameters.hpp"
#include "agents/nn/product.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// y = x W' + b, for each of N rows.
///
///   x (N, I)   W (O, I)   b (1, O)   y (N, O)
///
///   dx = dy W      dW = dy' x      db = sum of dy over the rows
template <class S>
struct Linear {
  int in, out;
  Parameter weight;
  Parameter bias;

  Linear(ParameterTable& table, const std::string& name, int in_width, int out_width,
         Init init = Init::xavier())
      : in(in_width),
        out(out_width),
        weight(table.add(name + ".weight", out_width, in_width, init)),
        bias(table.add(name + ".bias", 1, out_width, Init::zeros())) {}

  void forward(const S* parameters, const ConstView<S>& x, View<S> y) const {
    y.rowwise() = bias.of(parameters).row(0);
    add_product_turned<S>(x, weight.of(parameters), y);
  }

  /// @param dx  may be empty (0, 0): nobody asks for the gradient of data
  void backward(const S* parameters, const ConstView<S>& x, const ConstView<S>& dy, View<S> dx,
                S* gradients) const {
    add_turned_product<S>(dy, x, weight.of(gradients));
    auto dbias = bias.of(gradients).row(0);
    for (Eigen::Index n = 0; n < dy.rows(); ++n) dbias += dy.row(n);
    if (dx.size() > 0) add_product<S>(dy, weight.of(parameters), dx);
  }
};

}  // namespace infodiet::nn
