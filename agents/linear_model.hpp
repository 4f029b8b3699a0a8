#pragma once

#include <array>
#include <cmath>

namespace infodiet {

/// Bayesian linear regression with known noise, one observation at a time, in a record of fixed
/// size that may lie in an agent's memory. D features are in use.
///
///   y = theta . x + noise                 noise ~ N(0, s^2), theta ~ N(theta_0, p^2 I) at first
///   Lambda = I / p^2 + sum x x' / s^2     precision of theta
///   mean   = theta_0 + Lambda^-1 sum x (y - theta_0 . x) / s^2
///
/// which is ridge regression towards theta_0 with penalty s^2 / p^2. Kept as the Cholesky factor
/// L L' = Lambda: an update, the variance of a prediction and a draw cost D^2 / 2 to D^2 each, and
/// rounding never makes Lambda indefinite.
/// Source: rank-one update of a Cholesky factor, Gill, Golub, Murray & Saunders 1974, "Methods for
/// modifying matrix factorizations", doi:10.1090/S0025-5718-1974-0343558-6.
class LinearModel {
 public:
  static constexpr int kMaxFeatures = 25;
  using Row = std::array<float, kMaxFeatures>;  ///< its first D count

  /// @param prior_sd  p
  void begin(int features, const Row& prior_mean, double prior_sd) {
    size_ = features;
    for (int i = 0; i < size_; ++i) {
      for (int j = 0; j < i; ++j) at(i, j) = 0;
      at(i, i) = 1 / prior_sd;
      mean_[i] = double{prior_mean[i]};
    }
  }

  bool begun() const { return size_ > 0; }
  int size() const { return size_; }
  double mean(int i) const { return mean_[i]; }

  /// @param noise  s
  void learn(const Row& x, double y, double noise) {
    // the mean moves by Lambda_new^-1 x (y - mean . x) / s^2
    const double surprise = (y - predict(x)) / (noise * noise);
    Vector u;
    for (int i = 0; i < size_; ++i) u[i] = double{x[i]} / noise;
    for (int k = 0; k < size_; ++k) {
      const double old = at(k, k);
      const double now = std::hypot(old, u[k]);
      const double c = now / old;
      const double s = u[k] / old;
      at(k, k) = now;
      for (int i = k + 1; i < size_; ++i) {
        at(i, k) = (at(i, k) + s * u[i]) / c;
        u[i] = c * u[i] - s * at(i, k);
      }
    }
    Vector step = forward(x);
    backward(step);
    for (int i = 0; i < size_; ++i) mean_[i] += surprise * step[i];
  }

  double predict(const Row& x) const {
    double sum = 0;
    for (int i = 0; i < size_; ++i) sum += mean_[i] * double{x[i]};
    return sum;
  }

  /// Standard deviation of theta . x: how little is known of it.
  double doubt(const Row& x) const {
    const Vector z = forward(x);
    double sum = 0;
    for (int i = 0; i < size_; ++i) sum += z[i] * z[i];
    return std::sqrt(sum);
  }

  /// mean + scale L'^-1 z: for standard normal z, a draw of theta from its posterior if scale is 1.
  Row draw(const Row& z, double scale) const {
    Vector v;
    for (int i = 0; i < size_; ++i) v[i] = double{z[i]};
    backward(v);
    Row theta;
    for (int i = 0; i < size_; ++i) theta[i] = static_cast<float>(mean_[i] + scale * v[i]);
    return theta;
  }

 private:
  using Vector = std::array<double, kMaxFeatures>;  // its first D count

  double& at(int i, int j) { return factor_[i * (i + 1) / 2 + j]; }
  double at(int i, int j) const { return factor_[i * (i + 1) / 2 + j]; }

  /// L^-1 x
  Vector forward(const Row& x) const {
    Vector z;
    for (int i = 0; i < size_; ++i) {
      double sum = double{x[i]};
      for (int j = 0; j < i; ++j) sum -= at(i, j) * z[j];
      z[i] = sum / at(i, i);
    }
    return z;
  }

  /// v becomes L'^-1 v.
  void backward(Vector& v) const {
    for (int i = size_ - 1; i >= 0; --i) {
      v[i] /= at(i, i);
      for (int j = 0; j < i; ++j) v[j] -= at(i, j) * v[i];
    }
  }

  int size_;
  double factor_[kMaxFeatures * (kMaxFeatures + 1) / 2];  // L, row by row
  double mean_[kMaxFeatures];
};

}  // namespace infodiet
