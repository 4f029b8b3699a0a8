#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <vector>

#include "agents/nn/attention.hpp"
#include "agents/nn/multi_head.hpp"
#include "agents/nn/scores.hpp"
#include "env/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/gradient_check.hpp"

namespace infodiet::test {

using nn::Matrix;

namespace {

constexpr int kQueries = 3, kKeys = 4;

// the last query may look at nothing
const std::uint8_t kAllowed[kQueries * kKeys] = {1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0};
const nn::Dice kDice{.seed = 5, .step = 2, .layer = 1, .sample = 3};

}  // namespace

TEST_CASE("attention gives the weights of the worked example", "[agents][nn]") {
  // each query fits one key, opposite its own place: e^(1/2) / (e^(1/2) + 3) = 0.3547
  const Matrix<float> q = Matrix<float>::Identity(4, 4);
  const Matrix<float> k = q.rowwise().reverse();
  const Matrix<float> v = Matrix<float>::Zero(4, 4), added = v;
  Matrix<float> weights(4, 4), unused(0, 0), y = Matrix<float>::Ones(4, 4);
  nn::DotScore<float>::scaled(4).forward(q, k, weights);
  nn::Attend<float>{}.forward(v, {.added = added.data()}, nullptr, 0, weights, unused, y);
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      CHECK(weights(i, j) == Approx(i + j == 3 ? 0.3547 : 0.2151).margin(5e-5));
    }
  }
  CHECK((y.array() == 0).all());
}

TEST_CASE("dot-product scores have the gradients of finite differences", "[agents][nn]") {
  for (const auto score : {nn::DotScore<double>{}, nn::DotScore<double>::scaled(5)}) {
    Leaves leaves;
    Leaf& q = leaves.input("q", kQueries, 5);
    Leaf& k = leaves.input("k", kKeys, 5);
    const Matrix<double> ds = normal_matrix(kQueries, kKeys, 90);
    Matrix<double> s(kQueries, kKeys);
    leaves.require_gradients(
        [&] {
          score.forward(q.value, k.value, s);
          return weighted_sum(s, ds);
        },
        [&] { score.backward(q.value, k.value, ds, q.gradient, k.gradient); });
    CHECK(s(1, 2) == Approx(score.scale * q.value.row(1).dot(k.value.row(2))));
  }
}

TEST_CASE("a key's own bias has the gradients of finite differences", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::KeyBias<double> bias(table, "bias", 2);
  Leaves leaves;
  Leaf& q = leaves.input("q", kQueries, 5);
  Leaf& k = leaves.input("k", kKeys, 5);
  Leaf& e = leaves.input("e", kKeys, 2);
  Leaf& parameters = leaves.parameters(table);
  const Matrix<double> ds = normal_matrix(kQueries, kKeys, 90);
  Matrix<double> s(kQueries, kKeys);
  const nn::DotScore<double> dot;
  leaves.require_gradients(
      [&] {
        dot.forward(q.value, k.value, s);
        bias.forward(parameters.value.data(), e.value, s);
        return weighted_sum(s, ds);
      },
      [&] {
        dot.backward(q.value, k.value, ds, q.gradient, k.gradient);
        bias.backward(parameters.value.data(), e.value, ds, e.gradient, parameters.gradient.data());
      });
  const double expected =
      q.value.row(2).dot(k.value.row(3)) + parameters.value.row(0).head(2).dot(e.value.row(3));
  CHECK(s(2, 3) == Approx(expected));
}

TEST_CASE("additive scores have the gradients of finite differences", "[agents][nn]") {
  constexpr int kHidden = 6;
  nn::ParameterTable table;
  const nn::AdditiveScore<double> score(table, "score", 5, 2, kHidden);
  Leaves leaves;
  Leaf& q = leaves.input("q", kQueries, 5);
  Leaf& k = leaves.input("k", kKeys, 2);
  Leaf& parameters = leaves.parameters(table);
  const Matrix<double> ds = normal_matrix(kQueries, kKeys, 90);
  Matrix<double> s(kQueries, kKeys), hidden(kQueries * kKeys, kHidden);
  Matrix<double> of_q(kQueries, kHidden), of_k(kKeys, kHidden);
  leaves.require_gradients(
      [&] {
        score.forward(parameters.value.data(), q.value, k.value, of_q, of_k, hidden, s);
        return weighted_sum(s, ds);
      },
      [&] {
        score.backward(parameters.value.data(), q.value, k.value, hidden, ds, of_q, of_k,
                       q.gradient, k.gradient, parameters.gradient.data());
      });
}

TEST_CASE("attention has the gradients of finite differences, with and without dropout",
          "[agents][nn]") {
  const bool drops = GENERATE(false, true);
  CAPTURE(drops);
  const nn::Dice* const dice = drops ? &kDice : nullptr;
  const nn::Attend<double> attend{{.rate = 0.4f}};
  Leaves leaves;
  Leaf& scores = leaves.input("scores", kQueries, kKeys);
  Leaf& added = leaves.input("added", kQueries, kKeys);
  Leaf& v = leaves.input("v", kKeys, 5);
  const Matrix<double> dy = normal_matrix(kQueries, 5, 90);
  Matrix<double> weights, applied(kQueries, kKeys), y(kQueries, 5), ds(kQueries, kKeys);
  leaves.require_gradients(
      [&] {
        weights = scores.value;
        attend.forward(v.value, {.allowed = kAllowed, .added = added.value.data()}, dice, 8,
                       weights, applied, y);
        return weighted_sum(y, dy);
      },
      [&] {
        attend.backward(v.value, dice, 8, weights, applied, dy, ds, v.gradient);
        scores.gradient += ds;
        added.gradient += ds;
      });
  CHECK((weights.row(2).array() == 0).all());
  CHECK((y.row(2).array() == 0).all());
  CHECK((ds.row(2).array() == 0).all());
  if (drops) CHECK((applied.array() == 0).count() > (weights.array() == 0).count());
}

TEST_CASE("attention that may look at nothing changes no gradient", "[agents][nn]") {
  const std::uint8_t nothing[kKeys] = {};
  const Matrix<double> v = normal_matrix(kKeys, 5, 1), dy = normal_matrix(kQueries, 5, 2);
  Matrix<double> weights = normal_matrix(kQueries, kKeys, 3), unused(0, 0), y(kQueries, 5);
  Matrix<double> ds(kQueries, kKeys), dv = Matrix<double>::Zero(kKeys, 5);
  const nn::Attend<double> attend;
  attend.forward(v, {.allowed = nothing, .one_row = true}, nullptr, 0, weights, unused, y);
  attend.backward(v, nullptr, 0, weights, unused, dy, ds, dv);
  for (const Matrix<double>& zero : {weights, y, ds, dv}) CHECK((zero.array() == 0).all());
}

TEST_CASE("dropout keeps the expectation, falls by its dice alone, and not in use",
          "[agents][nn]") {
  const nn::Dropout dropout{.rate = 0.25f};
  const auto dropped = [&](nn::Dice dice, int rows, int cols, std::uint32_t first) {
    Matrix<float> x = Matrix<float>::Ones(rows, cols);
    dropout.apply<float>(dice, first, x);
    return x;
  };
  const Matrix<float> all = dropped(kDice, 100, 100, 0);
  CHECK(all.mean() == Approx(1).margin(0.03));  // 5 standard errors: sqrt(.25 / .75 / 10^4)
  CHECK(((all.array() == 0) || (all.array() == 1 / 0.75f)).all());

  // a part, by itself, falls as it does within the whole
  CHECK(dropped(kDice, 1, 100, 300) == all.row(3));
  // each of the four numbers counts
  for (const nn::Dice& other :
       {nn::Dice{6, 2, 1, 3}, nn::Dice{5, 3, 1, 3}, nn::Dice{5, 2, 2, 3}, nn::Dice{5, 2, 1, 4}}) {
    CHECK(dropped(other, 10, 10, 0) != dropped(kDice, 10, 10, 0));
  }
  CHECK_FALSE(dropout.active(nullptr));
  CHECK_FALSE(nn::Dropout{}.active(&kDice));
}

namespace {

constexpr nn::ScoreKind kScoreKinds[] = {nn::ScoreKind::kScaled, nn::ScoreKind::kPlain,
                                         nn::ScoreKind::kAdditive, nn::ScoreKind::kKeyBias,
                                         nn::ScoreKind::kUniform};

/// Two heads of width 3 over a context of width 5, and all the memory they need.
template <class S>
struct TwoHeads {
  nn::ParameterTable table;
  nn::MultiHeadAttention<S> layer;
  std::vector<S> kept, scratch;
  typename nn::MultiHeadAttention<S>::Workspace work, work_back;

  explicit TwoHeads(nn::ScoreKind kind)
      : layer(table, "heads", 6, 5, 2, {.rate = 0.3f}, kind),
        kept(layer.workspace_size(kQueries, kKeys), S(7)),  // what was left in it must not matter
        scratch(kept.size(), S(7)),
        work(layer.workspace(kept.data(), kQueries, kKeys)),
        work_back(layer.workspace(scratch.data(), kQueries, kKeys)) {}
};

}  // namespace

TEST_CASE("multi-head attention has the gradients of finite differences, whatever it scores by",
          "[agents][nn]") {
  const bool drops = GENERATE(false, true);
  const nn::ScoreKind kind = GENERATE(from_range(std::begin(kScoreKinds), std::end(kScoreKinds)));
  CAPTURE(drops, nn::kScoreKindNames[static_cast<std::size_t>(kind)]);
  const nn::Dice* const dice = drops ? &kDice : nullptr;
  TwoHeads<double> heads(kind);
  Leaves leaves;
  Leaf& x = leaves.input("x", kQueries, 6);
  Leaf& context = leaves.input("context", kKeys, 5);
  Leaf& parameters = leaves.parameters(heads.table);
  const Matrix<double> dy = normal_matrix(kQueries, 6, 90);
  // who looks at all alike answers the same whoever asks: then x stands beside, as in a residual
  const double beside = kind == nn::ScoreKind::kUniform ? 1 : 0;
  Matrix<double> y(kQueries, 6);
  leaves.require_gradients(
      [&] {
        heads.layer.forward(parameters.value.data(), x.value, context.value, {.allowed = kAllowed},
                            dice, heads.work, y);
        return weighted_sum(y, dy) + beside * weighted_sum(x.value, dy);
      },
      [&] {
        heads.layer.backward(parameters.value.data(), x.value, context.value, dice, heads.work, dy,
                             heads.work_back, x.gradient, context.gradient,
                             parameters.gradient.data());
        // the query that may look at nothing
        CHECK((x.gradient.row(2).array() == 3).all());
        if (kind == nn::ScoreKind::kUniform) CHECK((x.gradient.array() == 3).all());
        x.gradient += beside * dy;
      });
  CHECK(heads.work.weights.row(0).sum() == Approx(1));
  const double apart = (heads.work.weights.row(0) - heads.work.weights.row(kQueries)).norm();
  CHECK((kind == nn::ScoreKind::kUniform ? apart == 0 : apart > 0.1));
  CHECK((heads.work.weights.row(2 * kQueries - 1).array() == 0).all());
  if (drops) {  // and not the same in both heads, which see the same keys
    const auto one = heads.work.applied.topRows(2).array() == 0;
    const auto other = heads.work.applied.middleRows(kQueries, 2).array() == 0;
    CHECK((one != other).any());
  }

  SECTION("and the same for its parameters where nobody asks for those of the context") {
    Matrix<double> alone = Matrix<double>::Constant(1, parameters.value.cols(), 3);
    Matrix<double> dx = Matrix<double>::Zero(kQueries, 6), nobody(0, 0);
    heads.layer.backward(parameters.value.data(), x.value, context.value, dice, heads.work, dy,
                         heads.work_back, dx, nobody, alone.data());
    CHECK(alone == parameters.gradient);
  }
}

TEST_CASE("each kind of score gives the heads the weights of its formula", "[agents][nn]") {
  using nn::ScoreKind;
  const ScoreKind kind = GENERATE(from_range(std::begin(kScoreKinds), std::end(kScoreKinds)));
  CAPTURE(nn::kScoreKindNames[static_cast<std::size_t>(kind)]);
  TwoHeads<double> heads(kind);
  const auto& layer = heads.layer;
  const Matrix<double> x = normal_matrix(kQueries, 6, 1), context = normal_matrix(kKeys, 5, 2);
  const Matrix<double> block = normal_matrix(1, static_cast<int>(heads.table.size()), 3);
  const double* const p = block.data();
  Matrix<double> y(kQueries, 6);
  layer.forward(p, x, context, {}, nullptr, heads.work, y);

  const Matrix<double> q =
      (x * layer.query.weight.of(p).transpose()).rowwise() + layer.query.bias.of(p).row(0);
  const Matrix<double> k =
      (context * layer.key_value.weight.of(p).topRows(6).transpose()).rowwise() +
      layer.key_value.bias.of(p).row(0).head(6);
  for (int h = 0; h < 2; ++h) {
    for (int i = 0; i < kQueries; ++i) {
      Eigen::ArrayXd e(kKeys);
      for (int j = 0; j < kKeys; ++j) {
        const Eigen::ArrayXd of_q = q.row(i).segment(3 * h, 3), of_k = k.row(j).segment(3 * h, 3);
        double s = (of_q * of_k).sum();
        if (kind == ScoreKind::kScaled || kind == ScoreKind::kKeyBias) s /= std::sqrt(3.0);
        if (kind == ScoreKind::kKeyBias) {
          s += layer.key_bias->v.of(p).row(h).dot(context.row(j));
        }
        if (kind == ScoreKind::kUniform) s = 0;
        if (kind == ScoreKind::kAdditive) {
          s = ((of_q + of_k).tanh() * layer.additive->v.of(p).row(h).transpose().array()).sum();
        }
        e(j) = std::exp(s);
      }
      for (int j = 0; j < kKeys; ++j) {
        CHECK(heads.work.weights(h * kQueries + i, j) == Approx(e(j) / e.sum()));
      }
    }
  }
}

TEST_CASE("uniform scores look alike at all that may be looked at, and teach nobody where to look",
          "[agents][nn]") {
  TwoHeads<double> heads(nn::ScoreKind::kUniform);
  const Matrix<double> x = normal_matrix(kQueries, 6, 1), context = normal_matrix(kKeys, 5, 2);
  const Matrix<double> block = normal_matrix(1, static_cast<int>(heads.table.size()), 3);
  const Matrix<double> dy = normal_matrix(kQueries, 6, 4);
  Matrix<double> y(kQueries, 6), dx = Matrix<double>::Zero(kQueries, 6);
  Matrix<double> dcontext = Matrix<double>::Zero(kKeys, 5), gradients = 0 * block;
  const auto& layer = heads.layer;
  layer.forward(block.data(), x, context, {.allowed = kAllowed}, nullptr, heads.work, y);
  for (int row = 0; row < 2 * kQueries; ++row) {
    const std::uint8_t* const allowed = kAllowed + row % kQueries * kKeys;
    const auto open = std::count(allowed, allowed + kKeys, 1);
    for (int j = 0; j < kKeys; ++j)
      CHECK(heads.work.weights(row, j) == (allowed[j] != 0 ? 1.0 / static_cast<double>(open) : 0));
  }
  layer.backward(block.data(), x, context, nullptr, heads.work, dy, heads.work_back, dx, dcontext,
                 gradients.data());
  CHECK((dx.array() == 0).all());
  CHECK((layer.query.weight.of(gradients.data()).array() == 0).all());
  CHECK((layer.key_value.weight.of(gradients.data()).topRows(6).array() == 0).all());
  CHECK(layer.key_value.weight.of(gradients.data()).bottomRows(6).norm() > 0.1);
  CHECK(dcontext.norm() > 0.1);
}

TEST_CASE("kinds of score have the names that settings use, and no other", "[agents][nn]") {
  for (const nn::ScoreKind kind : kScoreKinds) {
    CHECK(nn::score_kind(nn::kScoreKindNames[static_cast<std::size_t>(kind)]) == kind);
  }
  CHECK(nn::score_kind("key_bias") == nn::ScoreKind::kKeyBias);
  CHECK_THROWS_WITH(nn::score_kind("dot"), Catch::Matchers::Contains("'dot' (allowed: scaled,"));
}

TEST_CASE("self-attention adds both gradients of its input", "[agents][nn]") {
  nn::ParameterTable table;
  const nn::MultiHeadAttention<double> layer(table, "self", 4, 4, 2);
  std::vector<double> kept(layer.workspace_size(3, 3)), scratch(kept.size(), 7);
  auto work = layer.workspace(kept.data(), 3, 3);
  auto work_back = layer.workspace(scratch.data(), 3, 3);
  Leaves leaves;
  Leaf& x = leaves.input("x", 3, 4);
  Leaf& parameters = leaves.parameters(table);
  const Matrix<double> dy = normal_matrix(3, 4, 90);
  Matrix<double> y(3, 4);
  leaves.require_gradients(
      [&] {
        layer.forward(parameters.value.data(), x.value, x.value, {}, nullptr, work, y);
        return weighted_sum(y, dy);
      },
      [&] {
        layer.backward(parameters.value.data(), x.value, x.value, nullptr, work, dy, work_back,
                       x.gradient, x.gradient, parameters.gradient.data());
      });
}

TEST_CASE("multi-head attention allocates nothing", "[agents][nn]") {
  if (!CountAllocations::kWorks) return;
  TwoHeads<float> heads(GENERATE(from_range(std::begin(kScoreKinds), std::end(kScoreKinds))));
  const Matrix<float> x = normal_matrix<float>(kQueries, 6, 1);
  const Matrix<float> context = normal_matrix<float>(kKeys, 5, 2);
  const Matrix<float> dy = normal_matrix<float>(kQueries, 6, 3);
  Matrix<float> y(kQueries, 6), dx = 0 * x, dcontext = 0 * context;
  std::vector<float> parameters(heads.table.size()), gradients(parameters.size());
  heads.table.initialize(parameters.data(), 1);
  const CountAllocations allocations;
  heads.layer.forward(parameters.data(), x, context, {.allowed = kAllowed}, &kDice, heads.work, y);
  heads.layer.backward(parameters.data(), x, context, &kDice, heads.work, dy, heads.work_back, dx,
                       dcontext, gradients.data());
  CHECK(allocations.count() == 0);
}

TEST_CASE("heads that do not share the width evenly are refused", "[agents][nn]") {
  nn::ParameterTable table;
  CHECK_THROWS_AS(nn::MultiHeadAttention<float>(table, "a", 6, 6, 4), Error);
  CHECK_THROWS_AS(nn::MultiHeadAttention<float>(table, "b", 6, 6, 0), Error);
}

}  // namespace infodiet::test
