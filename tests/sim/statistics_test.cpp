#include "sim/statistics.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/philox.hpp"
#include "sim/score_matrix.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// Check values: rliable at commit 3ccd9f4 with scipy 1.10.1 and numpy 1.24.2, on these inputs.
// Tolerance 1e-12: only the order of sums may differ.
constexpr double kExact = 1e-12;
const ScoreMatrix kX{
    5, 3, {0.1, 0.9, 0.4, 0.25, 0.8, 0.35, 0.55, 1.2, 0.05, 0.3, 0.7, 0.6, 0.0, 1.0, 0.45}};
const ScoreMatrix kY{4, 3, {0.2, 0.6, 0.4, 0.1, 0.95, 0.3, 0.15, 0.85, 0.5, 0.35, 0.65, 0.2}};
const ScoreMatrix kBoot{3, 2, {0.1, 0.9, 0.4, 0.7, 0.6, 0.2}};

/// All ways to fill `places` places with `runs` runs.
std::vector<int> every_resample(int runs, int places) {
  std::vector<int> all, one(places, 0);
  while (true) {
    all.insert(all.end(), one.begin(), one.end());
    int place = 0;
    while (place < places && ++one[place] == runs) one[place++] = 0;
    if (place == places) return all;
  }
}

}  // namespace

TEST_CASE("Student's t: quantiles are those of the printed tables", "[sim][statistics]") {
  // two-sided 95 %, from tables with four decimals (five for the normal distribution)
  CHECK(student_t_quantile(0.975, 1) == Approx(12.7062).margin(5e-5));
  CHECK(student_t_quantile(0.975, 4) == Approx(2.7764).margin(5e-5));
  CHECK(student_t_quantile(0.975, 9) == Approx(2.2622).margin(5e-5));
  CHECK(student_t_quantile(0.975, 29) == Approx(2.0452).margin(5e-5));
  CHECK(student_t_quantile(0.975, kInf) == Approx(1.95996).margin(5e-6));
  CHECK(student_t_quantile(0.995, 9) == Approx(3.2498).margin(5e-5));
}

TEST_CASE("Student's t: one and two degrees have closed forms, and we meet them",
          "[sim][statistics]") {
  const double pi = std::acos(-1.0);
  for (const double p : {0.0001, 0.025, 0.4, 0.5, 0.6, 0.975, 0.9999}) {
    INFO("p = " << p);
    // Cauchy: tan(pi (p - 1/2)); two degrees: (2p - 1) / sqrt(2 p (1 - p))
    CHECK(student_t_quantile(p, 1) == Approx(std::tan(pi * (p - 0.5))).epsilon(1e-9).margin(1e-9));
    CHECK(student_t_quantile(p, 2) ==
          Approx((2 * p - 1) / std::sqrt(2 * p * (1 - p))).epsilon(1e-9).margin(1e-9));
  }
}

TEST_CASE("Student's t: the quantile inverts the distribution, up to very many degrees",
          "[sim][statistics]") {
  for (const double degrees : {1.0, 3.0, 9.0, 99.0, 1e4, 1e7, kInf}) {
    for (const double p : {0.001, 0.3, 0.8, 0.975}) {
      INFO("degrees = " << degrees << ", p = " << p);
      CHECK(student_t_cdf(student_t_quantile(p, degrees), degrees) == Approx(p).epsilon(1e-9));
    }
  }
  // more degrees, thinner tails
  CHECK(student_t_quantile(0.975, 1e7) > student_t_quantile(0.975, kInf));
  CHECK_THROWS_AS(student_t_quantile(1.0, 9), Error);
  CHECK_THROWS_AS(student_t_quantile(0.5, 0), Error);
}

TEST_CASE("mean_interval: mean, deviation and ends are the textbook's", "[sim][statistics]") {
  const std::array values = {2.0, 4.0, 4.0, 6.0, 9.0};
  CHECK(mean(values) == 5.0);
  CHECK(sample_sd(values) == Approx(std::sqrt(28.0 / 4)).epsilon(1e-14));
  const Interval interval = mean_interval(values);
  // 2.7764 sqrt(7 / 5)
  CHECK(interval.half_width() == Approx(2.776445 * std::sqrt(1.4)).epsilon(1e-6));
  CHECK(interval.low + interval.high == Approx(10.0));
  CHECK(interval.count == 5);
  CHECK(mean_interval(values, 0.5).half_width() < interval.half_width());
}

TEST_CASE("mean_interval: one value has a mean and no interval, none has neither",
          "[sim][statistics]") {
  const std::array one = {3.0};
  CHECK(mean_interval(one).estimate == 3.0);
  CHECK_FALSE(mean_interval(one).known());
  CHECK(std::isnan(mean_interval({}).estimate));
  const std::array same = {3.0, 3.0};
  CHECK(mean_interval(same).known());
  CHECK(mean_interval(same).half_width() == 0.0);
}

TEST_CASE("mean_interval: it covers the mean of normal values as often as it says",
          "[sim][statistics]") {
  // 4000 samples of 5: standard error of the coverage sqrt(.95 .05 / 4000) = 0.0034; four of them
  constexpr int kSamples = 4000;
  int covered = 0;
  for (int sample = 0; sample < kSamples; ++sample) {
    std::array<double, 5> values;
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      // Box & Muller 1958
      const auto words =
          random_words({7, 0, static_cast<std::uint32_t>(sample)}, Purpose::kBootstrap, i);
      values[i] = std::sqrt(-2 * std::log(double{uniform_open(words[0])})) *
                  std::cos(2 * std::acos(-1.0) * double{uniform_open(words[1])});
    }
    const Interval interval = mean_interval(values);
    if (interval.low <= 0 && 0 <= interval.high) ++covered;
  }
  CHECK(covered / double{kSamples} == Approx(0.95).margin(4 * 0.0034));
}

TEST_CASE("paired_interval: what both agents share cancels", "[sim][statistics]") {
  const std::array base = {10.0, 200.0, -50.0, 3.0};
  const std::array better = {11.0, 201.0, -49.0, 4.0};
  const Interval interval = paired_interval(better, base);
  CHECK(interval.estimate == Approx(1.0));
  CHECK(interval.half_width() < 1e-12);
  CHECK_THROWS_AS(paired_interval(better, std::span(base).first(3)), Error);
}

TEST_CASE("quantile: it interpolates as NumPy does", "[sim][statistics]") {
  const std::array values = {1.0, 2.0, 4.0, 8.0};
  CHECK(quantile(values, 0) == 1.0);
  CHECK(quantile(values, 0.5) == 3.0);
  CHECK(quantile(values, 0.9) == Approx(6.8));  // numpy.percentile([1, 2, 4, 8], 90)
  CHECK(quantile(values, 1) == 8.0);
  CHECK_THROWS_AS(quantile({}, 0.5), Error);
}

TEST_CASE("score matrix: aggregates are rliable's", "[sim][statistics]") {
  CHECK(mean_score(kX) == Approx(0.51).margin(kExact));
  CHECK(mean_score(kY) == Approx(0.4375).margin(kExact));
  CHECK(median_score(kX) == Approx(0.37).margin(kExact));
  CHECK(median_score(kY) == Approx(0.35).margin(kExact));
  CHECK(interquartile_mean(kX) == Approx(0.4888888888888888).margin(kExact));
  CHECK(interquartile_mean(kY) == Approx(0.39166666666666666).margin(kExact));
  CHECK(optimality_gap(kX) == Approx(0.5033333333333334).margin(kExact));
  CHECK(optimality_gap(kY) == Approx(0.5625).margin(kExact));
  CHECK(probability_of_improvement(kX, kY) == Approx(37.0 / 60).margin(kExact));
}

TEST_CASE("score matrix: an even number of tasks has the mean of the middle two as median",
          "[sim][statistics]") {
  CHECK(median_score({1, 4, {8, 1, 2, 4}}) == 3.0);
}

TEST_CASE("score matrix: interquartile mean drops whole values only", "[sim][statistics]") {
  CHECK(interquartile_mean({3, 1, {0, 0, 9}}) == 3.0);  // floor(3/4) = 0: none dropped
  CHECK(interquartile_mean({4, 1, {-100, 1, 3, 100}}) == 2.0);
}

TEST_CASE("score matrix: a tie is half a win, and nobody beats himself", "[sim][statistics]") {
  CHECK(probability_of_improvement(kX, kX) == Approx(0.5).margin(kExact));
  CHECK(probability_of_improvement(kX, kY) + probability_of_improvement(kY, kX) ==
        Approx(1.0).margin(kExact));
  CHECK_THROWS_AS(probability_of_improvement(kX, kBoot), Error);
}

TEST_CASE("bootstrap: over all resamples, intervals are exact", "[sim][statistics]") {
  const auto rows = every_resample(3, 3);        // 27
  const auto stratified = every_resample(3, 6);  // 729
  REQUIRE(rows.size() == 27 * 3);
  REQUIRE(stratified.size() == 729 * 6);

  const Interval row_mean = bootstrap_interval(kBoot, mean_score, Resampling::kRows, rows);
  CHECK(row_mean.low == Approx(0.4216666666666667).margin(kExact));
  CHECK(row_mean.high == Approx(0.5391666666666666).margin(kExact));
  CHECK(row_mean.estimate == Approx(2.9 / 6).margin(kExact));
  const Interval row_iqm = bootstrap_interval(kBoot, interquartile_mean, Resampling::kRows, rows);
  CHECK(row_iqm.low == Approx(0.4).margin(kExact));
  CHECK(row_iqm.high == Approx(0.55).margin(kExact));

  const Interval mean_all =
      bootstrap_interval(kBoot, mean_score, Resampling::kStratified, stratified);
  CHECK(mean_all.low == Approx(0.2833333333333333).margin(kExact));
  CHECK(mean_all.high == Approx(0.6833333333333333).margin(kExact));
  const Interval iqm_all =
      bootstrap_interval(kBoot, interquartile_mean, Resampling::kStratified, stratified);
  CHECK(iqm_all.low == Approx(0.225).margin(kExact));
  CHECK(iqm_all.high == Approx(0.7).margin(kExact));
}

TEST_CASE("bootstrap: drawn resamples come near the exact interval, and a seed fixes them",
          "[sim][statistics]") {
  const auto drawn = draw_resamples(kBoot, Resampling::kStratified, 20000, 5);
  const Interval interval = bootstrap_interval(kBoot, mean_score, Resampling::kStratified, drawn);
  // the statistic lives on a grid of 1/60, so the ends move by whole steps of it
  CHECK(interval.low == Approx(0.28333).margin(1.0 / 60 + 1e-9));
  CHECK(interval.high == Approx(0.68333).margin(1.0 / 60 + 1e-9));

  CHECK(draw_resamples(kBoot, Resampling::kRows, 100, 5) ==
        draw_resamples(kBoot, Resampling::kRows, 100, 5));
  CHECK(draw_resamples(kBoot, Resampling::kRows, 100, 5) !=
        draw_resamples(kBoot, Resampling::kRows, 100, 6));

  // each run is drawn equally often: 120000 draws, sd of a share sqrt(2/9 / 120000) = 0.00136
  std::array<double, 3> share = {};
  for (const int run : drawn) share.at(run) += 1.0 / static_cast<double>(drawn.size());
  for (const double one : share) CHECK(one == Approx(1.0 / 3).margin(4 * 0.00136));
}

TEST_CASE("bootstrap: resamples that fit no matrix are refused", "[sim][statistics]") {
  const std::vector<int> ragged = {0, 1, 2, 0}, outside = {0, 1, 3};
  CHECK_THROWS_AS(bootstrap_interval(kBoot, mean_score, Resampling::kRows, ragged), Error);
  CHECK_THROWS_AS(bootstrap_interval(kBoot, mean_score, Resampling::kRows, outside), Error);
  CHECK_THROWS_AS(bootstrap_interval(kBoot, mean_score, Resampling::kRows, {}), Error);
  CHECK_THROWS_AS(mean_score({2, 2, {1, 2, 3}}), Error);
}

}  // namespace infodiet::test
