#pragma once

#include <cmath>
#include <string>

#include "agents/nn/parameters.hpp"
#include "agents/nn/reductions.hpp"
#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// Each row to mean 0 and variance 1, then scaled and shifted column by column.
///
///   z = (x - mean) r      r = 1 / sqrt(variance + epsilon)      y = gamma z + beta
///   x, y (N, C)   gamma, beta (1, C)   moments (N, 2): mean and r of each row, kept for backward
///
/// mean and r depend on every x of the row. With g = gamma dy:
///
///   dx = r (g - avg(g) - z avg(g z))      dgamma = sum of dy z      dbeta = sum of dy
///
/// Source: Ba, Kiros & Hinton 2016, "Layer normalization", arXiv:1607.06450.
template <class S>
struct LayerNorm {
  static constexpr S kEpsilon = S(1e-5);

  int width;
  Parameter gamma, beta;

  LayerNorm(ParameterTable& table, const std::string& name, int row_width)
      : width(row_width),
        gamma(table.add(name + ".gamma", 1, row_width, Init::ones())),
        beta(table.add(name + ".beta", 1, row_width, Init::zeros())) {}

  void forward(const S* parameters, const ConstView<S>& x, View<S> moments, View<S> y) const {
    const auto scale = gamma.of(parameters).row(0).array();
    const auto shift = beta.of(parameters).row(0).array();
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      const S* const row = x.row(n).data();
      const S mean = sum(row, width) / static_cast<S>(width);
      const auto add_square = [mean](auto& sums, const auto& some) {
        sums += (some - mean).square();
      };
      const S variance = sum_of<S>(width, add_square, row) / static_cast<S>(width);
      const S r = 1 / std::sqrt(variance + kEpsilon);
      moments(n, 0) = mean;
      moments(n, 1) = r;
      y.row(n).array() = (x.row(n).array() - mean) * r * scale + shift;
    }
  }

  void backward(const S* parameters, const ConstView<S>& x, const ConstView<S>& moments,
                const ConstView<S>& dy, View<S> dx, S* gradients) const {
    const auto scale = gamma.of(parameters).row(0).array();
    auto dgamma = gamma.of(gradients).row(0).array();
    auto dbeta = beta.of(gradients).row(0).array();
    for (Eigen::Index n = 0; n < x.rows(); ++n) {
      const S mean = moments(n, 0), r = moments(n, 1);
      const S* const of_x = x.row(n).data();
      const S* const of_y = dy.row(n).data();
      const S* const of_scale = gamma.of(parameters).data();
      const auto add_gz = [mean, r](auto& sums, const auto& some_dy, const auto& some_scale,
                                    const auto& some_x) {
        sums += some_dy * some_scale * ((some_x - mean) * r);
      };
      const S avg_g = dot(of_y, of_scale, width) / static_cast<S>(width);
      const S avg_gz = sum_of<S>(width, add_gz, of_y, of_scale, of_x) / static_cast<S>(width);
      const auto z = (x.row(n).array() - mean) * r;
      const auto g = dy.row(n).array() * scale;
      dx.row(n).array() += r * (g - avg_g - z * avg_gz);
      dgamma += dy.row(n).array() * z;
      dbeta += dy.row(n).array();
    }
  }
};

}  // namespace infodiet::nn
