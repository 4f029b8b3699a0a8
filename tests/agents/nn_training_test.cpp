#include <cmath>
#include <limits>
#include <vector>

#include "agents/nn/adam.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/parameters.hpp"
#include "env/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradient_check.hpp"

// The block of parameters and what moves it.

namespace infodiet::test {

using nn::Init;
using nn::Matrix;

namespace {

template <class S = double>
std::vector<S> initialized(const nn::ParameterTable& table, std::uint64_t seed) {
  std::vector<S> block(table.size(), S(99));
  table.initialize(block.data(), seed);
  return block;
}

}  // namespace

TEST_CASE("parameters lie one after another, each on a line of its own", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Parameter a = table.add("a", 3, 5, Init::ones());
  const nn::Parameter b = table.add("b", 1, 16, Init::zeros());
  const nn::Parameter c = table.add("c", 2, 9, Init::ones());
  CHECK(a.offset == 0);
  CHECK(b.offset == 16);
  CHECK(c.offset == 32);
  CHECK(table.size() == 64);

  std::vector<float> block = initialized<float>(table, 1);
  CHECK((a.of(block.data()).array() == 1).all());
  CHECK((b.of(block.data()).array() == 0).all());
  CHECK(block[15] == 0);  // a gap
  CHECK(block[63] == 0);
  c.of(block.data())(1, 2) = 7;
  CHECK(block[32 + 9 + 2] == 7);
}

TEST_CASE("a parameter that cannot be is refused by name", "[agents][nn]") {
  nn::ParameterTable table;
  table.add("twice", 1, 1, Init::zeros());
  CHECK_THROWS_WITH(table.add("twice", 2, 2, Init::zeros()),
                    Catch::Matchers::StartsWith("twice: "));
  CHECK_THROWS_WITH(table.add("flat", 0, 2, Init::zeros()),
                    Catch::Matchers::StartsWith("flat: a parameter"));
}

TEST_CASE("Xavier weights are uniform and as wide as stated", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Parameter w = table.add("w", 80, 120, Init::xavier(2));
  const auto block = initialized(table, 1);
  const Matrix<double> values = w.of(block.data());
  const double a = 2 * std::sqrt(6.0 / 200);
  CHECK(values.cwiseAbs().maxCoeff() < a);
  CHECK(values.cwiseAbs().maxCoeff() > 0.999 * a);
  CHECK(values.mean() == Approx(0).margin(0.03 * a));  // 5 standard errors
  CHECK(values.squaredNorm() / 9600 == Approx(a * a / 3).epsilon(0.05));
}

TEST_CASE("orthogonal weights have orthonormal rows or columns, whichever are fewer",
          "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Parameter wide = table.add("wide", 3, 7, Init::orthogonal(0.5));
  const nn::Parameter tall = table.add("tall", 7, 3, Init::orthogonal());
  const auto block = initialized(table, 1);
  const Matrix<double> w = wide.of(block.data()), t = tall.of(block.data());
  CHECK((w * w.transpose()).isApprox(0.25 * Matrix<double>::Identity(3, 3), 1e-12));
  CHECK((t.transpose() * t).isApprox(Matrix<double>::Identity(3, 3), 1e-12));
  CHECK((t.array() != 0).all());
}

TEST_CASE("orthogonal weights prefer no direction", "[agents][nn]") {
  // of a uniform rotation the trace has mean 0 and variance 1; with R's signs left as they come,
  // the diagonal of Q would be mostly negative
  nn::ParameterTable table;
  const nn::Parameter w = table.add("w", 4, 4, Init::orthogonal());
  double sum = 0, squares = 0;
  constexpr int kDraws = 1000;
  for (int seed = 0; seed < kDraws; ++seed) {
    const auto block = initialized(table, static_cast<std::uint64_t>(seed));
    const double trace = w.of(block.data()).trace();
    sum += trace;
    squares += trace * trace;
  }
  CHECK(sum / kDraws == Approx(0).margin(0.15));  // 5 standard errors
  CHECK(squares / kDraws == Approx(1).margin(0.25));
}

TEST_CASE("first weights depend on seed and name, and not on their neighbours", "[agents][nn]") {
  nn::ParameterTable alone, among;
  const nn::Parameter w = alone.add("w", 4, 4, Init::xavier());
  among.add("before", 3, 3, Init::xavier());
  const nn::Parameter same = among.add("w", 4, 4, Init::xavier());
  const nn::Parameter other = among.add("v", 4, 4, Init::xavier());
  const auto a = initialized(alone, 1), b = initialized(among, 1), c = initialized(alone, 2);
  CHECK(w.of(a.data()) == same.of(b.data()));
  CHECK(w.of(a.data()) != other.of(b.data()));
  CHECK(w.of(a.data()) != w.of(c.data()));
}

TEST_CASE("clipping shortens what is too long and leaves the rest", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Parameter a = table.add("a", 1, 1, Init::zeros());
  const nn::Parameter b = table.add("b", 1, 1, Init::zeros());
  std::vector<float> gradients(table.size());
  a.of(gradients.data()).setConstant(3);
  b.of(gradients.data()).setConstant(-4);
  CHECK(nn::clip_gradients(table, 6, gradients.data()) == 5);
  CHECK(a.of(gradients.data())(0) == 3);
  CHECK(nn::clip_gradients(table, 1, gradients.data()) == 5);
  CHECK(a.of(gradients.data())(0) == Approx(0.6));
  CHECK(b.of(gradients.data())(0) == Approx(-0.8));
}

TEST_CASE("a gradient that is not finite is refused with the name of its parameter",
          "[agents][nn]") {
  nn::ParameterTable table;
  table.add("good", 1, 1, Init::zeros());
  const nn::Parameter bad = table.add("bad", 1, 2, Init::zeros());
  std::vector<float> gradients(table.size());
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    bad.of(gradients.data())(1) = value;
    CHECK_THROWS_WITH(nn::clip_gradients(table, 1, gradients.data()),
                      Catch::Matchers::StartsWith("bad: its gradient is not finite"));
  }
}

TEST_CASE("Adam finds the weights of a linear layer", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Linear<double> layer(table, "layer", 3, 2);
  const Matrix<double> x = normal_matrix(20, 3, 1);
  const auto truth = initialized(table, 5);
  Matrix<double> target(20, 2), y(20, 2), nobody(0, 0);
  layer.forward(truth.data(), x, target);

  auto parameters = initialized(table, 1);
  std::vector<double> gradients(table.size()), m(table.size()), v(table.size());
  const nn::Adam adam;
  const nn::Schedule schedule{.shape = nn::Schedule::Shape::kCosine, .peak = 0.05, .steps = 1000};
  for (std::uint64_t n = 1; n <= schedule.steps; ++n) {
    layer.forward(parameters.data(), x, y);
    gradients.assign(table.size(), 0);
    layer.backward(parameters.data(), x, Matrix<double>((y - target) / 20), nobody,
                   gradients.data());
    adam.step(table, n, schedule.rate(n), gradients.data(), m.data(), v.data(), parameters.data());
  }
  CHECK((y - target).norm() < 1e-4);
  CHECK((layer.weight.of(parameters.data()) - layer.weight.of(truth.data())).norm() < 1e-4);
}

TEST_CASE("Adam's first step is as long as the learning rate, whatever the gradient",
          "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Parameter p = table.add("p", 1, 3, Init::zeros());
  std::vector<double> block(table.size()), gradients(block), m(block), v(block);
  p.of(gradients.data()) << 1e-3, -50, 0;
  nn::Adam{}.step(table, 1, 0.1, gradients.data(), m.data(), v.data(), block.data());
  CHECK(block[0] == Approx(-0.1).epsilon(1e-4));
  CHECK(block[1] == Approx(0.1));
  CHECK(block[2] == 0);
}

TEST_CASE("weight decay shrinks matrices, not biases", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::Linear<double> layer(table, "layer", 2, 2, Init::ones());
  auto block = initialized(table, 1);
  layer.bias.of(block.data()).setOnes();
  std::vector<double> gradients(table.size()), m(gradients), v(gradients);
  const nn::Adam adam{.decay = 0.5};
  adam.step(table, 1, 0.1, gradients.data(), m.data(), v.data(), block.data());
  CHECK(layer.weight.of(block.data())(0, 1) == Approx(0.95));
  CHECK(layer.bias.of(block.data())(0) == 1);
}

TEST_CASE("a learning rate rises while warming up and then takes its shape", "[agents][nn]") {
  using Shape = nn::Schedule::Shape;
  const auto at = [](Shape shape, std::uint64_t n) {
    return nn::Schedule{.shape = shape, .peak = 8, .last = 2, .warmup = 4, .steps = 12}.rate(n);
  };
  for (const Shape shape : {Shape::kConstant, Shape::kLinear, Shape::kCosine}) {
    CHECK(at(shape, 1) == 2);
    CHECK(at(shape, 3) == 6);
    CHECK(at(shape, 4) == 8);
  }
  CHECK(at(Shape::kConstant, 100) == 8);
  CHECK(at(Shape::kLinear, 6) == Approx(6.5));
  CHECK(at(Shape::kCosine, 6) == Approx(5 + 3 * std::sqrt(0.5)));
  for (const Shape shape : {Shape::kLinear, Shape::kCosine}) {
    CHECK(at(shape, 8) == Approx(5));
    CHECK(at(shape, 12) == 2);
    CHECK(at(shape, 100) == 2);
  }
}

}  // namespace infodiet::test
