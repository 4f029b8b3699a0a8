#include "agents/nn/parameters.hpp"

#include <cmath>

#include <Eigen/QR>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"

namespace infodiet::nn {
namespace {

/// The Q of a matrix of normal numbers, each column turned so that R's diagonal is positive:
/// without that Q is not uniform among orthonormal matrices (Mezzadri 2007,
/// arXiv:math-ph/0609050).
Matrix<double> orthonormal(const Matrix<double>& normal) {
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

}  // namespace

Parameter ParameterTable::add(const std::string& name, int rows, int cols, Init init) {
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

Matrix<double> ParameterTable::drawn(const Parameter& p, std::uint64_t seed) {
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

}  // namespace infodiet::nn
