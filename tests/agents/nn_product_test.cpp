#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <vector>

#include "agents/nn/activations.hpp"
#include "agents/nn/adam.hpp"
#include "agents/nn/functions.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/multi_head.hpp"
#include "agents/nn/product.hpp"
#include "agents/nn/reductions.hpp"
#include "agents/nn/softmax.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/gradient_check.hpp"

// What layers are made of, and that their bits are a function of values and shapes alone: not of
// the addresses at which Eigen and compilers find it best to begin.

namespace infodiet::test {

using Floats = nn::Matrix<float>;
using nn::ConstView;
using nn::View;

namespace {

bool same_bits(const Floats& a, const Floats& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

/// Hands out matrices in one buffer, the first some floats away from where it begins.
class Arena {
 public:
  explicit Arena(int offset) : offset_(offset) { clear(); }

  /// Begins anew; what it gave before is lost.
  void clear() { next_ = memory_.data() + offset_; }

  View<float> zeros(int rows, int cols) {
    float* const place = next_;
    next_ += rows * cols + 3;  // so that each is aligned in another way
    REQUIRE(next_ <= memory_.data() + memory_.size());
    return nn::matrix(place, rows, cols);
  }
  View<float> copy(const Floats& values) {
    View<float> view = zeros(static_cast<int>(values.rows()), static_cast<int>(values.cols()));
    view = values;
    return view;
  }

 private:
  std::vector<float> memory_ = std::vector<float>(1 << 20);
  int offset_;
  float* next_;
};

/// Requires that `compute` gives the same bits wherever its matrices lie.
void require_same_everywhere(const std::function<Floats(Arena&)>& compute) {
  Arena first(0);
  const Floats expected = compute(first);
  REQUIRE(expected.allFinite());
  for (const int offset : {1, 2, 5, 8, 15}) {
    CAPTURE(offset);
    Arena arena(offset);
    REQUIRE(same_bits(compute(arena), expected));
  }
}

constexpr int kSizes[] = {1, 2, 3, 4, 7, 8, 9, 16, 17, 33, 64, 70};

}  // namespace

TEST_CASE("products agree with sums in double, at every address, and take no memory",
          "[agents][nn]") {
  const float factor = GENERATE(1.0f, 0.5f);
  const Floats values = normal_matrix<float>(1, 3 * 70 * 70, 1);
  const auto part = [&values](int which, int rows, int cols) {
    return Floats(nn::matrix(values.data() + which * 4900, rows, cols));
  };
  Arena arenas[] = {Arena(0), Arena(5)};
  for (const int m : kSizes) {
    for (const int n : kSizes) {
      for (const int p : kSizes) {
        CAPTURE(m, n, p);
        const Floats a = part(0, m, p), b = part(1, p, n), c = part(2, m, n);
        const Floats a_turned = a.transpose(), b_turned = b.transpose();
        const nn::Matrix<double> exact =
            c.cast<double>() + double{factor} * (a.cast<double>() * b.cast<double>());
        Floats seen[2][3];
        for (int i = 0; i < 2; ++i) {
          Arena& arena = arenas[i];
          arena.clear();
          View<float> x = arena.copy(c), y = arena.copy(c), z = arena.copy(c);
          const ConstView<float> left = arena.copy(a), left_turned = arena.copy(a_turned);
          const ConstView<float> right = arena.copy(b), right_turned = arena.copy(b_turned);
          const CountAllocations allocations;
          nn::add_product<float>(left, right, x, factor);
          nn::add_product_turned<float>(left, right_turned, y, factor);
          nn::add_turned_product<float>(left_turned, right, z, factor);
          if (CountAllocations::kWorks) REQUIRE(allocations.count() == 0);
          seen[i][0] = x;
          seen[i][1] = y;
          seen[i][2] = z;
        }
        const double margin = 1e-6 * p + 1e-6;
        for (int variant = 0; variant < 3; ++variant) {
          CAPTURE(variant);
          REQUIRE((seen[0][variant].cast<double>() - exact).cwiseAbs().maxCoeff() <= margin);
          REQUIRE(same_bits(seen[0][variant], seen[1][variant]));
        }
      }
    }
  }
}

TEST_CASE("exponentials of many have the bits of one by one", "[agents][nn]") {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> values = {-infinity, infinity, 0,      -0.0f,  88,
                               89,        -87.3f,   -87.4f, -1e30f, 1e30f};
  for (int i = 0; i < 3000; ++i) values.push_back(-100 + static_cast<float>(i) / 14.7f);
  for (std::size_t count = 1; count <= values.size(); count = count < 40 ? count + 1 : count * 2) {
    std::vector<float> e(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<float> t = e;
    nn::exponentials(e.data(), static_cast<std::ptrdiff_t>(count), 0.25f);
    nn::hyperbolic_tangents(t.data(), static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      CAPTURE(count, values[i]);
      REQUIRE(e[i] == nn::exponential(values[i] - 0.25f));
      REQUIRE(t[i] == nn::hyperbolic_tangent(values[i]));
    }
  }
  float none[9];
  std::fill(std::begin(none), std::end(none), std::numeric_limits<float>::quiet_NaN());
  nn::exponentials(none, 9, 0);
  for (const float e : none) CHECK(std::isnan(e));
}

TEST_CASE("sines of many turns have the bits of one by one", "[agents][nn]") {
  std::vector<float> turns = {0, -0.0f, 0.25f, -0.25f, 0.5f, -0.5f, 0.75f, 1e-30f, 2.5e6f, -3e8f};
  for (int i = 0; i < 3000; ++i) turns.push_back(-20 + static_cast<float>(i) / 73.1f);
  for (std::size_t count = 1; count <= turns.size(); count = count < 40 ? count + 1 : count * 2) {
    std::vector<float> sines(turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(count));
    nn::sines_of_turns(sines.data(), static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      CAPTURE(count, turns[i]);
      REQUIRE(std::bit_cast<std::uint32_t>(sines[i]) ==
              std::bit_cast<std::uint32_t>(nn::sine_of_turn(turns[i])));
    }
  }
}

TEST_CASE("sums, products and the largest of a row are those of the whole row", "[agents][nn]") {
  for (const int n : {0, 1, 7, 8, 9, 16, 31}) {
    CAPTURE(n);
    double sum = 0, dot = 0, largest = -std::numeric_limits<double>::infinity();
    const nn::Matrix<double> x = normal_matrix(1, 40, 1), y = normal_matrix(1, 40, 2);
    for (int i = 0; i < n; ++i) {
      sum += x(i);
      dot += x(i) * y(i);
      largest = std::max(largest, x(i));
    }
    CHECK(nn::sum(x.data(), n) == Approx(sum));
    CHECK(nn::dot(x.data(), y.data(), n) == Approx(dot));
    CHECK(nn::largest(x.data(), n) == largest);
  }
}

TEST_CASE("a softmax lets no number that is none go unseen", "[agents][nn]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const int keys : {1, 5, 8, 11, 17}) {
    for (int at = 0; at < keys; ++at) {
      CAPTURE(keys, at);
      Floats weights = Floats::Constant(1, keys, -std::numeric_limits<float>::infinity());
      weights(at) = nan;
      nn::MaskedSoftmax<float>::forward({}, weights);
      CHECK(std::isnan(weights.sum()));
    }
  }
}

TEST_CASE("a linear layer as wide as policies have it takes no memory", "[agents][nn]") {
  if (!CountAllocations::kWorks) return;
  const int rows = GENERATE(1, 17, 65);
  CAPTURE(rows);
  nn::ParameterTable table;
  const nn::Linear<float> wide(table, "wide", 64, 128), narrow(table, "narrow", 128, 64);
  const Floats p = normal_matrix<float>(1, static_cast<int>(table.size()), 1);
  const Floats x = normal_matrix<float>(rows, 64, 2);
  Floats g = 0 * p, y(rows, 128), dy = Floats::Zero(rows, 128), z(rows, 64), dx = 0 * x;
  const CountAllocations allocations;
  wide.forward(p.data(), x, y);
  narrow.forward(p.data(), y, z);
  narrow.backward(p.data(), y, x, dy, g.data());
  wide.backward(p.data(), x, dy, dx, g.data());
  CHECK(allocations.count() == 0);
}

TEST_CASE("layers give the same bits at every address", "[agents][nn]") {
  const int cols = GENERATE(3, 13, 32);
  CAPTURE(cols);
  const Floats x = normal_matrix<float>(9, cols, 1), dy = normal_matrix<float>(9, cols, 2);
  nn::ParameterTable table;
  const nn::LayerNorm<float> norm(table, "norm", cols);
  const nn::Linear<float> linear(table, "linear", cols, cols);
  const auto size = static_cast<int>(table.size());
  const Floats block = normal_matrix<float>(1, size, 3);

  SECTION("softmax") {
    require_same_everywhere([&](Arena& arena) {
      View<float> weights = arena.copy(x), gradient = arena.copy(dy);
      nn::MaskedSoftmax<float>::forward({}, weights);
      nn::MaskedSoftmax<float>::backward(weights, gradient);
      return Floats(gradient);
    });
  }
  SECTION("activations") {
    require_same_everywhere([&](Arena& arena) {
      View<float> y = arena.zeros(9, cols), dx = arena.zeros(9, cols);
      nn::Gelu<float>::forward(arena.copy(x), y);
      nn::Gelu<float>::backward(y, arena.copy(dy), dx);
      nn::Relu<float>::backward(arena.copy(x), arena.copy(dy), dx);
      return Floats(dx);
    });
  }
  SECTION("layer normalisation and a linear layer") {
    require_same_everywhere([&](Arena& arena) {
      View<float> p = arena.copy(block), g = arena.zeros(1, size), in = arena.copy(x);
      View<float> moments = arena.zeros(9, 2), z = arena.zeros(9, cols), y = arena.zeros(9, cols);
      View<float> dz = arena.zeros(9, cols), dx = arena.zeros(9, cols);
      norm.forward(p.data(), in, moments, z);
      linear.forward(p.data(), z, y);
      linear.backward(p.data(), z, arena.copy(dy), dz, g.data());
      norm.backward(p.data(), in, moments, dz, dx, g.data());
      Floats all(1, y.size() + dx.size() + g.size());
      all << y.reshaped<Eigen::RowMajor>().transpose(), dx.reshaped<Eigen::RowMajor>().transpose(),
          g;
      return all;
    });
  }
}

TEST_CASE("Adam gives the same bits at every address", "[agents][nn]") {
  nn::ParameterTable table;
  table.add("weight", 9, 13, nn::Init::zeros());
  table.add("bias", 1, 13, nn::Init::zeros());
  const auto size = static_cast<int>(table.size());
  const Floats start = normal_matrix<float>(1, size, 1);
  require_same_everywhere([&](Arena& arena) {
    View<float> p = arena.copy(start);
    View<float> m = arena.zeros(1, size), v = arena.zeros(1, size);
    for (std::uint32_t n = 1; n <= 3; ++n) {
      const View<float> g = arena.copy(normal_matrix<float>(1, size, 1 + n));
      nn::Adam{}.step(table, n, 0.01, g.data(), m.data(), v.data(), p.data());
    }
    return Floats(p);
  });
}

TEST_CASE("multi-head attention gives the same bits at every address, and takes no memory",
          "[agents][nn]") {
  using nn::ScoreKind;
  const ScoreKind kind = GENERATE(ScoreKind::kScaled, ScoreKind::kPlain, ScoreKind::kAdditive,
                                  ScoreKind::kKeyBias, ScoreKind::kUniform);
  struct Shape {
    int queries, keys, width, heads;
  };
  const Shape shape =
      GENERATE(Shape{1, 2, 8, 4}, Shape{1, 40, 64, 4}, Shape{33, 17, 32, 4}, Shape{65, 65, 64, 4});
  CAPTURE(nn::kScoreKindNames[static_cast<std::size_t>(kind)], shape.queries, shape.keys);
  nn::ParameterTable table;
  const nn::MultiHeadAttention<float> layer(table, "heads", shape.width, 7, shape.heads, {}, kind);
  const auto size = static_cast<int>(table.size());
  const auto work_size = static_cast<int>(layer.workspace_size(shape.queries, shape.keys));
  const Floats block = 0.3f * normal_matrix<float>(1, size, 1);
  const Floats x = normal_matrix<float>(shape.queries, shape.width, 2);
  const Floats dy = normal_matrix<float>(shape.queries, shape.width, 3);
  const Floats context = normal_matrix<float>(shape.keys, 7, 4);
  std::vector<std::uint8_t> open(static_cast<std::size_t>(shape.keys), 1);
  open[1] = 0;
  require_same_everywhere([&](Arena& arena) {
    const ConstView<float> p = arena.copy(block), from = arena.copy(x), to = arena.copy(context);
    const ConstView<float> slope = arena.copy(dy);
    View<float> dx = arena.zeros(shape.queries, shape.width), dto = arena.zeros(shape.keys, 7);
    View<float> y = arena.zeros(shape.queries, shape.width), g = arena.zeros(1, size);
    auto work = layer.workspace(arena.zeros(1, work_size).data(), shape.queries, shape.keys);
    auto scratch = layer.workspace(arena.zeros(1, work_size).data(), shape.queries, shape.keys);
    const CountAllocations allocations;
    layer.forward(p.data(), from, to, {.allowed = open.data(), .one_row = true}, nullptr, work, y);
    layer.backward(p.data(), from, to, nullptr, work, slope, scratch, dx, dto, g.data());
    if (CountAllocations::kWorks) REQUIRE(allocations.count() == 0);
    Floats all(1, y.size() + dx.size() + dto.size() + g.size());
    all << y.reshaped<Eigen::RowMajor>().transpose(), dx.reshaped<Eigen::RowMajor>().transpose(),
        dto.reshaped<Eigen::RowMajor>().transpose(), g;
    return all;
  });
}

}  // namespace infodiet::test
