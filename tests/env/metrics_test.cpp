#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "env/core/philox.hpp"
#include "env/metrics/calibration.hpp"
#include "env/metrics/fairness.hpp"
#include "env/metrics/read_diversity.hpp"
#include "env/metrics/shares.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"

namespace infodiet::test {
namespace {

using Numbers = std::vector<double>;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Read {
  std::vector<std::uint8_t> topic;
  std::vector<float> weight;
};

std::vector<float> sums_of(const ReadDiversity& diversity, const std::vector<Read>& reads) {
  std::vector<float> sums(diversity.size());
  for (const Read& read : reads) diversity.add(sums, read.topic, read.weight);
  return sums;
}

/// Items with one to three of `topics` topics, as a stream has them.
std::vector<Read> random_reads(int count, int topics, std::uint64_t seed) {
  std::vector<Read> reads;
  for (int i = 0; i < count; ++i) {
    const auto words = random_words({seed, 0, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i));
    Read read;
    for (std::uint32_t k = 0; k <= words[3] % 3; ++k) {
      const auto topic = static_cast<std::uint8_t>(words[k] % static_cast<std::uint32_t>(topics));
      if (std::find(read.topic.begin(), read.topic.end(), topic) != read.topic.end()) continue;
      read.topic.push_back(topic);
      read.weight.push_back(0.1f + uniform_open(words[k]));
    }
    reads.push_back(read);
  }
  return reads;
}

/// By the definition: every pair.
double cosine(const Read& a, const Read& b) {
  double both = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.topic.size(); ++i) {
    for (std::size_t j = 0; j < b.topic.size(); ++j) {
      if (a.topic[i] == b.topic[j]) both += double{a.weight[i]} * double{b.weight[j]};
    }
  }
  for (const float w : a.weight) aa += double{w} * double{w};
  for (const float w : b.weight) bb += double{w} * double{w};
  return both / std::sqrt(aa * bb);
}

}  // namespace

TEST_CASE("entropy: it counts shares, whatever the weights sum to", "[env][metrics]") {
  CHECK(entropy(Numbers{1, 1, 1, 1}) == Approx(std::log(4.0)));
  CHECK(effective_number(Numbers{7, 7, 7, 0}) == Approx(3.0));
  CHECK(effective_number(Numbers{0, 5, 0}) == 1.0);
  // shares 1/2, 1/4, 1/4: (1/2) ln 2 + 2 (1/4) ln 4 = (3/2) ln 2
  CHECK(entropy(Numbers{2, 1, 1}) == Approx(1.5 * std::log(2.0)));
  CHECK(effective_number(Numbers{20, 10, 10}) == Approx(std::sqrt(8.0)));
  CHECK(std::isnan(entropy(Numbers{0, 0})));
  CHECK(std::isnan(effective_number(Numbers{})));
}

TEST_CASE("gini: it runs from 0 for equal shares to 1 - 1/n for a single owner", "[env][metrics]") {
  CHECK(gini(Numbers{3, 3, 3}) == 0.0);
  CHECK(gini(Numbers{0, 0, 8, 0}) == Approx(0.75));
  // 1, 2, 5: differences 1, 4, 3, each twice: 16 / (2 * 3 * 8)
  CHECK(gini(Numbers{5, 1, 2}) == Approx(1.0 / 3));
  CHECK(std::isnan(gini(Numbers{0, 0})));
  CHECK(std::isnan(gini(Numbers{})));
}

TEST_CASE("miscalibration: it is 0 where the aim was met, and finite where a topic was never read",
          "[env][metrics]") {
  const Numbers target = {2, 1, 1};
  CHECK(miscalibration(target, Numbers{0.5, 0.25, 0.25}) == 0.0);
  CHECK(miscalibration(Numbers{0, 3}, Numbers{0, 9}) == 0.0);
  // p = (1/2, 1/2), q = (1, 0), a = 0.01: q~ = (0.995, 0.005)
  CHECK(miscalibration(Numbers{1, 1}, Numbers{4, 0}) ==
        Approx(0.5 * std::log(0.5 / 0.995) + 0.5 * std::log(0.5 / 0.005)));
  // nothing of what was aimed at: ln 100, the most there is
  CHECK(miscalibration(Numbers{1, 0}, Numbers{0, 1}) == Approx(std::log(100.0)));
  CHECK(miscalibration(Numbers{1, 0}, Numbers{0, 1}, 0.1) == Approx(std::log(10.0)));
  CHECK(std::isnan(miscalibration(Numbers{1, 1}, Numbers{0, 0})));
  CHECK(std::isnan(miscalibration(Numbers{0, 0}, Numbers{1, 1})));
  CHECK(std::isnan(miscalibration(Numbers{}, Numbers{})));
}

TEST_CASE("Fairness: worst, gap and percentile leave absent groups out", "[env][metrics]") {
  const Numbers scores = {4, kNone, -2, 10};
  CHECK(worst_score(scores) == -2.0);
  CHECK(score_gap(scores) == 12.0);
  // type 7 of -2, 4, 10: place 0.1 * 2 = 0.2 between the first two
  CHECK(score_percentile(scores) == Approx(-2 + 0.2 * 6));
  CHECK(score_percentile(scores, 0.5) == 4.0);
  CHECK(score_percentile(scores, 1) == 10.0);
  CHECK(score_gap(Numbers{3}) == 0.0);
  for (const Numbers& none : {Numbers{}, Numbers{kNone, kNone}}) {
    CHECK(std::isnan(worst_score(none)));
    CHECK(std::isnan(score_gap(none)));
    CHECK(std::isnan(score_percentile(none)));
    CHECK(std::isnan(atkinson_index(none)));
  }
}

TEST_CASE("atkinson_index: it is what equality would save, at any aversion", "[env][metrics]") {
  // 1 and 4: mean 2.5; geometric mean 2; harmonic mean 1.6; ((1 + 2) / 2)^2 = 2.25
  const Numbers scores = {1, 4};
  CHECK(atkinson_index(scores, 0) == Approx(0.0).margin(1e-15));
  CHECK(atkinson_index(scores, 0.5) == Approx(1 - 2.25 / 2.5));
  CHECK(atkinson_index(scores) == Approx(1 - 2 / 2.5));
  CHECK(atkinson_index(scores, 2) == Approx(1 - 1.6 / 2.5));
  CHECK(atkinson_index(Numbers{1e6, kNone, 4e6}, 2) == Approx(1 - 1.6 / 2.5));  // unit-free
  CHECK(atkinson_index(Numbers{7, 7, 7}, 1.5) == Approx(0.0).margin(1e-15));
  // one group with nothing: all of it for an aversion of 1 and more, half of it in between
  CHECK(atkinson_index(Numbers{0, 4}, 1) == 1.0);
  CHECK(atkinson_index(Numbers{0, 4}, 3) == 1.0);
  CHECK(atkinson_index(Numbers{0, 4}, 0.5) == Approx(0.5));
  CHECK(std::isnan(atkinson_index(Numbers{-1, 4})));
  CHECK(std::isnan(atkinson_index(Numbers{0, 0})));
}

TEST_CASE("ReadDiversity: topics, pairs and spectrum of three items come out as by hand",
          "[env][metrics]") {
  // unit vectors (1, 0), (0, 1), (3/5, 4/5); cosines 0, 3/5, 4/5
  const ReadDiversity diversity(2);
  const auto sums = sums_of(diversity, {{{0}, {1.0f}}, {{1}, {0.5f}}, {{1, 0}, {4.0f, 3.0f}}});
  CHECK(diversity.count(sums) == 3.0);
  const auto topics = diversity.topic_weights(sums);
  CHECK(std::vector<float>(topics.begin(), topics.end()) == std::vector<float>{4.0f, 4.5f});
  CHECK(diversity.intra_list_diversity(sums) == Approx((1 + 0.4 + 0.2) / 3).epsilon(1e-6));
  // S = (1.36 0.48; 0.48 1.64): trace 3, determinant 2, so its eigenvalues are 1 and 2
  CHECK(diversity.vendi_score(sums) ==
        Approx(std::exp(std::log(3.0) / 3 + 2.0 / 3 * std::log(1.5))).epsilon(1e-6));
}

TEST_CASE("ReadDiversity: nothing, one item and items without a topic are what they are",
          "[env][metrics]") {
  const ReadDiversity diversity(16);
  CHECK(diversity.size() == 169);
  CHECK(std::isnan(diversity.vendi_score(sums_of(diversity, {}))));
  CHECK(std::isnan(diversity.intra_list_diversity(sums_of(diversity, {}))));

  const Read one{{3, 15, 7}, {0.5f, 0.3f, 0.2f}};
  CHECK(diversity.vendi_score(sums_of(diversity, {one})) == Approx(1.0).epsilon(1e-6));
  CHECK(std::isnan(diversity.intra_list_diversity(sums_of(diversity, {one}))));
  CHECK(diversity.count(sums_of(diversity, {one, {{}, {}}, {{2}, {0.0f}}})) == 1.0);

  // the same item over and over is no more diverse than once
  const auto again = sums_of(diversity, std::vector<Read>(500, one));
  CHECK(diversity.vendi_score(again) == Approx(1.0).epsilon(1e-4));  // 500 sums in floats
  CHECK(diversity.intra_list_diversity(again) == Approx(0.0).margin(1e-5));
}

TEST_CASE("ReadDiversity: the closed form is the mean over all pairs", "[env][metrics]") {
  for (const int topics : {1, 5, 16, 32}) {
    const std::vector<Read> reads = random_reads(60, topics, 5);
    double sum = 0;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) sum += 1 - cosine(reads[i], reads[j]);
    }
    const ReadDiversity diversity(topics);
    INFO(topics << " topics");
    CHECK(diversity.intra_list_diversity(sums_of(diversity, reads)) ==
          Approx(sum / (60 * 59 / 2)).epsilon(1e-5).margin(1e-6));
  }
}

TEST_CASE("ReadDiversity: the Vendi score is e^H for one-hot topics, and between 1 and T",
          "[env][metrics]") {
  const ReadDiversity diversity(32);
  std::vector<Read> reads;
  Numbers times(32);
  for (int topic = 0; topic < 32; topic += 3) {
    times[topic] = topic + 1;
    reads.insert(reads.end(), static_cast<std::size_t>(topic) + 1,
                 {{static_cast<std::uint8_t>(topic)}, {1.0f}});
  }
  const auto sums = sums_of(diversity, reads);
  CHECK(diversity.vendi_score(sums) == Approx(effective_number(times)).epsilon(1e-6));
  const auto topics = diversity.topic_weights(sums);
  CHECK(Numbers(topics.begin(), topics.end()) == times);

  // topics that come together are fewer kinds of items
  const auto mixed = sums_of(diversity, random_reads(400, 32, 8));
  CHECK(diversity.vendi_score(mixed) < effective_number(diversity.topic_weights(mixed)));
  CHECK(diversity.vendi_score(mixed) > 10);
}

TEST_CASE("ReadDiversity: it works on the caller's memory alone", "[env][metrics]") {
  if (!CountAllocations::kWorks) return;
  const ReadDiversity diversity(32);
  const std::vector<Read> reads = random_reads(40, 32, 3);
  std::vector<float> sums(diversity.size());
  const Numbers target(32, 1.0);
  const CountAllocations allocations;
  for (const Read& read : reads) diversity.add(sums, read.topic, read.weight);
  const auto topics = diversity.topic_weights(sums);
  const double all = diversity.vendi_score(sums) + diversity.intra_list_diversity(sums) +
                     effective_number(topics) + gini(topics) + miscalibration(target, topics);
  const std::size_t count = allocations.count();
  CHECK(std::isfinite(all));
  CHECK(count == 0);
}

}  // namespace infodiet::test
