#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "agents/learning/advantages.hpp"
#include "agents/learning/objective.hpp"
#include "agents/policy/normaliser.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/learning_fixtures.hpp"

// What learning makes of experience; here the experience is made up.

namespace infodiet::test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Learns from three rollouts, of which the first is only looked at.
std::uint64_t learned(PolicyGradient& learner, int threads) {
  Workers workers(threads);
  for (std::uint32_t rollout = 1; rollout <= 3; ++rollout)
    learner.learn(lived(learner, kSpec, rollout), 0.1 * rollout, workers);
  return bits_of(learner);
}

Experience invented(std::uint32_t salt) {
  Experience all(3, 12, InputShape{1, 1, 1, 1, 1, 1}, 2);
  Numbers numbers(salt);
  invent(all, numbers);
  for (float& weight : all.weights) weight = 2 * numbers.next() - 1;
  for (float& value : all.value) value = 4 * numbers.next() - 2;
  return all;
}

}  // namespace

TEST_CASE("advantages are the discounted sums of what was better than foretold",
          "[agents][learning]") {
  const Returns how{.horizon = 700, .lambda = 0.8, .reward_scale = 0.5f, .reward_clip = 1.5f};
  for (std::uint32_t salt = 0; salt < 20; ++salt) {
    const Experience all = invented(salt);
    std::vector<float> advantages, returns;
    estimate_advantages(all, how, advantages, returns);
    for (int env = 0; env < all.envs; ++env) {
      for (int t = 0; t < all.steps; ++t) {
        const std::size_t from = all.row(env, t);
        if (all.valid[from] == 0) continue;
        double sum = 0, weight = 1;
        for (int later = t; later < all.steps; ++later) {
          const std::size_t row = all.row(env, later);
          if (all.valid[row] == 0) break;
          const bool terminated = all.terminated[row] != 0, cut = all.truncated[row] != 0;
          const double discount = std::exp(-double{all.minutes[row]} / 700);
          const double earned = double{all.weights[2 * row]} * double{all.reward[2 * row]} +
                                double{all.weights[2 * row + 1]} * double{all.reward[2 * row + 1]};
          double next = 0;
          if (!terminated) {
            const bool known = !cut && later + 1 < all.steps;
            next = double{known ? all.value[row + 1] : all.value_after[row]};
          }
          sum += weight *
                 (std::clamp(2 * earned, -1.5, 1.5) + discount * next - double{all.value[row]});
          if (terminated || cut) break;
          weight *= discount * 0.8;
        }
        CAPTURE(salt, env, t);
        REQUIRE(double{advantages[from]} == Approx(sum).margin(1e-5));
        REQUIRE(double{returns[from]} == Approx(sum + double{all.value[from]}).margin(1e-5));
      }
    }
  }
}

TEST_CASE("nothing of an episode leaks into the one before it, or into another environment",
          "[agents][learning]") {
  Experience all = invented(1);
  std::fill(all.valid.begin(), all.valid.end(), std::uint8_t{1});
  for (auto* ends : {&all.terminated, &all.truncated})
    std::fill(ends->begin(), ends->end(), std::uint8_t{0});
  all.terminated[all.row(0, 4)] = 1;
  all.truncated[all.row(1, 4)] = 1;
  std::vector<float> before, after, returns;
  estimate_advantages(all, {}, before, returns);
  for (int env = 0; env < 2; ++env) {
    for (int t = 5; t < all.steps; ++t) {
      const std::size_t row = all.row(env, t);
      all.reward[2 * row] = all.value[row] = all.value_after[row] = 9;
    }
  }
  estimate_advantages(all, {}, after, returns);
  for (int t = 0; t < all.steps; ++t) {
    CAPTURE(t);
    for (int env = 0; env < 2; ++env)
      CHECK((after[all.row(env, t)] == before[all.row(env, t)]) == (t <= 4));
    CHECK(after[all.row(2, t)] == before[all.row(2, t)]);
  }
}

TEST_CASE("the normaliser takes columns to mean 0 and deviation 1, where they have no scale",
          "[agents][learning]") {
  const InputShape shape{3, 2, 2, 1, 2, 1};
  // of candidates, of events, of the context; the last column never moves
  const std::vector<std::uint8_t> unbounded = {1, 0, 1, 1, 1};
  Normaliser normaliser(shape, unbounded);
  Numbers numbers(4);
  std::vector<std::vector<float>> records, columns(5);
  std::vector<InputRows> rows;
  for (int i = 0; i < 50; ++i) {
    std::vector<float> record(shape.size(), kNan);  // rows that are not there must not be read
    const InputRows used{i % 4, i % 3};
    const auto put = [&](std::size_t at, std::size_t column, float value) {
      record[at] = value;
      columns[column].push_back(value);
    };
    for (std::size_t c = 0; c < 2 * static_cast<std::size_t>(used.candidates); ++c)
      put(c, c % 2, 1000 + 3 * numbers.next());
    for (std::size_t e = 0; e < static_cast<std::size_t>(used.events); ++e)
      put(6 + e, 2, -7 * numbers.next());
    put(8, 3, i == 0 ? 100 : numbers.next());
    put(9, 4, 5);
    normaliser.observe(record.data(), used);
    records.push_back(record);
    rows.push_back(used);
  }
  const auto applied = [&](std::size_t i) {
    std::vector<double> out(shape.size(), 77);
    normaliser.apply(records[i].data(), rows[i], out.data());
    return out;
  };
  CHECK(applied(5)[8] == double{records[5][8]});  // nothing changes before it is fixed
  normaliser.fix();
  const auto expected = [&](std::size_t column, float x) {
    double mean = 0, square = 0;
    const auto count = static_cast<double>(columns[column].size());
    for (const float value : columns[column]) mean += double{value} / count;
    for (const float value : columns[column])
      square += (double{value} - mean) * (double{value} - mean) / count;
    const double scaled = (double{x} - mean) / std::max(std::sqrt(square), 0.01);
    return std::clamp(unbounded[column] != 0 ? scaled : double{x}, -8.0, 8.0);
  };
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto out = applied(i);
    for (std::size_t at = 0; at < out.size(); ++at) {
      const std::size_t column = at < 6 ? at % 2 : at < 8 ? 2 : at - 5;
      CAPTURE(i, at);
      if (std::isnan(records[i][at]))
        REQUIRE(out[at] == 77);
      else
        REQUIRE(out[at] == Approx(expected(column, records[i][at])).margin(2e-4));
    }
  }
}

TEST_CASE("the objective has its textbook values", "[agents][learning]") {
  const Objective ppo{.clip = 0.2, .value_clip = 0.2, .value_weight = 0.5, .entropy_weight = 0.1};
  const auto judge = [&](double ratio, double advantage) {
    return ppo.judge<double>({advantage, 3, std::log(0.2), 0.5, {}},
                             {std::log(0.2 * ratio), 5, 0.8, 1});
  };
  CHECK(judge(1.5, 2).policy_loss == Approx(-2.4));
  CHECK(judge(1.5, 2).dlog_chance == 0);
  CHECK(judge(1.5, -2).policy_loss == Approx(3));
  CHECK(judge(1.5, -2).dlog_chance == Approx(3));
  CHECK(judge(0.5, 2).policy_loss == Approx(-1));
  CHECK(judge(0.5, 2).dlog_chance == Approx(-1));
  CHECK(judge(0.5, -2).policy_loss == Approx(1.6));
  CHECK(judge(0.5, -2).dlog_chance == 0);
  CHECK(judge(1.1, 2).policy_loss == Approx(-2.2));
  CHECK(judge(1.5, 2).clipped);
  CHECK_FALSE(judge(1.1, 2).clipped);
  CHECK(judge(1.5, 2).kl == Approx(0.5 - std::log(1.5)));
  // V - R = -2; held at 0.7 it would be -2.3, which is worse and does not depend on V
  CHECK(judge(1, 2).value_loss == Approx(2.3 * 2.3 / 2));
  CHECK(judge(1, 2).dvalue == 0);
  CHECK(judge(1, 2).loss == Approx(-2 + 0.5 * 2.645 - 0.1 * 0.8));
  CHECK(judge(1, 2).dchoice_entropy == Approx(-0.1));

  const Objective plain{.clips = false, .value_weight = 0.5, .entropy_weight = 0};
  const auto judged =
      plain.judge<double>({2, 3, std::log(0.9), 0.5, {}}, {std::log(0.2), 5, 0.8, 1});
  CHECK(judged.policy_loss == Approx(-2 * std::log(0.2)));
  CHECK(judged.dlog_chance == -2);
  CHECK(judged.value_loss == Approx(2));
  CHECK(judged.dvalue == Approx(-1));
}

TEST_CASE("learning gives the same bits by any number of threads, and others by another seed",
          "[agents][learning]") {
  for (const std::string name : {"ppo", "a2c"}) {
    CAPTURE(name);
    const auto run = [&](std::uint64_t seed, int threads) {
      const std::string settings =
          name == "ppo" ? kSmall + ", minibatch: 32" : "policy: {name: pooled, dim: 8}";
      const auto agent = agent_from("{name: " + name + ", " + settings + "}", kSpec);
      auto& learner = dynamic_cast<PolicyGradient&>(*agent);
      learner.begin(seed);
      const std::uint64_t first = bits_of(learner);
      const std::uint64_t last = learned(learner, threads);
      CHECK(first != last);
      return last;
    };
    const auto expected = run(1, 1);
    for (const int threads : {2, 3, 8}) CHECK(run(1, threads) == expected);
    CHECK(run(2, 1) != expected);
  }
}

TEST_CASE("minibatches after the first take no memory", "[agents][learning]") {
  if (!CountAllocations::kWorks) return;
  const auto allocations_of = [](const std::string& settings) {
    const auto learner = learner_of(settings + ", minibatch: 32, target_kl: 0", kSpec);
    learned(*learner, 1);
    const Experience all = lived(*learner, kSpec, 9);
    Workers one(1);
    const CountAllocations allocations;
    learner->learn(all, 0.5, one);
    return allocations.count();
  };
  CHECK(allocations_of(", epochs: 1") == allocations_of(", epochs: 6"));
}

}  // namespace infodiet::test
