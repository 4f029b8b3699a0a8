#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/learning_fixtures.hpp"

// What a learner keeps, refuses and is told.

namespace infodiet::test {
namespace {

using Catch::Matchers::Contains;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

void learn(PolicyGradient& learner, const Experience& all) {
  Workers one(1);
  learner.learn(all, 0.2, one);
}

Tensors policy_of(const Learner& learner) {
  Tensors tensors;
  learner.save_policy(tensors);
  return tensors;
}

Tensors training_of(const Learner& learner) {
  Tensors tensors;
  learner.save_training(tensors);
  return tensors;
}

/// Puts a number that is none into a row of the experience that counts, in the middle.
void spoil(Experience& all, std::vector<float>& numbers, float nonsense) {
  const std::size_t row = all.row(3, all.steps / 2);
  all.valid[row] = 1;
  const std::size_t width = numbers.size() / all.count();
  numbers[row * width + width - 1] = nonsense;
}

}  // namespace

TEST_CASE("rewards and observations that are no numbers are refused, and change no parameter",
          "[agents][learning]") {
  const std::string reward = "a reward", record = "an observation";
  for (const auto& what : {reward, record}) {
    for (const float nonsense : {kNan, kInfinite}) {
      for (const std::uint32_t before : {0u, 1u, 2u}) {
        const auto learner = learner_of(", epochs: 1", kSpec);
        for (std::uint32_t rollout = 0; rollout < before; ++rollout)
          learn(*learner, lived(*learner, kSpec, rollout));
        Experience all = lived(*learner, kSpec, 7);
        spoil(all, what == reward ? all.reward : all.record, nonsense);
        const std::uint64_t parameters = bits_of(*learner);
        CAPTURE(what, nonsense, before);
        std::string message;
        try {
          learn(*learner, all);
        } catch (const Error& error) {
          CHECK(error.code() == ErrorCode::kState);
          message = error.what();
        }
        CHECK_THAT(message, Contains("rollout " + std::to_string(before + 1)));
        CHECK_THAT(message, Contains(what));
        CHECK(bits_of(*learner) == parameters);
      }
    }
  }
}

TEST_CASE("a loss that is not finite is refused by the number of its step", "[agents][learning]") {
  const auto learner = learner_of(", epochs: 1", kSpec);
  learn(*learner, lived(*learner, kSpec, 1));
  learn(*learner, lived(*learner, kSpec, 2));
  Experience all = lived(*learner, kSpec, 3);
  all.log_chance.assign(all.count(), kNan);
  const std::uint64_t parameters = bits_of(*learner);
  CHECK_THROWS_WITH(learn(*learner, all), Contains("step 2 of learning: the loss is not finite"));
  CHECK(bits_of(*learner) == parameters);
}

TEST_CASE("rows that are not valid teach nothing", "[agents][learning]") {
  const auto run = [](float in_their_place) {
    const auto learner = learner_of("", kSpec);
    for (std::uint32_t rollout = 1; rollout <= 3; ++rollout) {
      Experience all = lived(*learner, kSpec, rollout);
      for (std::size_t row = 0; row < all.count(); ++row) {
        if (all.valid[row] == 0) {
          all.reward[2 * row] = all.minutes[row] = all.value_after[row] = in_their_place;
          all.terminated[row] = in_their_place > 0;
        }
      }
      // who is not valid comes after an end
      for (std::size_t row = 1; row < all.count(); ++row)
        if (all.valid[row] == 0) all.truncated[row - 1] = 1;
      learn(*learner, all);
    }
    return bits_of(*learner);
  };
  CHECK(run(0) == run(1000));
}

TEST_CASE("a learner that was kept goes on to the same bits", "[agents][learning]") {
  const auto first = learner_of("", kSpec);
  first->begin(5);
  for (std::uint32_t rollout = 1; rollout <= 3; ++rollout)
    learn(*first, lived(*first, kSpec, rollout));
  const auto second = learner_of("", kSpec);
  second->begin(99);
  second->load_policy(policy_of(*first));
  second->load_training(training_of(*first));
  for (std::uint32_t rollout = 4; rollout <= 5; ++rollout) {
    const Experience seen = lived(*first, kSpec, rollout), again = lived(*second, kSpec, rollout);
    REQUIRE(again.log_chance == seen.log_chance);
    REQUIRE(again.value == seen.value);
    learn(*first, seen);
    learn(*second, again);
    REQUIRE(bits_of(*second) == bits_of(*first));
  }
}

TEST_CASE("a kept policy alone acts the same", "[agents][learning]") {
  const auto first = learner_of(", first_show: 0.9", kSpec);
  for (std::uint32_t rollout = 1; rollout <= 3; ++rollout)
    learn(*first, lived(*first, kSpec, rollout));
  const auto second = learner_of("", kSpec);
  second->load_policy(policy_of(*first));
  Numbers numbers(8);
  int items = 0;
  for (int i = 0; i < 50; ++i) {
    const Scene scene = random_scene(kSpec, numbers);
    const Slate slate = scene.answer(*first);
    REQUIRE(scene.answer(*second) == slate);
    items += shown(slate);
    REQUIRE(second->explain(scene.seen(), 0, unmet(*second)).values ==
            first->explain(scene.seen(), 0, unmet(*first)).values);
  }
  CHECK(items > 0);
}

TEST_CASE("loading names the tensor that is missing or has another shape", "[agents][learning]") {
  const auto learner = learner_of("", kSpec);
  const Tensors policy = policy_of(*learner), training = training_of(*learner);
  const auto fresh = learner_of("", kSpec);
  for (const bool of_policy : {true, false}) {
    const Tensors& good = of_policy ? policy : training;
    const auto load = [&](const Tensors& from) {
      if (of_policy)
        fresh->load_policy(from);
      else
        fresh->load_training(from);
    };
    REQUIRE_NOTHROW(load(good));
    for (const Tensor& wanted : good.all()) {
      CAPTURE(wanted.name);
      Tensors without, bent;
      for (const Tensor& tensor : good.all()) {
        if (tensor.name != wanted.name) {
          without.add(tensor);
          bent.add(tensor);
          continue;
        }
        Tensor longer = tensor;
        longer.shape[0] += 1;
        longer.data.resize(*bytes_of(longer.type, longer.shape));
        bent.add(longer);
      }
      CHECK_THROWS_WITH(load(without), Contains(wanted.name));
      CHECK_THROWS_WITH(load(bent), Contains(wanted.name));
    }
  }
}

TEST_CASE("a conditioned policy is told the weight of its episode, and weighs rewards by it",
          "[agents][learning]") {
  const std::string condition = ", condition: {part: overload, low: 0.5, high: 2}";
  Spec nameless = small_spec();  // the names of stories differ from episode to episode, too
  for (auto* features : {&nameless.candidate_features, &nameless.history_features})
    for (Feature& feature : *features)
      if (feature.role == Role::kStory) feature.role = Role::kOther;
  const auto told = learner_of(condition, nameless), untold = learner_of("", nameless);
  Numbers numbers(2);
  Experience into = told->make_experience(1), plain = untold->make_experience(1);
  std::vector<std::int32_t> slate(2);
  float least = 9, most = 0;
  for (std::uint32_t episode = 0; episode < 100; ++episode) {
    float of_episode = 0;
    for (const std::uint32_t decision : {0u, 5u}) {
      Scene scene = random_scene(nameless, numbers);
      scene.key() = {{4, 1, episode}, decision};
      told->explore(scene.seen(), 0, 0, unmet(*told), into, slate);
      REQUIRE(into.weights[0] == 1);
      const float weight = -into.weights[1];  // overload counts against
      REQUIRE(weight >= 0.5f);
      REQUIRE(weight <= 2);
      if (decision > 0) REQUIRE(weight == of_episode);
      of_episode = weight;
      untold->explore(scene.seen(), 0, 0, unmet(*untold), plain, slate);
      REQUIRE(plain.weights[1] == -1);
    }
    least = std::min(least, of_episode);
    most = std::max(most, of_episode);
  }
  CHECK(least < 0.55f);
  CHECK(most > 1.9f);

  Scene scene = random_scene(nameless, numbers);
  scene.limit(3);
  const float value = told->value(scene.seen(), 0, unmet(*told), {}),
              plain_value = untold->value(scene.seen(), 0, unmet(*untold), {});
  scene.key().episode.episode += 1;
  CHECK(told->value(scene.seen(), 0, unmet(*told), {}) != value);
  CHECK(untold->value(scene.seen(), 0, unmet(*untold), {}) == plain_value);
}

TEST_CASE("a conditioned policy acts for the weight of its world", "[agents][learning]") {
  const std::string condition = ", condition: {part: overload, low: 0.5, high: 2}";
  Spec heavier = small_spec(), beyond = small_spec();
  heavier.rewards[1].weight = -2;
  beyond.rewards[1].weight = -50;  // as far as it was trained for
  const auto values = [&](const Spec& spec) {
    Numbers numbers(2);
    const auto learner = learner_of(condition, spec);
    return learner->explain(random_scene(spec, numbers).seen(), 0, unmet(*learner)).values;
  };
  CHECK(values(heavier) != values(kSpec));
  CHECK(values(beyond) == values(heavier));
  CHECK_THROWS_WITH(learner_of(", condition: {part: overlaod}", kSpec),
                    Contains("overlaod") && Contains("value, overload"));
}

}  // namespace infodiet::test
