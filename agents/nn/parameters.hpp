#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/QR>

#include "agents/nn/view.hpp"
#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"

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
  Parameter add(const std::string& name, int rows, int cols, Init init) {
    if (rows < 1 || cols < 1) {
      throw Error(ErrorCode::kShape, name,
                  "a parameter of " + std::to_string(rows) + " x " + std::to_string(cols) +
                      " (both must be at least 1)");
    }
    for (const Parameter& other : parameters_) {
      if (other.name == name) {
        throw Error(ErrorCode::kInternal, name, "two parameters of one name (give each its own)");
      }
    }
    parameters_.push_back({name, rows, cols, size_, init});
    const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
    size_ += (count + kAlign - 1) / kAlign * kAlign;
    return parameters_.back();
  }

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

  static Matrix<double> drawn(const Parameter& p, std::uint64_t seed) {
    if (p.init.kind == Init::Kind::kConstant) {
      return Matrix<double>::Constant(p.rows, p.cols, p.init.size);
    }
    Matrix<double> values(p.rows, p.cols);
    const bool normal = p.init.kind == Init::Kind::kOrthogonal;
    const std::uint64_t name = hash_text(p.name, kHashStart);
    const EpisodeKey key{seed, static_cast<std::uint32_t>(name),
                         static_cast<std::uint32_t>(name >> 32)};
    for (Eigen::Index i = 0; i < values.size(); ++i) {
      const auto words = random_words(key, Purpose::kWeights, static_cast<std::uint32_t>(i / 4));
      const float u = uniform_open(words[i % 4]);
      values.data()[i] = double{normal ? normal_quantile(u) : 2 * u - 1};
    }
    if (normal) return p.init.size * orthonormal(values);
    return values * (p.init.size * std::sqrt(6.0 / (p.rows + p.cols)));
  }

  /// The Q of a matrix of normal numbers, each column turned so that R's diagonal is positive:
  /// without that Q is not uniform among orthonormal matrices (Mezzadri 2007,
  /// arXiv:math-ph/0609050).
  static Matrix<double> orthonormal(const Matrix<double>& normal) {
    const bool wide = normal.cols() > normal.rows();
    Eigen::MatrixXd tall = normal;
    if (wide) tall.transposeInPlace();
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(tall);
    Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(tall.rows(), tall.cols());
    for (Eigen::Index j = 0; j < q.cols(); ++j) {
      if (qr.matrixQR()(j, j) < 0) q.col(j) *= -1;
    }
    if (wide) return q.transpose();
    return q;
  }

  std::vector<Parameter> parameters_;
  std::size_t size_ = 0;
};

}  // namespace infodiet::nn
