#pragma once

#include <vector>

#include "env/core/fields.hpp"

namespace infodiet::test {

/// The numbers of the world long_term_satisfaction that decide what can be had of it.
struct LtsSettings {
  int candidates, steps;
  double memory_discount, sensitivity, innovation_stddev;
  double choc_mean, choc_stddev, kale_mean, kale_stddev;

  /// @throws Error kInternal naming what is missing, if the config is of another world
  explicit LtsSettings(const Config& world);
};

/// Whom of the documents offered a policy takes.
enum class LtsRule {
  kBest,   ///< the best of all that see the exposure: the optimum
  kLeast,  ///< always the one with the least clickbait
  kMost,   ///< always the one with the most
};

/// How finely exposure and clickbait are cut.
struct LtsGrid {
  int exposures = 401, documents = 400;
};

/// The score of a policy in the world long_term_satisfaction (its equations stand there), by
/// dynamic programming backwards from the last step:
///
///   Q_t(x, b) = exp(mean(b) satisfaction(x) + stddev(b)^2 / 2)
///               + E V_{t+1}(memory_discount x - 2 (b - 1/2) + N(0, innovation_stddev))
///   V_t(x)    = E of Q_t(x, b), b the document that the rule takes of those offered
///
/// Of n documents, uniform in (0, 1), the one ranked highest by any order lies in the lowest share
/// u of that order with chance u^n. So an expectation over what is offered is a sum over cells of
/// b, sorted: the optimum sorts by Q. V is linear between points of x, and the normal number is
/// integrated by Gauss and Hermite's rule.
///
/// The optimum is that of who sees the exposure. Agents do not, so none can exceed it; but the past
/// they see fixes it but for its start, which fades as memory_discount^t, and for the noise.
class LtsOptimum {
 public:
  LtsOptimum(const LtsSettings& settings, LtsRule rule, const LtsGrid& grid = {});

  /// Of an episode, on average over first exposures.
  double score() const { return score_; }

  /// What is still to come if document b is taken at a step, and the rule followed from then on.
  double q(int step, double exposure, double clickbait) const;

 private:
  double engagement(double exposure, double clickbait) const;
  /// Weights of the documents, from that ranked lowest.
  std::vector<double> chances() const;
  double point(int i) const { return -edge_ + i * gap_; }
  double between(const std::vector<double>& points, double exposure) const;
  /// E of a value at each point, after the noise.
  std::vector<double> blurred(const std::vector<double>& value) const;

  LtsSettings s_;
  LtsGrid grid_;
  double edge_, gap_;                         // of the grid of exposures: in [-edge, edge]
  std::vector<std::vector<double>> to_come_;  // (steps + 1, exposures): E V_t(x + noise)
  double score_ = 0;
};

/// The score that no policy exceeds on average.
double lts_optimum(const LtsSettings& settings);

}  // namespace infodiet::test
