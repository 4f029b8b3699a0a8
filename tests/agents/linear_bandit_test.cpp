#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "agents/linear_model.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "tests/support/agent_scene.hpp"
#include "tests/support/catch.hpp"

// linucb, thompson, and the regression beneath them.

namespace infodiet::test {

namespace {

constexpr int kFeatures = 6;

/// A model, and the same data for a closed form.
struct Regression {
  LinearModel model;
  Eigen::MatrixXd x;
  Eigen::VectorXd y, prior_mean{kFeatures};
  double prior_sd = 0.7, noise = 0.4;

  explicit Regression(int observations) : x(observations, kFeatures), y(observations) {
    LinearModel::Row prior{};
    for (int i = 0; i < kFeatures; ++i) {
      prior[i] = 0.5f * static_cast<float>(i) - 1;
      prior_mean[i] = double{prior[i]};
    }
    model.begin(kFeatures, prior, prior_sd);
    for (int n = 0; n < observations; ++n) {
      const LinearModel::Row row = features(static_cast<std::uint32_t>(n));
      y[n] = std::sin(n);
      for (int i = 0; i < kFeatures; ++i) {
        x(n, i) = double{row[i]};
        y[n] += i * x(n, i);
      }
      model.learn(row, y[n], noise);
    }
  }

  static LinearModel::Row features(std::uint32_t n) {
    LinearModel::Row row{};
    row[0] = 1;
    for (int i = 1; i < kFeatures; ++i) {
      const auto word = random_words({3, n, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i))[0];
      row[i] = normal_quantile(uniform_open(word));
    }
    row[5] = row[4] + 0.01f * row[5];  // nearly the same feature twice
    return row;
  }

  Eigen::MatrixXd precision() const {
    return Eigen::MatrixXd::Identity(kFeatures, kFeatures) / (prior_sd * prior_sd) +
           x.transpose() * x / (noise * noise);
  }
};

/// A person who always reads an item to its end if he takes it, and takes it with a probability
/// that depends on its topic alone; nothing is kept of him but the last items shown.
class BanditPerson {
 public:
  static constexpr double kTakes[3] = {0.1, 0.3, 0.8};

  BanditPerson(const Spec& spec, std::uint32_t person) : scene_(spec), person_(person) {
    scene_.key().episode = {21, person, 0};
  }

  /// Plays some rounds. @returns the mean regret of the first slot
  double play(const Agent& agent, int rounds) {
    double regret = 0;
    for (int i = 0; i < rounds; ++i) regret += round(agent) / rounds;
    return regret;
  }

 private:
  double round(const Agent& agent) {
    double best = 0;
    for (int i = 0; i < scene_.spec().candidates; ++i) {
      const auto topic = static_cast<int>(word(i) % 3);
      scene_.set_topic(i, topic);
      scene_.candidate(i, "story") = uniform_open(word(100 + i));
      best = std::max(best, kTakes[topic]);
    }
    scene_.key().decision = decision_;
    const Slate slate = scene_.answer(agent, memory_);
    scene_.pass(1);
    for (int slot = 0; slot < shown(slate); ++slot) {
      const int topic = topic_of(slate[slot]);
      scene_.add_event();
      scene_.event(0, std::string("topic_") + "abc"[topic]) = 1;
      scene_.event(0, "length") = 1;
      scene_.event(0, "rank") = static_cast<float>(slot);
      const bool taken = double{uniform_open(word(200 + slot))} < kTakes[topic];
      scene_.event(0, "clicked") = scene_.event(0, "dwell") = taken ? 1.0f : 0.0f;
    }
    ++decision_;
    return best - (slate[0] >= 0 ? kTakes[topic_of(slate[0])] : 0);
  }

  int topic_of(int candidate) {
    for (int t = 0; t < 2; ++t) {
      if (scene_.candidate(candidate, std::string("topic_") + "abc"[t]) > 0) return t;
    }
    return 2;
  }

  std::uint32_t word(int lane) const {
    return random_words({22, person_, 0}, Purpose::kWorld, decision_,
                        static_cast<std::uint32_t>(lane))[0];
  }

  Scene scene_;
  std::uint32_t person_, decision_ = 0;
  std::vector<std::byte> memory_;
};

}  // namespace

TEST_CASE("A linear model's mean is ridge regression towards its prior", "[agents]") {
  const Regression r(300);
  const double penalty = r.noise * r.noise / (r.prior_sd * r.prior_sd);
  const Eigen::MatrixXd gram =
      r.x.transpose() * r.x + penalty * Eigen::MatrixXd::Identity(kFeatures, kFeatures);
  const Eigen::VectorXd ridge =
      r.prior_mean + gram.ldlt().solve(r.x.transpose() * (r.y - r.x * r.prior_mean));
  for (int i = 0; i < kFeatures; ++i) CHECK(r.model.mean(i) == Approx(ridge[i]).epsilon(1e-9));
}

TEST_CASE("A linear model doubts what it has not seen", "[agents]") {
  const Regression none(0), some(40);
  const Eigen::MatrixXd covariance = some.precision().inverse();
  for (std::uint32_t n = 1000; n < 1010; ++n) {
    const LinearModel::Row row = Regression::features(n);
    const Eigen::VectorXd x =
        Eigen::Map<const Eigen::VectorXf>(row.data(), kFeatures).cast<double>();
    CHECK(none.model.doubt(row) == Approx(none.prior_sd * x.norm()));
    CHECK(some.model.doubt(row) == Approx(std::sqrt(x.dot(covariance * x))).epsilon(1e-9));
    CHECK(some.model.doubt(row) < none.model.doubt(row));
  }
}

TEST_CASE("A linear model's draws have the mean and covariance of its posterior", "[agents]") {
  const Regression r(12);
  const Eigen::MatrixXd covariance = r.precision().inverse();
  const int draws = 40000;
  Eigen::MatrixXd drawn(draws, kFeatures);
  for (int n = 0; n < draws; ++n) {
    LinearModel::Row z{};
    for (int i = 0; i < kFeatures; ++i) {
      const auto word =
          random_words({8, static_cast<std::uint32_t>(n), 0}, Purpose::kAgent, 0, i)[0];
      z[i] = normal_quantile(uniform_open(word));
    }
    const LinearModel::Row theta = r.model.draw(z, 1);
    for (int i = 0; i < kFeatures; ++i) drawn(n, i) = double{theta[i]} - r.model.mean(i);
  }
  const Eigen::MatrixXd sample = drawn.transpose() * drawn / draws;
  for (int i = 0; i < kFeatures; ++i) {
    const double sd = std::sqrt(covariance(i, i));
    CHECK(std::abs(drawn.col(i).mean()) < 4 * sd / std::sqrt(draws));
    for (int j = 0; j < kFeatures; ++j) {
      // standard error of a sample covariance of normals: sqrt((c_ii c_jj + c_ij^2) / n)
      const double c = covariance(i, j);
      const double error = std::sqrt((covariance(i, i) * covariance(j, j) + c * c) / draws);
      CHECK(std::abs(sample(i, j) - c) < 4 * error);
    }
  }
  // nearly the same feature twice: the draws know that one weight stands for the other
  CHECK(covariance(4, 5) < -0.9 * std::sqrt(covariance(4, 4) * covariance(5, 5)));
}

TEST_CASE("linucb and thompson learn from what they show, and regret shrinks", "[agents]") {
  const std::string name = GENERATE("linucb", "thompson");
  const int slots = GENERATE(1, 3);
  INFO(name << " with " << slots << " slots");
  // shares and tastes stay at their priors: all that is learned, the bandit learns
  const Spec spec = full_spec(6, slots, 4);
  const auto agent = agent_from(
      "{name: " + name + ", floor: -10, prior_sd: 0.5, noise: 0.5, prior_readings: 1000000}", spec);
  const int people = 30;
  double first = 0, last = 0;
  for (std::uint32_t person = 0; person < people; ++person) {
    BanditPerson one(spec, person);
    first += one.play(*agent, 5) / people;
    one.play(*agent, 95);
    last += one.play(*agent, 50) / people;
  }
  CHECK(first > 0.08);
  CHECK(last < 0.04);
  CHECK(last < first / 4);
}

TEST_CASE("linucb and thompson tell apart what each slot came to", "[agents]") {
  for (const std::string name : {"linucb", "thompson"}) {
    INFO(name);
    const Spec spec = full_spec(2, 2);
    const auto agent =
        agent_from("{name: " + name + ", floor: -10, prior_readings: 1000000}", spec);
    std::vector<std::byte> memory;
    Scene scene(spec);
    scene.set_topic(1, 2);
    Slate slate;
    for (std::uint32_t round = 0; round < 40; ++round) {
      scene.key().decision = round;
      slate = scene.answer(*agent, memory);
      REQUIRE(shown(slate) == 2);
      for (const int candidate : slate) {  // topic c is always read, topic a never
        scene.add_event();
        scene.event(0, "length") = 1;
        scene.event(0, candidate == 1 ? "topic_c" : "topic_a") = 1;
        scene.event(0, "clicked") = scene.event(0, "dwell") = candidate == 1 ? 1.0f : 0.0f;
      }
    }
    CHECK(slate == Slate{1, 0});
  }
}

TEST_CASE("linucb and thompson show nothing below their floor", "[agents]") {
  for (const std::string name : {"linucb", "thompson"}) {
    INFO(name);
    const Spec spec = full_spec();
    Scene scene(spec);
    CHECK(shown(scene.answer(*agent_from("{name: " + name + ", floor: -10}", spec))) == 3);
    CHECK(shown(scene.answer(*agent_from("{name: " + name + ", floor: 10}", spec))) == 0);
  }
}

TEST_CASE("linucb: tries what it knows nothing of, unless it is told not to explore", "[agents]") {
  const Spec spec = full_spec(2, 1);
  Scene scene(spec);
  scene.set_topic(1, 2);
  scene.candidate(0, "length") = 1.2f;  // the better one, as far as can be told
  scene.candidate(1, "length") = 1;
  for (const auto& [alpha, expected] : {std::pair{0.0, 0}, std::pair{1.0, 1}}) {
    const auto agent =
        agent_from("{name: linucb, floor: -10, alpha: " + std::to_string(alpha) + "}", spec);
    std::vector<std::byte> memory;
    // topic a is known: it comes to just what is predicted
    Slate slate;
    for (int round = 0; round < 30; ++round) {
      scene.limit(1);
      slate = scene.answer(*agent, memory);
      REQUIRE(slate[0] == 0);
      scene.add_event();
      scene.event(0, "topic_a") = scene.event(0, "clicked") = 1;
      scene.event(0, "length") = 1.2f;
      scene.event(0, "dwell") = 0.18f;  // 0.18 * 0.15 = 0.03, near the prediction
    }
    scene.limit(2);
    CHECK(scene.answer(*agent, memory)[0] == expected);
  }
}

TEST_CASE("thompson: one decision is one draw, another decision another", "[agents]") {
  const Spec spec = full_spec(6, 1);
  const auto agent = agent_from("{name: thompson, floor: -10, prior_sd: 1}", spec);
  Scene scene(spec);
  for (int i = 0; i < 6; ++i) scene.set_topic(i, i % 3);
  int counts[3] = {};
  for (std::uint32_t decision = 0; decision < 300; ++decision) {
    scene.key().decision = decision;
    const Slate slate = scene.answer(*agent);
    REQUIRE(scene.answer(*agent) == slate);
    ++counts[slate[0] % 3];
  }
  // nothing is known, so each topic is as likely to be believed the best:
  // binomial, p = 1/3: standard error sqrt(300 * 2/9) = 8.2
  for (const int count : counts) CHECK(std::abs(count - 100) < 4 * 8.2);
}

}  // namespace infodiet::test
