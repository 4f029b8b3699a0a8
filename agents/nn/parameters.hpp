#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agents/nn/view.hpp"

namespace infodiet::nn {

/// What a parameter holds before the first step of training. W is (O, I): O outputs, I inputs.
struct Init {
  enum class Kind { kConstant, kXavier, kOrthogonal };
  Kind kind;
  double size;  ///< the constant, or the gain

  static Init zeros() { return {Kind::kConstant, 0}; }
  static Init ones() { return {Kind::kConstant, 1}; }

  /// Uniform in (-a, a), a = gain sqrt(6 / (I + O)): keeps the variance of signals and of gradients
  /// alike from layer to layer.
  /// Source: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward
  /// neural networks", eq. 16, https://proceedings.mlr.press/v9/glorot10a.html.
  static Init xavier(double gain = 1) { return {Kind::kXavier, gain}; }

  /// gain times a random matrix with orthonormal rows (O <= I) or columns (O >= I), uniform among
  /// them. A small gain on the last layer of a policy makes it start near uniform.
  /// Source: Saxe, McClelland & Ganguli 2014, "Exact solutions to the nonlinear dynamics of
  /// learning in deep linear neural networks", arXiv:1312.6120.
  static Init orthogonal(double gain = 1) { return {Kind::kOrthogonal, gain}; }
};

/// Where one matrix lies in a block of parameters, or of their gradients, or of an optimiser's
/// averages: all of them have one layout.
struct Parameter {
  std::string name;
  int rows, cols;
  std::size_t offset;
  Init init;

  template <class S>
  Eigen::Map<Matrix<S>> of(S* block) const {
    return matrix(block + offset, rows, cols);
  }
  template <class S>
  Eigen::Map<const Matrix<S>> of(const S* block) const {
    return matrix(block + offset, rows, cols);
  }
};

/// The table of a network's parameters, filled by the constructors of its layers. A whole network
/// is then one flat block, and clipping, Adam, sums over threads and checkpoints are single loops.
class ParameterTable {
 public:
  Parameter add(const std::string& name, int rows, int cols, Init init);

  const std::vector<Parameter>& parameters() const { return parameters_; }

  /// Numbers in a block, with the gaps that start each parameter on a cache line of floats.
  /// Gaps are zero and stay zero.
  std::size_t size() const { return size_; }

  /// Fills a block. What a parameter gets depends on the seed, its name and its shape, so a layer
  /// that is added leaves the others as they were.
  template <class S>
  void initialize(S* block, std::uint64_t seed) const {
    for (std::size_t i = 0; i < size_; ++i) block[i] = S(0);
    for (const Parameter& parameter : parameters_) {
      const auto values = drawn(parameter, seed);
      parameter.of(block) = values.template cast<S>();
    }
  }

 private:
  static constexpr std::size_t kAlign = 16;  // floats in 64 bytes

  /// What a parameter holds at first.
  static Matrix<double> drawn(const Parameter& parameter, std::uint64_t seed);

  std::vector<Parameter> parameters_;
  std::size_t size_ = 0;
};

}  // namespace infodiet::nn
