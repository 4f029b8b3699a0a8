#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agents/learning/critic.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/learning_fixtures.hpp"

// Who judges in training, and what he may see.

namespace infodiet::test {
namespace {

Spec with_hidden() {
  Spec spec = small_spec();
  spec.hidden_features = {{"debt", "am", -10, 10, Role::kHidden},
                          {"kind", "-", 0, 6, Role::kHidden}};
  spec.hidden_features[1].is_name = true;
  return spec;
}
const Spec kHidden = with_hidden();

/// Experience whose reward is what is hidden, which nothing that is seen tells.
Experience told_by_the_hidden(const PolicyGradient& learner, std::uint32_t salt) {
  Experience all = lived(learner, kHidden, salt);
  Numbers numbers(salt + 1000);
  for (std::size_t row = 0; row < all.count(); ++row) {
    const float debt = numbers.coin(0.5f) ? 1.0f : -1.0f;
    if (all.hidden_size > 0) all.hidden_of(row)[0] = debt;
    all.reward[2 * row] = debt;
    all.reward[2 * row + 1] = 0;
    all.terminated[row] = all.valid[row] = 1;
  }
  return all;
}

double foretold(PolicyGradient& learner) {
  Workers one(1);
  double last = 0;
  for (std::uint32_t rollout = 1; rollout <= 60; ++rollout) {
    Experience all = told_by_the_hidden(learner, rollout);
    // once more, now that the hidden is there to be judged by
    Numbers numbers(rollout);
    std::vector<std::int32_t> slate(static_cast<std::size_t>(kHidden.slots));
    for (int env = 0; env < all.envs; ++env) {
      for (int step = 0; step < all.steps; ++step) {
        Scene scene = random_scene(kHidden, numbers);
        scene.key() = {{rollout, static_cast<std::uint32_t>(env), 0},
                       static_cast<std::uint32_t>(step)};
        learner.explore(scene.seen(), env, step, unmet(learner), all, slate);
      }
    }
    for (const LearningFigure& figure : learner.learn(all, 0, one))
      if (figure.name == "explained_variance") last = figure.value;
  }
  return last;
}

}  // namespace

TEST_CASE("the critic's gradients are those of its value", "[agents][learning]") {
  const Critic<double> critic(5);
  Leaves leaves;
  Leaf& parameters = leaves.parameters(critic.table());
  parameters.value *= 0.3;
  const nn::Matrix<double> x = normal_matrix(1, 5, 99);
  std::vector<double> memory(Critic<double>::workspace_size()), scratch(memory.size());
  leaves.require_gradients(
      [&] { return critic.forward(parameters.value.data(), x.data(), memory.data()); },
      [&] {
        critic.backward(parameters.value.data(), x.data(), memory.data(), 1.0, scratch.data(),
                        parameters.gradient.data());
      });
}

TEST_CASE("who sees what is hidden foretells what only that tells", "[agents][learning]") {
  const auto seeing = learner_of(", lr: 0.01, schedule: constant", kHidden);
  const auto blind = learner_of(", lr: 0.01, schedule: constant, critic: public", kHidden);
  CHECK(foretold(*seeing) > 0.9);
  CHECK(foretold(*blind) < 0.1);
}

TEST_CASE("what is hidden is put on the scale that the world declares", "[agents][learning]") {
  std::vector<Feature> features = {{"balance", "am", -15, 30, Role::kHidden},
                                   {"overload_share", "-", 0, 1, Role::kHidden},
                                   {"person_type", "-", 0, 2, Role::kHidden},
                                   {"goodwill", "wsm/day", -1e6f, 1e6f, Role::kHidden}};
  features[2].is_name = true;
  const HiddenInputs inputs(features);
  REQUIRE(inputs.width() == 6);
  std::vector<float> out(6);
  const auto written = [&](std::vector<float> hidden) {
    inputs.write(hidden, out.data());
    return out;
  };
  CHECK(written({30, 1, 0, 0}) == std::vector<float>{4, 4, 1, 0, 0, 0});
  CHECK(written({-15, 0.5f, 2, 0}) == std::vector<float>{-2, 2, 0, 0, 1, 0});
  CHECK(written({0, 0, 1, 3})[3] == 1);
  CHECK(out[5] == Catch::Detail::Approx(std::log(4.0)).epsilon(1e-4));
  CHECK(-written({0, 0, 1, -3})[5] == Catch::Detail::Approx(std::log(4.0)).epsilon(1e-4));
}

TEST_CASE("critics of different worlds may judge in one thread", "[agents][learning]") {
  Spec wide = with_hidden();
  for (int i = 0; i < 300; ++i)
    wide.hidden_features.push_back({"more_" + std::to_string(i), "-", 0, 1, Role::kHidden});
  const auto small = learner_of("", kHidden), large = learner_of("", wide);
  const auto judgement = [](const PolicyGradient& learner, const Spec& spec) {
    Numbers numbers(8);
    const Scene scene = random_scene(spec, numbers);
    const std::vector<float> hidden(spec.hidden_features.size(), 1);
    return learner.value(scene.seen(), 0, unmet(learner), hidden);
  };
  const float first = judgement(*small, kHidden), other = judgement(*large, wide);
  CHECK(judgement(*small, kHidden) == first);
  CHECK(judgement(*large, wide) == other);
}

TEST_CASE("a policy is given nothing of what the critic sees", "[agents][learning]") {
  const auto learner = learner_of("", kHidden);
  Tensors policy;
  learner->save_policy(policy);
  for (const Tensor& tensor : policy.all()) {
    CAPTURE(tensor.name);
    CHECK(tensor.name.find("critic") == std::string::npos);
  }
  Experience one = learner->make_experience(1), other = learner->make_experience(1);
  for (float& number : other.hidden) number = 5;
  Numbers numbers(8);
  std::vector<std::int32_t> slate(static_cast<std::size_t>(kHidden.slots)), again = slate;
  for (int step = 0; step < one.steps; ++step) {
    const Scene scene = random_scene(kHidden, numbers);
    learner->explore(scene.seen(), 0, step, unmet(*learner), one, slate);
    learner->explore(scene.seen(), 0, step, unmet(*learner), other, again);
    CHECK(slate == again);
  }
  CHECK(one.log_chance == other.log_chance);
  CHECK(one.value != other.value);
}

}  // namespace infodiet::test
