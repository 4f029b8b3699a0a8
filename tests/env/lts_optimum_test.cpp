#include "tests/support/lts_optimum.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "env/env_batch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/set_fields.hpp"

namespace infodiet::test {
namespace {

using Numbers = std::vector<std::pair<std::string, double>>;

Choice lts(const Numbers& numbers = {}) {
  return with_numbers(WorldRegistry::instance(), "long_term_satisfaction", numbers);
}
LtsSettings settings(const Numbers& numbers = {}) { return LtsSettings(lts(numbers).config()); }

double score(const LtsSettings& of, LtsRule rule, const LtsGrid& grid = {201, 200}) {
  return LtsOptimum(of, rule, grid).score();
}

/// How good a document is, to someone at a step.
using Worth = std::function<double(int step, double exposure, double clickbait)>;

/// What a policy knows of the exposure: all, or what the documents taken so far tell of it.
enum class Sees { kExposure, kPast };

/// The scores of one episode of each of `num_envs` people, who are the same for every policy.
std::vector<double> play(const LtsSettings& of, Sees sees, const Worth& worth, int num_envs) {
  const std::shared_ptr<const World> world = WorldRegistry::instance().make(lts({{"history", 1}}));
  EnvBatch batch(world, num_envs, 29, {.autoreset = Autoreset::kDisabled, .tensors = true});
  Workers workers(0);
  std::vector<double> supposed(static_cast<std::size_t>(num_envs)), scores;
  std::vector<float> hidden(2);
  for (int step = 0; step < of.steps; ++step) {
    const Observations seen = batch.observations();
    for (int env = 0; env < num_envs; ++env) {
      batch.write_hidden(env, hidden);
      const double exposure = sees == Sees::kExposure ? double{hidden[0]} : supposed[env];
      const auto offered = seen.candidates.subspan(
          static_cast<std::size_t>(env) * static_cast<std::size_t>(of.candidates),
          static_cast<std::size_t>(of.candidates));
      int best = 0;
      double most = -1e300;
      for (int m = 0; m < of.candidates; ++m) {
        const double now = worth(step, exposure, double{offered[m]});
        if (now > most) best = m;
        most = std::max(most, now);
      }
      supposed[env] = of.memory_discount * supposed[env] - 2 * (double{offered[best]} - 0.5);
      batch.slates()[env] = best;
    }
    batch.step(workers);
  }
  for (int block = 0; block < batch.blocks(); ++block) {
    for (const EpisodeRecord& record : batch.finished(block)) scores.push_back(record.score);
  }
  return scores;
}

struct Estimate {
  double mean = 0, error = 0;  // standard error of the mean
};
Estimate estimate(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  for (const double value : values) squares += (value - sum / count) * (value - sum / count);
  return {sum / count, std::sqrt(squares / (count - 1) / count)};
}
Estimate difference(std::vector<double> values, const std::vector<double>& base) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= base[i];
  return estimate(values);
}

void check_near(const char* what, const Estimate& played, double expected) {
  INFO(what << ": played " << played.mean << " +- " << played.error << ", worked out " << expected);
  CHECK(std::abs(played.mean - expected) < 3.5 * played.error);
}

}  // namespace

TEST_CASE("lts_optimum: with satisfaction frozen it is the closed form of the most clickbait",
          "[science]") {
  // SAT = 1/2, so a document is worth e^(1/2 + (4 + b) / 2) whenever it is taken, and of the
  // largest of ten the density is 10 b^9: integrated here by the midpoint rule.
  double integral = 0;
  constexpr int kCells = 100000;
  for (int i = 0; i < kCells; ++i) {
    const double b = (i + 0.5) / kCells;
    integral += 10 * std::pow(b, 9) * std::exp((4 + b) / 2) / kCells;
  }
  const double expected = 60 * std::exp(0.5) * integral;
  const LtsSettings frozen = settings({{"sensitivity", 0}});
  CHECK(score(frozen, LtsRule::kBest) == Approx(expected).epsilon(2e-5));
  CHECK(score(frozen, LtsRule::kMost) == Approx(expected).epsilon(2e-5));
}

TEST_CASE("lts_optimum: finer grids tell no more", "[science]") {
  const LtsSettings usual = settings();
  const double coarse = score(usual, LtsRule::kBest, {26, 25});
  const double fine = score(usual, LtsRule::kBest, {101, 100});
  const double finer = score(usual, LtsRule::kBest, {401, 400});
  CHECK(finer == Approx(1660.97).margin(0.05));
  CHECK(std::abs(fine - finer) < 2e-4 * finer);
  CHECK(std::abs(fine - finer) < std::abs(coarse - finer) / 4);
  CHECK(lts_optimum(usual) == finer);
}

TEST_CASE(
    "lts_optimum: it is the most clickbait at RecSim's sensitivity, and above both extremes "
    "where there is a trade-off",
    "[science]") {
  const LtsSettings original = settings({{"sensitivity", 0.01}});
  CHECK(score(original, LtsRule::kBest) == Approx(score(original, LtsRule::kMost)).epsilon(1e-9));
  for (const double sensitivity : {0.05, 0.07, 0.1, 0.3, 1.0}) {
    const LtsSettings of = settings({{"sensitivity", sensitivity}});
    const double best = score(of, LtsRule::kBest);
    INFO("sensitivity " << sensitivity << ", optimum " << best);
    CHECK(score(of, LtsRule::kLeast) < 0.99 * best);
    CHECK(score(of, LtsRule::kMost) < 0.996 * best);
  }
}

TEST_CASE("lts_optimum: played in the world, its policy scores what was worked out", "[science]") {
  constexpr int kPeople = 20000;
  const LtsSettings of = settings();
  const LtsOptimum optimum(of, LtsRule::kBest, {201, 200});
  const auto worth = [&](int step, double exposure, double b) {
    return optimum.q(step, exposure, b);
  };
  const auto least = play(
      of, Sees::kPast, [](int, double, double b) { return -b; }, kPeople);
  const auto best = play(of, Sees::kExposure, worth, kPeople);
  REQUIRE(best.size() == kPeople);
  const double of_least = score(of, LtsRule::kLeast);
  check_near("the least clickbait", estimate(least), of_least);
  check_near("the optimum", estimate(best), optimum.score());

  // the same people under both, so their luck cancels in part
  const Estimate gain = difference(best, least);
  check_near("the gain", gain, optimum.score() - of_least);
  CHECK(gain.mean > 4 * gain.error);

  // what agents are not shown of the exposure costs next to nothing
  const Estimate lost = difference(best, play(of, Sees::kPast, worth, kPeople));
  INFO("lost by going by the past alone: " << lost.mean << " +- " << lost.error);
  CHECK(lost.mean + 3 * lost.error < 0.001 * optimum.score());
}

}  // namespace infodiet::test
