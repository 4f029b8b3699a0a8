#include "env/core/math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/support/catch.hpp"

// Bounds are the errors found over these grids, rounded up by about a quarter. The functions are
// plain arithmetic, so the errors are the same on every machine.

namespace infodiet::test {
namespace {

/// Largest error(x) over about `points` floats from low to high, both ends included.
template <class Error>
double largest(float low, float high, int points, const Error& error) {
  double worst = 0;
  for (int i = 0; i <= points; ++i) {
    const double share = static_cast<double>(i) / points;
    worst = std::max(worst, error(static_cast<float>(low + share * (double{high} - low))));
  }
  return worst;
}

double relative(double value, double exact) { return std::abs(value - exact) / std::abs(exact); }

}  // namespace

TEST_CASE("exp2_fast: errs by less than 3e-7 of the value over its whole range", "[core]") {
  const auto error = [](float x) { return relative(exp2_fast(x), std::exp2(double{x})); };
  CHECK(largest(-126.0f, 127.0f, 4000000, error) < 3e-7);  // found 2.44e-7
  CHECK(largest(-1.0f, 1.0f, 1000000, error) < 3e-7);
  CHECK(exp2_fast(0.0f) == 1.0f);
  CHECK(exp2_fast(10.0f) == 1024.0f);
  CHECK(exp2_fast(-126.0f) == 0x1.0p-126f);
}

TEST_CASE("exp2_fast: is 0 far below and capped at 2^127 far above", "[core]") {
  CHECK(exp2_fast(-126.01f) == 0.0f);
  CHECK(exp2_fast(-1e30f) == 0.0f);
  CHECK(exp2_fast(127.01f) == 0x1.0p127f);
  CHECK(exp2_fast(1e30f) == 0x1.0p127f);
}

TEST_CASE("exp_fast: its error grows with the rounding of its argument", "[core]") {
  // x / ln 2 is rounded to a float: half a unit in the last place of it is up to 2^-24 |x| of e^x
  const auto error = [](float x) { return relative(exp_fast(x), std::exp(double{x})); };
  CHECK(largest(-1.0f, 1.0f, 1000000, error) < 3e-7);      // found 2.5e-7
  CHECK(largest(-10.0f, 10.0f, 1000000, error) < 9e-7);    // found 6.9e-7
  CHECK(largest(-87.0f, 87.0f, 1000000, error) < 5.5e-6);  // found 4.3e-6
}

TEST_CASE("exp_fast: never falls as its argument grows, save by rounding", "[core]") {
  float before = 0.0f;
  double deepest = 0;
  for (int i = -100000; i <= 100000; ++i) {
    const float value = exp_fast(static_cast<float>(i) * 1e-4f);
    deepest = std::max(deepest, (double{before} - double{value}) / double{before + value});
    before = value;
  }
  CHECK(deepest <= 0);  // steps of 1e-4 are far larger than the error
}

TEST_CASE("log2_fast: errs by less than 1.4e-7 for every magnitude", "[core]") {
  double near_one = 0, beyond = 0;
  for (std::uint32_t bits = 0x00800000; bits < 0x7f800000; bits += 997) {  // all normal floats
    const float x = std::bit_cast<float>(bits);
    const double exact = std::log2(double{x});
    const double error = std::abs(double{log2_fast(x)} - exact);
    if (0.5f < x && x < 2.0f) {
      near_one = std::max(near_one, error);
    } else {
      beyond = std::max(beyond, error / std::abs(exact));
    }
  }
  CHECK(near_one < 1.4e-7);  // absolute; found 1.04e-7
  CHECK(beyond < 1.2e-7);    // relative; found 0.94e-7
  CHECK(log2_fast(1.0f) == 0.0f);
  CHECK(log2_fast(8.0f) == 3.0f);
  CHECK(log2_fast(0x1.0p-126f) == -126.0f);
}

TEST_CASE("log_fast: undoes exp_fast to within their errors", "[core]") {
  const auto error = [](float x) { return std::abs(double{log_fast(exp_fast(x))} - double{x}); };
  CHECK(largest(-1.0f, 1.0f, 1000000, error) < 5e-7);
  CHECK(largest(-80.0f, 80.0f, 1000000, error) < 1.5e-5);
}

TEST_CASE("sigmoid: stays in [0, 1] and errs by less than 1.5e-7", "[core]") {
  const auto error = [](float x) {
    return std::abs(double{sigmoid(x)} - 1 / (1 + std::exp(-double{x})));
  };
  CHECK(largest(-30.0f, 30.0f, 1000000, error) < 1.5e-7);  // absolute; found 1.1e-7
  CHECK(sigmoid(0.0f) == 0.5f);
  CHECK(sigmoid(1000.0f) == 1.0f);
  CHECK(sigmoid(-1000.0f) >= 0.0f);
  CHECK(sigmoid(-1000.0f) < 1e-38f);
}

}  // namespace infodiet::test
