#include "agents/policy/plackett_luce.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/gradient_check.hpp"

namespace infodiet::test {
namespace {

using Slate = std::vector<std::int32_t>;

std::vector<double> normal_numbers(int count, std::uint32_t salt, double size) {
  const nn::Matrix<double> drawn = size * normal_matrix(1, count, salt);
  return {drawn.data(), drawn.data() + count};
}

/// How many candidates and slots there are, and what the world allows.
struct Shape {
  int candidates, slots, min, max;
};

const std::vector<Shape> kShapes = {{0, 2, 0, 2}, {0, 2, 1, 2}, {1, 1, 0, 1}, {2, 3, 0, 3},
                                    {3, 2, 0, 2}, {4, 3, 0, 3}, {4, 3, 1, 3}, {4, 3, 2, 2},
                                    {3, 3, 3, 3}, {2, 3, 3, 3}, {5, 1, 1, 1}, {4, 4, 0, 2}};

/// Every slate that a shape allows, with what the policy says of it.
template <class S>
struct Listed {
  Slate slate;
  typename PlackettLuce<S>::Likelihood told;
};

void extend(const Shape& shape, Slate& so_far, int length, std::vector<Slate>& all) {
  const int most = std::min(shape.max, shape.candidates);
  if (length >= std::min(shape.min, most)) all.push_back(so_far);
  if (length == most) return;
  for (int i = 0; i < shape.candidates; ++i) {
    if (std::find(so_far.begin(), so_far.begin() + length, i) != so_far.begin() + length) continue;
    so_far[length] = i;
    extend(shape, so_far, length + 1, all);
    so_far[length] = kNothing;
  }
}

std::vector<Slate> all_slates(const Shape& shape) {
  std::vector<Slate> all;
  Slate empty(static_cast<std::size_t>(shape.slots), kNothing);
  extend(shape, empty, 0, all);
  return all;
}

template <class S>
std::vector<Listed<S>> list(const Shape& shape, const std::vector<S>& scores,
                            const std::vector<S>& gates) {
  PlackettLuce<S> policy(scores, gates, shape.min, shape.max);
  std::vector<Listed<S>> all;
  for (const Slate& slate : all_slates(shape)) all.push_back({slate, policy.of(slate)});
  return all;
}

/// Calls `law(shape, scores, gates)` for some of each shape.
template <class Law>
void for_all_shapes(const Law& law) {
  std::uint32_t salt = 0;
  for (const Shape& shape : kShapes) {
    for (const double size : {0.5, 3.0}) {
      CAPTURE(shape.candidates, shape.slots, shape.min, shape.max, size);
      const auto scores = normal_numbers(shape.candidates, ++salt, size);
      const auto gates = normal_numbers(shape.slots, ++salt, size);
      law(shape, scores, gates);
    }
  }
}

}  // namespace

TEST_CASE("the chances of all slates sum to 1", "[agents][policy]") {
  for_all_shapes([](const Shape& shape, const auto& scores, const auto& gates) {
    double sum = 0;
    for (const auto& listed : list(shape, scores, gates))
      sum += std::exp(listed.told.log_probability);
    REQUIRE(sum == Approx(1).epsilon(1e-12));
  });
}

TEST_CASE("a slate's chance is that of its gates times that of its choices", "[agents][policy]") {
  const std::vector<double> scores = {std::log(1.0), std::log(2.0), std::log(5.0)};
  const std::vector<double> gates = {std::log(3.0), std::log(0.25)};  // filled: 3/4, 1/5
  const auto chance = [&](int min, int max, const Slate& slate) {
    return std::exp(PlackettLuce<double>(scores, gates, min, max).of(slate).log_probability);
  };
  CHECK(chance(0, 2, {-1, -1}) == Approx(0.25));
  CHECK(chance(0, 2, {2, -1}) == Approx(0.75 * 5 / 8 * 0.8));
  CHECK(chance(0, 2, {2, 0}) == Approx(0.75 * 5 / 8 * 0.2 / 3));
  CHECK(chance(1, 2, {2, -1}) == Approx(5.0 / 8 * 0.8));
  CHECK(chance(2, 2, {2, 1}) == Approx(5.0 / 8 * 2 / 3));
  CHECK(chance(0, 1, {1, -1}) == Approx(0.75 * 2 / 8));
}

TEST_CASE("the entropy reported along slates is on average that of the distribution over slates",
          "[agents][policy]") {
  for_all_shapes([](const Shape& shape, const auto& scores, const auto& gates) {
    double reported = 0, exact = 0;
    for (const auto& [slate, told] : list(shape, scores, gates)) {
      const double chance = std::exp(told.log_probability);
      reported += chance * told.entropy;
      exact -= chance * told.log_probability;
    }
    REQUIRE(reported == Approx(exact).epsilon(1e-12).margin(1e-12));
  });
}

TEST_CASE("chance and choice entropy of a slate have the gradients of finite differences",
          "[agents][policy]") {
  struct Weights {
    double chance, entropy;
  };
  for_all_shapes([](const Shape& shape, const auto& scores, const auto& gates) {
    for (const Weights by : {Weights{1, 0}, Weights{0.3, -0.7}}) {
      for (const Slate& slate : all_slates(shape)) {
        auto s = scores, g = gates;
        const auto loss = [&] {
          const auto told = PlackettLuce<double>(s, g, shape.min, shape.max).of(slate);
          return by.chance * told.log_probability + by.entropy * told.choice_entropy;
        };
        // it must add to what it finds
        std::vector<double> ds(s.size(), 5.0), dg(g.size(), 5.0);
        PlackettLuce<double>(s, g, shape.min, shape.max)
            .backward(slate, by.chance, by.entropy, ds, dg);
        const auto require_slopes = [&](std::vector<double>& at, const std::vector<double>& told) {
          for (std::size_t i = 0; i < at.size(); ++i) {
            const double middle = at[i];
            at[i] = middle + 1e-5;
            const double above = loss();
            at[i] = middle - 1e-5;
            const double below = loss();
            at[i] = middle;
            REQUIRE(told[i] - 5 == Approx((above - below) / 2e-5).margin(1e-8).epsilon(1e-6));
          }
        };
        CAPTURE(slate);
        require_slopes(s, ds);
        require_slopes(g, dg);
      }
    }
  });
}

TEST_CASE("slates are drawn as often as their chances say", "[agents][policy]") {
  constexpr int kDraws = 20000;
  std::uint32_t run = 0;
  for (const Shape& shape : {Shape{4, 3, 0, 3}, Shape{4, 3, 1, 2}, Shape{2, 3, 0, 3},
                             Shape{3, 2, 2, 2}, Shape{5, 1, 1, 1}}) {
    CAPTURE(shape.candidates, shape.slots, shape.min, shape.max);
    ++run;
    std::vector<float> scores, gates;
    for (const double x : normal_numbers(shape.candidates, 100 + run, 0.8))
      scores.push_back(static_cast<float>(x));
    for (const double x : normal_numbers(shape.slots, 200 + run, 0.8))
      gates.push_back(static_cast<float>(x));
    PlackettLuce<float> policy(scores, gates, shape.min, shape.max);
    std::map<Slate, int> seen;
    Slate slate(static_cast<std::size_t>(shape.slots));
    for (std::uint32_t i = 0; i < kDraws; ++i) {
      policy.draw({{run, i % 100, i / 100}, i % 7}, slate);
      ++seen[slate];
    }
    double chi_square = 0;
    int kinds = 0, counted = 0;
    for (const auto& listed : list(shape, scores, gates)) {
      const double expected = kDraws * std::exp(double{listed.told.log_probability});
      const int count = seen[listed.slate];
      chi_square += (count - expected) * (count - expected) / expected;
      counted += count;
      ++kinds;
    }
    CHECK(counted == kDraws);  // nothing else was drawn
    // its mean is kinds - 1, its variance twice that
    CHECK(chi_square < kinds - 1 + 4 * std::sqrt(2.0 * (kinds - 1)) + 2);
  }
}

TEST_CASE("what is drawn is a function of the decision's key alone", "[agents][policy]") {
  const std::vector<float> scores(6, 0.5f), gates(3, 0.5f);
  PlackettLuce<float> policy(scores, gates, 0, 3), other(scores, gates, 0, 3);
  Slate first(3), again(3), unused(3);
  int differ = 0;
  for (std::uint32_t i = 0; i < 50; ++i) {
    policy.draw({{1, 2, 3}, i}, first);
    policy.draw({{1, 2, 4}, i}, unused);
    other.draw({{1, 2, 3}, i}, again);
    REQUIRE(first == again);
    differ += first != unused;
  }
  CHECK(differ > 25);
}

TEST_CASE("the best slate fills slots that are likelier filled than not, by the highest scores",
          "[agents][policy]") {
  const std::vector<double> scores = {0.1, 3, -1, 2}, gates = {0.5, 0.01, -0.01, 4};
  const auto best = [&](int min, int max) {
    Slate slate(4, 77);
    PlackettLuce<double>(scores, gates, min, max).best(slate);
    return slate;
  };
  CHECK(best(0, 4) == Slate{1, 3, -1, -1});  // a slate ends at its first empty slot
  CHECK(best(0, 1) == Slate{1, -1, -1, -1});
  CHECK(best(3, 4) == Slate{1, 3, 0, 2});
  CHECK(best(3, 3) == Slate{1, 3, 0, -1});
  const std::vector<double> two = {0, 1}, all_open = {1, 1, 1};
  Slate slate(3, 77);
  PlackettLuce<double>(two, all_open, 3, 3).best(slate);
  CHECK(slate == Slate{1, 0, -1});
  PlackettLuce<double>({}, all_open, 3, 3).best(slate);
  CHECK(slate == Slate{-1, -1, -1});
}

TEST_CASE("extreme scores and gates give finite chances, slopes and slates", "[agents][policy]") {
  for (std::uint32_t pattern = 0; pattern < 64; ++pattern) {
    const auto extreme = [pattern](int bit) { return (pattern >> bit & 1) != 0 ? 80.0f : -80.0f; };
    const std::vector<float> scores = {extreme(0), extreme(1), extreme(2), 0};
    const std::vector<float> gates = {extreme(3), extreme(4), extreme(5)};
    const Shape shape{4, 3, static_cast<int>(pattern % 3), 3};
    CAPTURE(scores, gates, shape.min);
    PlackettLuce<float> policy(scores, gates, shape.min, shape.max);
    double sum = 0;
    for (const auto& [slate, told] : list(shape, scores, gates)) {
      REQUIRE(std::isfinite(told.log_probability));
      REQUIRE(told.entropy >= -1e-3f);  // rounding at scores of 80
      REQUIRE(told.entropy < 6);
      sum += std::exp(double{told.log_probability});
      std::vector<float> ds(4), dg(3);
      policy.backward(slate, 1, 1, ds, dg);
      for (const auto* slopes : {&ds, &dg})
        for (const float slope : *slopes) REQUIRE(std::fabs(slope) < 200);
    }
    REQUIRE(sum == Approx(1).margin(1e-4));
    Slate slate(3);
    for (std::uint32_t i = 0; i < 200; ++i) {
      policy.draw({{5, pattern, 0}, i}, slate);
      REQUIRE(policy.of(slate).log_probability > -60);  // else hardly ever
    }
  }
}

TEST_CASE("who has no chance is not drawn, whatever rounding leaves", "[agents][policy]") {
  // a decision whose die is as good as 1, and many weights to be summed: what is left of the mark
  // after all of them must not fall to the last, whose weight is 0
  const DecisionKey key{{9, 0, 0}, 5844781};
  REQUIRE(uniform_open(random_words(key.episode, Purpose::kAgent, key.decision)[1]) > 0.9999996f);
  const std::vector<float> gates(1);
  Slate slate(1);
  for (std::uint32_t set = 0; set < 200; ++set) {
    std::vector<float> scores;
    for (const double x : normal_numbers(255, set, 1)) scores.push_back(static_cast<float>(x));
    scores.push_back(-120);
    PlackettLuce<float>(scores, gates, 1, 1).draw(key, slate);
    REQUIRE(slate[0] != 255);
  }
}

}  // namespace infodiet::test
