#include "tests/support/lts_optimum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "env/core/error.hpp"

namespace infodiet::test {
namespace {

/// Reads one number.
class GetNumber : public Fields {
 public:
  explicit GetNumber(std::string name) : name_(std::move(name)) {}

  static double of(const Config& config, const std::string& name) {
    GetNumber get(name);
    config.clone()->fields(get);
    if (!get.found_) throw Error(ErrorCode::kInternal, "lts_optimum", "no field '" + name + "'");
    return get.number_;
  }

  void operator()(const Field& field, int& value) override { get(field, value); }
  void operator()(const Field& field, double& value) override { get(field, value); }
  void operator()(const Field&, std::uint64_t&) override {}
  void operator()(const Field&, float&) override {}
  void operator()(const Field&, bool&) override {}
  void operator()(const Field&, std::string&) override {}
  void operator()(const Field&, std::vector<double>&) override {}
  void path(const Field&, std::string&) override {}
  void operator()(const Field&, Config&) override {}
  void operator()(const Field&, Choice&) override {}
  void operator()(const Field&, std::vector<Choice>&, const Choice&) override {}

 private:
  void get(const Field& field, double value) {
    if (field.name != name_) return;
    number_ = value;
    found_ = true;
  }

  std::string name_;
  double number_ = 0;
  bool found_ = false;
};

struct Node {
  double at, weight;
};
/// Expectations under N(0, 1), exact for polynomials up to the ninth degree. Source: Abramowitz &
/// Stegun 1964, "Handbook of mathematical functions", table 25.10 with n = 5, brought from
/// exp(-x^2) to the normal density.
constexpr std::array<Node, 5> kNormal = {{{-2.856970013872806, 0.01125741132772069},
                                          {-1.355626179974266, 0.2220759220056126},
                                          {0, 0.5333333333333333},
                                          {1.355626179974266, 0.2220759220056126},
                                          {2.856970013872806, 0.01125741132772069}}};

}  // namespace

LtsSettings::LtsSettings(const Config& world)
    : candidates(static_cast<int>(GetNumber::of(world, "candidates"))),
      steps(static_cast<int>(GetNumber::of(world, "steps"))),
      memory_discount(GetNumber::of(world, "memory_discount")),
      sensitivity(GetNumber::of(world, "sensitivity")),
      innovation_stddev(GetNumber::of(world, "innovation_stddev")),
      choc_mean(GetNumber::of(world, "choc_mean")),
      choc_stddev(GetNumber::of(world, "choc_stddev")),
      kale_mean(GetNumber::of(world, "kale_mean")),
      kale_stddev(GetNumber::of(world, "kale_stddev")) {}

LtsOptimum::LtsOptimum(const LtsSettings& settings, LtsRule rule, const LtsGrid& grid)
    : s_(settings),
      grid_(grid),
      // a document moves exposure by at most 1, so only noise leads further out
      edge_((1 + 3 * s_.innovation_stddev) / (1 - s_.memory_discount)),
      gap_(2 * edge_ / (grid.exposures - 1)),
      to_come_(s_.steps + 1, std::vector<double>(grid.exposures)) {
  const std::vector<double> chance = chances();
  std::vector<double> value(grid.exposures), ranked(grid.documents);
  for (int step = s_.steps - 1; step >= 0; --step) {
    for (int i = 0; i < grid.exposures; ++i) {
      for (int j = 0; j < grid.documents; ++j) {
        const double b = (j + 0.5) / grid.documents;
        ranked[j] = q(step, point(i), rule == LtsRule::kLeast ? 1 - b : b);
      }
      if (rule == LtsRule::kBest) std::sort(ranked.begin(), ranked.end());
      value[i] = std::inner_product(ranked.begin(), ranked.end(), chance.begin(), 0.0);
    }
    to_come_[step] = blurred(value);
  }
  const double furthest = 0.5 / (1 - s_.memory_discount);  // of first exposures, which are uniform
  for (int i = 0; i < grid.exposures; ++i) {
    const double x = furthest * (2 * (i + 0.5) / grid.exposures - 1);
    score_ += between(value, x) / grid.exposures;
  }
}

double LtsOptimum::q(int step, double exposure, double clickbait) const {
  return engagement(exposure, clickbait) +
         between(to_come_[step + 1], s_.memory_discount * exposure - 2 * (clickbait - 0.5));
}

/// The mean of a log-normal number.
double LtsOptimum::engagement(double exposure, double clickbait) const {
  const double satisfaction = 1 / (1 + std::exp(-s_.sensitivity * exposure));
  const double mean = s_.choc_mean * clickbait + s_.kale_mean * (1 - clickbait);
  const double stddev = s_.choc_stddev * clickbait + s_.kale_stddev * (1 - clickbait);
  return std::exp(mean * satisfaction + stddev * stddev / 2);
}

double LtsOptimum::between(const std::vector<double>& points, double exposure) const {
  const double at = std::clamp((exposure + edge_) / gap_, 0.0, grid_.exposures - 1.0);
  const int below = std::min(static_cast<int>(at), grid_.exposures - 2);
  const double share = at - below;
  return points[below] * (1 - share) + points[below + 1] * share;
}

std::vector<double> LtsOptimum::blurred(const std::vector<double>& value) const {
  std::vector<double> expected(value.size());
  for (int i = 0; i < grid_.exposures; ++i) {
    for (const Node& node : kNormal)
      expected[i] += node.weight * between(value, point(i) + s_.innovation_stddev * node.at);
  }
  return expected;
}

std::vector<double> LtsOptimum::chances() const {
  std::vector<double> chance(grid_.documents);
  double below = 0;
  for (int j = 0; j < grid_.documents; ++j) {
    const double up_to = std::pow((j + 1.0) / grid_.documents, s_.candidates);
    chance[j] = up_to - below;
    below = up_to;
  }
  return chance;
}

double lts_optimum(const LtsSettings& settings) {
  return LtsOptimum(settings, LtsRule::kBest).score();
}

}  // namespace infodiet::test
