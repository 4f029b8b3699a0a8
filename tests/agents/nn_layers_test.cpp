#include <cmath>
#include <limits>

#include "agents/nn/activations.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/softmax.hpp"
#include "agents/nn/time_gaps.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradient_check.hpp"

// Layers by themselves; attention has a file of its own.

namespace infodiet::test {

using nn::Matrix;

TEST_CASE("a linear layer has the gradients of finite differences", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Linear<double> layer(table, "layer", 3, 5);
  Leaves leaves;
  Leaf& x = leaves.input("x", 4, 3);
  Leaf& parameters = leaves.parameters(table);
  const Matrix<double> dy = normal_matrix(4, 5, 90);
  Matrix<double> y(4, 5);
  leaves.require_gradients(
      [&] {
        layer.forward(parameters.value.data(), x.value, y);
        return weighted_sum(y, dy);
      },
      [&] {
        layer.backward(parameters.value.data(), x.value, dy, x.gradient,
                       parameters.gradient.data());
      });

  SECTION("and the same for its parameters where nobody asks for those of its input") {
    Matrix<double> alone = Matrix<double>::Constant(1, parameters.value.cols(), 3);
    Matrix<double> nobody(0, 0);
    layer.backward(parameters.value.data(), x.value, dy, nobody, alone.data());
    CHECK(alone == parameters.gradient);
  }
}

TEST_CASE("layer normalisation has the gradients of finite differences", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::LayerNorm<double> layer(table, "norm", 6);
  Leaves leaves;
  Leaf& x = leaves.input("x", 3, 6);
  Leaf& parameters = leaves.parameters(table);
  const Matrix<double> dy = normal_matrix(3, 6, 90);
  Matrix<double> y(3, 6), moments(3, 2);
  leaves.require_gradients(
      [&] {
        layer.forward(parameters.value.data(), x.value, moments, y);
        return weighted_sum(y, dy);
      },
      [&] {
        layer.backward(parameters.value.data(), x.value, moments, dy, x.gradient,
                       parameters.gradient.data());
      });
}

TEST_CASE("layer normalisation as initialised gives rows of mean 0 and variance 1",
          "[agents][nn]") {
  nn::ParameterTable table;
  const nn::LayerNorm<float> layer(table, "norm", 8);
  Matrix<float> block(1, static_cast<int>(table.size()));
  table.initialize(block.data(), 1);
  const Matrix<float> x = (20 * normal_matrix<float>(5, 8, 1)).array() + 100;
  Matrix<float> y(5, 8), moments(5, 2);
  layer.forward(block.data(), x, moments, y);
  for (int n = 0; n < 5; ++n) {
    CHECK(y.row(n).mean() == Approx(0).margin(1e-5));
    CHECK(y.row(n).squaredNorm() / 8 == Approx(1).epsilon(1e-4));
  }
}

TEMPLATE_TEST_CASE("an activation has the gradients of finite differences", "[agents][nn]",
                   nn::Relu<double>, nn::Gelu<double>) {
  Leaves leaves;
  Leaf& x = leaves.input("x", 5, 7);
  const Matrix<double> dy = normal_matrix(5, 7, 90);
  Matrix<double> y(5, 7);
  leaves.require_gradients(
      [&] {
        TestType::forward(x.value, y);
        return weighted_sum(y, dy);
      },
      [&] { TestType::backward(x.value, dy, x.gradient); });
}

TEST_CASE("activations pass what is large and stop what is far below zero", "[agents][nn]") {
  Matrix<float> x(1, 3), relu(1, 3), gelu(1, 3);
  x << -30, 0, 30;
  nn::Relu<float>::forward(x, relu);
  nn::Gelu<float>::forward(x, gelu);
  for (const Matrix<float>& y : {relu, gelu}) {
    CHECK(y(0) == 0);
    CHECK(y(1) == 0);
    CHECK(y(2) == 30);
  }
}

TEST_CASE("a masked softmax has the gradients of finite differences", "[agents][nn]") {
  Leaves leaves;
  Leaf& scores = leaves.input("scores", 3, 4);
  Leaf& added = leaves.input("added", 3, 4);
  const std::uint8_t allowed[] = {1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0};
  const Matrix<double> dw = normal_matrix(3, 4, 90);
  Matrix<double> weights(3, 4);
  leaves.require_gradients(
      [&] {
        weights = scores.value;
        nn::MaskedSoftmax<double>::forward({.allowed = allowed, .added = added.value.data()},
                                           weights);
        return weighted_sum(weights, dw);
      },
      [&] {
        Matrix<double> gradient = dw;
        nn::MaskedSoftmax<double>::backward(weights, gradient);
        scores.gradient += gradient;
        added.gradient += gradient;
        CHECK((gradient.row(2).array() == 0).all());  // nothing may be looked at
        CHECK(gradient(1, 0) == 0);
      });
}

TEMPLATE_TEST_CASE("softmax weights sum to 1 over what is allowed, however large the scores",
                   "[agents][nn]", float, double) {
  using S = TestType;
  Matrix<S> weights(4, 3);
  weights << S(3e4), S(3e4), S(3e4),  // exp of these would overflow
      S(-3e4), S(-3e4), S(-3e4),      // and of these vanish
      S(1e30), 0, S(1),               // the highest is forbidden
      S(5), S(6), S(7);               // all are
  const S out = -std::numeric_limits<S>::infinity();
  const S added[] = {0, 0, 0, 0, 0, 0, out, 0, 0, out, out, out};
  nn::MaskedSoftmax<S>::forward({.added = added}, weights);
  Matrix<S> expected(4, 3);
  const S third = S(1) / 3;
  expected << third, third, third, third, third, third, 0, S(0.2689414214), S(0.7310585786), 0, 0,
      0;
  CHECK((weights - expected).cwiseAbs().maxCoeff() < S(1e-6));
  CHECK(weights(2, 0) == 0);
  CHECK((weights.row(3).array() == 0).all());
}

TEST_CASE("a mask of one row means the same for every query", "[agents][nn]") {
  const std::uint8_t one[] = {1, 0, 1};
  const std::uint8_t each[] = {1, 0, 1, 1, 0, 1};
  const double added_one[] = {0.5, 1, -2};
  const double added_each[] = {0.5, 1, -2, 0.5, 1, -2};
  Matrix<double> a = normal_matrix(2, 3, 1), b = a;
  nn::MaskedSoftmax<double>::forward({one, added_one, true}, a);
  nn::MaskedSoftmax<double>::forward({each, added_each, false}, b);
  CHECK(a == b);
}

TEST_CASE("embeddings of time gaps have length 1 and compare by how far apart they are",
          "[agents][nn]") {
  const nn::TimeGaps<double> embed(6);
  Matrix<double> gaps(5, 1), y(5, embed.width());
  gaps << 0, 60, 1440, 1500, 1530;
  embed.forward(gaps, y);
  for (int n = 0; n < 5; ++n) CHECK(y.row(n).norm() == Approx(1));
  CHECK(y.row(0).dot(y.row(1)) == Approx(y.row(2).dot(y.row(3))));

  SECTION("with the stated periods") {
    CHECK(y(0, 0) == 0);
    for (int p = 0; p < 6; ++p) {
      const double period = 4 * std::pow(60 * 24 * 28 / 4.0, p / 5.0);
      CHECK(y(1, 2 * p) == Approx(std::sin(2 * M_PI * 60 / period) / std::sqrt(6)));
      CHECK(y(1, 2 * p + 1) == Approx(std::cos(2 * M_PI * 60 / period) / std::sqrt(6)));
    }
  }
  SECTION("and in float they are the same to 1e-3 even after a month") {
    const nn::TimeGaps<float> coarse(6);
    Matrix<float> z(5, embed.width());
    gaps << 0, 1, 60.5, 2000, 40321;
    embed.forward(gaps, y);
    coarse.forward(gaps.cast<float>().eval(), z);
    CHECK((z.cast<double>() - y).cwiseAbs().maxCoeff() < 1e-3);
  }
}

}  // namespace infodiet::test
