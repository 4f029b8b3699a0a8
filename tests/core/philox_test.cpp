#include "env/core/philox.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

using Counter = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;

/// Mean and variance of n uniform numbers lie within four standard errors of 1/2 and 1/12.
void check_uniform(const std::vector<double>& numbers) {
  const auto n = static_cast<double>(numbers.size());
  double sum = 0, squares = 0;
  for (const double x : numbers) {
    sum += x - 0.5;
    squares += (x - 0.5) * (x - 0.5);
  }
  // Var U = 1/12; Var (U - 1/2)^2 = 1/80 - 1/144 = 1/180
  CHECK(std::abs(sum / n) < 4 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(squares / n - 1.0 / 12) < 4 * std::sqrt(1.0 / 180 / n));
}

}  // namespace

TEST_CASE("Philox: agrees with the published known answers", "[core]") {
  // Random123 1.14, philox4x32 with 10 rounds
  CHECK(philox(Counter{0, 0, 0, 0}, Key{0, 0}) ==
        Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(Counter{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
               Key{0xffffffff, 0xffffffff}) ==
        Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox(Counter{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
               Key{0xa4093822, 0x299f31d0}) ==
        Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("Philox: every part of a name gives other numbers", "[core]") {
  const EpisodeKey key{1, 2, 3};
  const auto words = random_words(key, Purpose::kChoice, 4, 5);
  CHECK(words == random_words(key, Purpose::kChoice, 4, 5));
  CHECK(words != random_words({2, 2, 3}, Purpose::kChoice, 4, 5));
  CHECK(words != random_words({1 + (std::uint64_t{1} << 32), 2, 3}, Purpose::kChoice, 4, 5));
  CHECK(words != random_words({1, 3, 3}, Purpose::kChoice, 4, 5));
  CHECK(words != random_words({1, 2, 4}, Purpose::kChoice, 4, 5));
  CHECK(words != random_words(key, Purpose::kDwell, 4, 5));
  CHECK(words != random_words(key, Purpose::kChoice, 5, 5));
  CHECK(words != random_words(key, Purpose::kChoice, 4, 6));
  // the largest lane does not run into the purpose
  CHECK(random_words(key, Purpose::kChoice, 4, (1u << 24) - 1) !=
        random_words(key, Purpose::kDwell, 4, (1u << 24) - 1));
}

TEST_CASE("Philox: numbers along every counter are uniform", "[core]") {
  constexpr std::uint32_t kNumbers = 100000;
  std::vector<double> by_env, by_episode, by_index, by_lane, by_seed;
  for (std::uint32_t i = 0; i < kNumbers; ++i) {
    const auto number = [](const std::array<std::uint32_t, 4>& words) {
      return double{uniform_open(words[0])};
    };
    by_env.push_back(number(random_words({7, i, 0}, Purpose::kPerson, 0)));
    by_episode.push_back(number(random_words({7, 0, i}, Purpose::kPerson, 0)));
    by_index.push_back(number(random_words({7, 0, 0}, Purpose::kPerson, i)));
    by_lane.push_back(number(random_words({7, 0, 0}, Purpose::kPerson, 0, i)));
    by_seed.push_back(number(random_words({i, 0, 0}, Purpose::kPerson, 0)));
  }
  for (const auto& numbers : {by_env, by_episode, by_index, by_lane, by_seed})
    check_uniform(numbers);
  // neighbours are uncorrelated: n draws of a product of two have standard deviation 1/12
  double product = 0;
  for (std::uint32_t i = 1; i < kNumbers; ++i)
    product += (by_env[i] - 0.5) * (by_env[i - 1] - 0.5) / kNumbers;
  CHECK(std::abs(product) < 4.0 / 12 / std::sqrt(kNumbers));
}

TEST_CASE("uniform_open: lies strictly between 0 and 1", "[core]") {
  CHECK(uniform_open(0) == 0x1.0p-24f);
  CHECK(uniform_open(0xffffffff) == 1.0f - 0x1.0p-24f);
  CHECK(uniform_open(0x80000000) > 0.5f);
}

TEST_CASE("uniform_below: reaches every integer and none above", "[core]") {
  CHECK(uniform_below(0, 7) == 0);
  CHECK(uniform_below(0xffffffff, 7) == 6);
  CHECK(uniform_below(0xffffffff, 1) == 0);
  std::array<int, 7> counts{};
  constexpr int kDraws = 70000;
  for (std::uint32_t i = 0; i < kDraws; ++i)
    ++counts[uniform_below(random_words({3, i, 0}, Purpose::kAgent, 0)[0], 7)];
  // each count is binomial: mean 10000, standard deviation sqrt(70000 * 6 / 49) = 93
  for (const int count : counts) CHECK(std::abs(count - kDraws / 7) < 4 * 93);
}

}  // namespace infodiet::test
