#include "sim/statistics.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/philox.hpp"
#include "sim/score_matrix.hpp"
#include "sim/survival.hpp"
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

TEST_CASE("kaplan_meier: remissions under 6-MP give the curve in the textbooks",
          "[sim][statistics]") {
  // Weeks in remission of 21 patients under 6-mercaptopurine; below 0: still in remission then.
  // Freireich et al. 1963, "The effect of 6-mercaptopurine on the duration of steroid-induced
  // remissions in acute leukemia", Blood 21(6), 699-716.
  std::vector<Lifetime> weeks;
  for (const int week :
       {-35, -34, -32, -32, -25, 23, 22, -20, -19, -17, 16, 13, -11, -10, 10, -9, 7, -6, 6, 6, 6})
    weeks.push_back({static_cast<double>(std::abs(week)), week > 0});
  struct Known {
    double time;
    int at_risk, events;
    double survival, standard_error;
  };
  const std::vector<Known> known = {{6, 21, 3, 0.857, 0.0764},  {7, 17, 1, 0.807, 0.0869},
                                    {10, 15, 1, 0.753, 0.0963}, {13, 12, 1, 0.690, 0.1068},
                                    {16, 11, 1, 0.627, 0.1141}, {22, 7, 1, 0.538, 0.1282},
                                    {23, 6, 1, 0.448, 0.1346}};
  const std::vector<SurvivalStep> steps = kaplan_meier(weeks);
  REQUIRE(steps.size() == known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    INFO("week " << known[i].time);
    CHECK(steps[i].time == known[i].time);
    CHECK(steps[i].at_risk == known[i].at_risk);
    CHECK(steps[i].events == known[i].events);
    CHECK(steps[i].survival == Approx(known[i].survival).margin(5e-4));
    CHECK(steps[i].standard_error == Approx(known[i].standard_error).margin(5e-5));
  }
  // week 6, by hand: S = 6/7, g = 3 / (21 * 18), z sqrt(g) / -ln S = 1.13272
  CHECK(steps[0].low == Approx(std::exp(-0.1541507 * std::exp(1.13272))).margin(1e-5));
  CHECK(steps[0].high == Approx(std::exp(-0.1541507 * std::exp(-1.13272))).margin(1e-5));
  CHECK(kaplan_meier(weeks, 0.5)[3].low > steps[3].low);
}

TEST_CASE("kaplan_meier: whoever is censored at the time of an event is at risk of it",
          "[sim][statistics]") {
  const std::array<Lifetime, 4> ties = {{{2, false}, {2, true}, {2, true}, {1, false}}};
  const auto steps = kaplan_meier(ties);
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].at_risk == 3);
  CHECK(steps[0].events == 2);
  CHECK(steps[0].survival == Approx(1.0 / 3));
  CHECK(steps[0].standard_error == Approx(std::sqrt(2.0 / 27)));  // binomial: p (1 - p) / 3
}

TEST_CASE("kaplan_meier: with nobody censored it is the share of those left", "[sim][statistics]") {
  const std::array<Lifetime, 4> all = {{{4, true}, {1, true}, {3, true}, {0, true}}};
  const auto steps = kaplan_meier(all);
  REQUIRE(steps.size() == 4);
  const std::array left = {0.75, 0.5, 0.25, 0.0};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK(steps[i].survival == Approx(left[i]).margin(1e-15));
    if (i == 3) break;
    CHECK(steps[i].standard_error == Approx(std::sqrt(left[i] * (1 - left[i]) / 4)));
    CHECK(0 < steps[i].low);
    CHECK(steps[i].low < steps[i].survival);
    CHECK(steps[i].survival < steps[i].high);
    CHECK(steps[i].high < 1);
  }
  CHECK(std::isnan(steps[3].standard_error));  // nobody is left to tell
  CHECK(std::isnan(steps[3].low));
}

TEST_CASE("kaplan_meier: a step needs an event, and a lifetime is finite and not negative",
          "[sim][statistics]") {
  const std::array<Lifetime, 2> censored = {{{3, false}, {5, false}}};
  CHECK(kaplan_meier(censored).empty());
  CHECK(kaplan_meier({}).empty());
  for (const double odd : {-1.0, kInf, std::nan("")}) {
    const std::array<Lifetime, 1> one = {{{odd, true}}};
    CHECK_THROWS_AS(kaplan_meier(one), Error);
  }
}

}  // namespace infodiet::test
