#include "env/metrics/read_diversity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Eigenvalues>

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Of any size up to T = 32, on the stack.
using TopicMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, kMaxTopics, kMaxTopics>;

}  // namespace

void ReadDiversity::add(std::span<float> sums, std::span<const std::uint8_t> topic,
                        std::span<const float> weight) const {
  assert(sums.size() == size() && topic.size() == weight.size());
  float squares = 0;
  for (const float w : weight) squares += w * w;
  if (!(squares > 0)) return;
  const float scale = 1 / std::sqrt(squares);

  const auto topic_sum = sums.subspan(1, topics_);
  const auto unit_sum = sums.subspan(1 + topics_, topics_);
  const auto moments = sums.subspan(1 + 2 * topics_);
  sums[0] += 1;
  for (std::size_t i = 0; i < topic.size(); ++i) {
    topic_sum[topic[i]] += weight[i];
    unit_sum[topic[i]] += weight[i] * scale;
    for (std::size_t j = 0; j < topic.size(); ++j) {
      const std::size_t row = topic[i], column = topic[j];
      if (column <= row)
        moments[row * (row + 1) / 2 + column] += weight[i] * scale * (weight[j] * scale);
    }
  }
}

double ReadDiversity::intra_list_diversity(std::span<const float> sums) const {
  assert(sums.size() == size());
  const double n = count(sums);
  if (n < 2) return kNaN;
  double squares = 0;
  for (const float s : sums.subspan(1 + topics_, topics_)) squares += double{s} * double{s};
  return std::clamp(1 - (squares - n) / (n * (n - 1)), 0.0, 1.0);
}

double ReadDiversity::vendi_score(std::span<const float> sums) const {
  assert(sums.size() == size());
  const double n = count(sums);
  if (!(n > 0)) return kNaN;
  const auto moments = sums.subspan(1 + 2 * topics_);
  const auto rows = static_cast<Eigen::Index>(topics_);
  TopicMatrix matrix = TopicMatrix::Zero(rows, rows);  // the solver reads the lower triangle only
  std::size_t at = 0;
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) matrix(i, j) = double{moments[at++]};
  }
  // n up to the rounding of the sums; divided by it, the eigenvalues sum to 1
  matrix /= matrix.trace();
  const Eigen::SelfAdjointEigenSolver<TopicMatrix> solver(matrix, Eigen::EigenvaluesOnly);
  double nats = 0;
  for (const double l : solver.eigenvalues()) {
    if (l > 0) nats -= l * std::log(l);
  }
  return std::exp(std::max(nats, 0.0));
}

}  // namespace infodiet
