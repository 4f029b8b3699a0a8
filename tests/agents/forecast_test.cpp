#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "agents/learning/objective.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/learning_fixtures.hpp"

// What a policy foretells of the candidates, and what is made of it.

namespace infodiet::test {
namespace {

// What a choice brings, and twice as much where the candidate's appeal is high; and what it brings
// to be left alone.
constexpr float kUsual = 0.7f, kLeft = 0.3f;

const Spec kOneSlot = [] {
  Spec spec = small_spec();
  spec.slots = spec.slate_max = 1;
  return spec;
}();

/// Lets a learner live through random decisions of which the item shown is chosen three times in
/// four if its appeal is high, and else once in four.
Experience told_by_appeal(const PolicyGradient& learner, std::uint32_t salt) {
  Numbers numbers(salt);
  Experience all = learner.make_experience(6);
  std::vector<std::int32_t> slate(static_cast<std::size_t>(kOneSlot.slots));
  for (int env = 0; env < all.envs; ++env) {
    for (int step = 0; step < all.steps; ++step) {
      Scene scene = random_scene(kOneSlot, numbers);
      scene.key() = {{salt, static_cast<std::uint32_t>(env), 0}, static_cast<std::uint32_t>(step)};
      learner.explore(scene.seen(), env, step, unmet(learner), all, slate);
      const std::size_t row = all.row(env, step);
      all.valid[row] = all.terminated[row] = 1;
      all.reward[2 * row] = all.reward[2 * row + 1] = 0;
      if (slate[0] < 0) continue;
      const bool high = scene.candidate(slate[0], "appeal") > 0.6f;
      const bool chosen = numbers.coin(high ? 0.75f : 0.25f);
      all.clicked[row * static_cast<std::size_t>(all.slots)] = chosen;
      all.reward[2 * row] = (chosen ? kUsual : kLeft) * (high ? 2 : 1);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("the loss of a forecast has its textbook values and their slopes", "[agents][learning]") {
  const Objective objective;
  const auto loss = [&](bool clicked, double click, double worth, double left = 0,
                        bool is_of_it = true) {
    return objective.foresee<double>({clicked, clicked ? 1.5 : -1.0, is_of_it}, click, worth, left)
        .loss;
  };
  CHECK(loss(true, 0, 1.5) == Approx(std::log(2.0)));
  CHECK(loss(true, std::log(3.0), 0.5) == Approx(-std::log(0.75) + 0.5));
  CHECK(loss(false, std::log(3.0), 77, -1) == Approx(-std::log(0.25)));
  CHECK(loss(false, std::log(3.0), 77, -3) == Approx(-std::log(0.25) + 2));
  CHECK(loss(false, -800, 0, -1) == 0);
  CHECK(loss(true, -800, 1.5) == Approx(800));
  for (const bool clicked : {true, false}) {
    for (const double click : {-2.0, 0.1, 3.0}) {
      for (const bool is_of_it : {true, false}) {
        const auto at =
            objective.foresee<double>({clicked, clicked ? 1.5 : -1.0, is_of_it}, click, 0.4, 0.2);
        const double h = 1e-6;
        const auto slope = [&](double dclick, double dworth, double dleft) {
          const auto moved = [&](double by) {
            return loss(clicked, click + by * dclick, 0.4 + by * dworth, 0.2 + by * dleft,
                        is_of_it);
          };
          return Approx((moved(h) - moved(-h)) / (2 * h)).margin(1e-8);
        };
        CAPTURE(clicked, click, is_of_it);
        CHECK(at.dclick == slope(1, 0, 0));
        CHECK(at.dworth == slope(0, 1, 0));
        CHECK(at.dleft == slope(0, 0, 1));
      }
    }
  }
}

TEST_CASE("an outcome is compressed to about twice its root", "[agents][learning]") {
  CHECK(compressed(0.0) == 0);
  CHECK(compressed(3.0) == Approx(2));
  CHECK(compressed(-8.0) == Approx(-4));
  CHECK(compressed(1e-3) == Approx(1e-3).epsilon(1e-3));
  for (const double x : {-1000.0, -0.2, 0.0, 0.7, 30.0})
    CHECK(expanded(compressed(x)) == Approx(x));
}

TEST_CASE("a learner comes to foretell who is chosen, and what that brings", "[agents][learning]") {
  const auto learner = learner_of(", forecast_lr: 0.003, schedule: constant", kOneSlot);
  Workers one(1);
  for (std::uint32_t rollout = 1; rollout <= 1200; ++rollout)
    learner->learn(told_by_appeal(*learner, rollout), 0, one);
  struct Mean {
    double chance = 0, worth = 0, left = 0, count = 0;
  };
  std::array<Mean, 2> means;
  Numbers numbers(9999);
  for (int i = 0; i < 200; ++i) {
    Scene scene = random_scene(kOneSlot, numbers);
    const Explanation why = learner->explain(scene.seen(), 0, unmet(*learner));
    REQUIRE(why.click_chances.size() == why.scores.size());
    REQUIRE(why.worths.size() == why.scores.size());
    for (std::size_t j = 0; j < why.worths.size(); ++j) {
      Mean& mean = means[scene.candidate(static_cast<int>(j), "appeal") > 0.6f ? 1 : 0];
      mean.chance += double{why.click_chances[j]};
      mean.worth += double{why.worths[j]};
      mean.left += double{why.lefts[j]};
      mean.count += 1;
    }
  }
  const auto [low, high] = means;
  REQUIRE(low.count > 100);
  REQUIRE(high.count > 100);
  CHECK(low.chance / low.count == Approx(0.25).margin(0.1));
  CHECK(high.chance / high.count == Approx(0.75).margin(0.1));
  CHECK(low.worth / low.count == Approx(double{kUsual}).margin(0.2));
  CHECK(high.worth / high.count == Approx(2 * double{kUsual}).margin(0.2));
  CHECK(low.left / low.count == Approx(double{kLeft}).margin(0.15));
  CHECK(high.left / high.count == Approx(2 * double{kLeft}).margin(0.15));
}

TEST_CASE("what nobody chose from brings is put down to all that was shown, in equal parts",
          "[agents][learning]") {
  const Spec spec = [] {
    Spec two = small_spec();
    two.slots = two.slate_min = two.slate_max = 2;
    return two;
  }();
  const auto learner = learner_of(", forecast_lr: 0.003, schedule: constant", spec);
  Workers one(1);
  std::vector<std::int32_t> slate(2);
  for (std::uint32_t rollout = 1; rollout <= 300; ++rollout) {
    Numbers numbers(rollout);
    Experience all = learner->make_experience(6);
    for (int env = 0; env < all.envs; ++env) {
      for (int step = 0; step < all.steps; ++step) {
        Scene scene = random_scene(spec, numbers);
        scene.key() = {{rollout, static_cast<std::uint32_t>(env), 0},
                       static_cast<std::uint32_t>(step)};
        learner->explore(scene.seen(), env, step, unmet(*learner), all, slate);
        const std::size_t row = all.row(env, step);
        all.terminated[row] = 1;
        all.valid[row] = slate[1] >= 0;
        const bool chosen = numbers.coin(0.5f);  // the first of the two
        all.clicked[2 * row] = chosen;
        all.reward[2 * row] = chosen ? kUsual : kLeft;
        all.reward[2 * row + 1] = 0;
      }
    }
    learner->learn(all, 0, one);
  }
  double worth = 0, left = 0, count = 0;
  Numbers numbers(9999);
  for (int i = 0; i < 200; ++i) {
    Scene scene = random_scene(spec, numbers);
    const Explanation why = learner->explain(scene.seen(), 0, unmet(*learner));
    for (std::size_t j = 0; j < why.lefts.size(); ++j) {
      worth += double{why.worths[j]};
      left += double{why.lefts[j]};
      count += 1;
    }
  }
  REQUIRE(count > 100);
  CHECK(worth / count == Approx(double{kUsual}).margin(0.05));
  CHECK(left / count == Approx(double{kLeft} / 2).margin(0.03));
}

TEST_CASE("the judge is told what the policy makes of the candidates", "[agents][learning]") {
  const auto learner = learner_of("", kSpec);
  Numbers numbers(5);
  Experience all = learner->make_experience(1);
  std::vector<std::int32_t> slate(static_cast<std::size_t>(kSpec.slots));
  for (int step = 0; step < all.steps; ++step) {
    Scene scene = random_scene(kSpec, numbers);
    learner->explore(scene.seen(), 0, step, unmet(*learner), all, slate);
    const Explanation why =
        learner->explain(scene.seen(), 0, unmet(*learner));  // nothing learned: the same policy
    double gain = 0, best = why.worths.empty() ? 0 : -1e9;
    for (std::size_t i = 0; i < why.worths.size(); ++i) {
      const double p = double{why.click_chances[i]};
      const double forecast =
          p * compressed(double{why.worths[i]}) + (1 - p) * compressed(double{why.lefts[i]});
      gain += double{why.chances[i]} * forecast;
      best = std::max(best, forecast);
    }
    const Offer& offer = all.offer[all.row(0, step)];
    CHECK(double{offer.gain} == Approx(gain).margin(1e-6));
    CHECK(double{offer.best} == Approx(best).margin(1e-6));
    CHECK(double{offer.open} == Approx(double{why.gates[0]}).margin(1e-6));
  }
}

TEST_CASE("what plays is a mean over the latest steps, and what explores is the last one",
          "[agents][learning]") {
  Workers one(1);
  // one step in each round of learning, after a first rollout that is only looked at
  const auto step = [&](PolicyGradient& learner, std::uint32_t rollout) {
    learner.learn(lived(learner, kSpec, rollout), 0, one);
  };
  const std::string single = ", epochs: 1, minibatch: 100000, target_kl: 0, forecast_lr: 0";
  const auto last = learner_of(single + ", average: 0", kSpec);
  const auto mean = learner_of(single + ", average: 1", kSpec);
  std::vector<double> sum(last->parameters().size());
  constexpr std::uint32_t kSteps = 5;
  for (std::uint32_t rollout = 1; rollout <= kSteps + 1; ++rollout) {
    step(*last, rollout);
    step(*mean, rollout);
    if (rollout == 1) continue;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += double{last->parameters()[i]};
  }
  double apart = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    REQUIRE(double{mean->parameters()[i]} == Approx(sum[i] / kSteps).margin(1e-5));
    apart =
        std::max(apart, std::abs(double{mean->parameters()[i]} - double{last->parameters()[i]}));
  }
  CHECK(apart > 1e-4);  // so that the two could have been told from each other
}

}  // namespace infodiet::test
