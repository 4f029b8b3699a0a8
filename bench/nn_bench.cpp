// How fast the layers of networks are at the shapes of policies: one sample, one thread, 4 heads.
//
//   linear       rows x inputs x outputs
//   heads        queries x keys x width C, one row of mask for all queries
//   transformer  tokens x width C; `both` is forward and backward
//   the others   rows x columns
//
// `flop` is the rate of the products alone, a multiply and an add being two; softmax, normalisation
// and activations take time and count for nothing.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/nn/activations.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/multi_head.hpp"
#include "agents/nn/softmax.hpp"
#include "env/core/philox.hpp"

namespace infodiet::nn {
namespace {

using Floats = Matrix<float>;

/// Uniform in (-1, 1).
Floats numbers(Eigen::Index rows, Eigen::Index cols, std::uint32_t salt) {
  Floats values(rows, cols);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    const auto words =
        random_words({1, salt, 0}, Purpose::kWorld, static_cast<std::uint32_t>(i / 4));
    values.data()[i] = 2 * uniform_open(words[i % 4]) - 1;
  }
  return values;
}

Floats initialized(const ParameterTable& table) {
  Floats block(1, static_cast<Eigen::Index>(table.size()));
  table.initialize(block.data(), 1);
  return block;
}

/// @param flop  per call; 0 leaves the rate out
void add(const std::string& name, double flop, const std::function<void()>& call) {
  benchmark::RegisterBenchmark(name.c_str(), [flop, call](benchmark::State& state) {
    for (auto _ : state) {
      call();
      benchmark::ClobberMemory();
    }
    if (flop > 0) {
      state.counters["flop"] =
          benchmark::Counter(flop * double(state.iterations()), benchmark::Counter::kIsRate);
    }
  });
}

struct LinearCase {
  ParameterTable table;
  Linear<float> layer;
  Floats p, g, x, dx, y, dy;

  LinearCase(int rows, int in, int out)
      : layer(table, "layer", in, out),
        p(initialized(table)),
        g(p * 0),
        x(numbers(rows, in, 1)),
        dx(x * 0),
        y(rows, out),
        dy(numbers(rows, out, 2)) {}
  void forward() { layer.forward(p.data(), x, y); }
  void backward() { layer.backward(p.data(), x, dy, dx, g.data()); }
};

void add_linear(int rows, int in, int out) {
  const auto c = std::make_shared<LinearCase>(rows, in, out);
  const std::string shape = fmt::format("{}x{}x{}", rows, in, out);
  const double flop = 2.0 * rows * in * out;
  add("linear/forward/" + shape, flop, [c] { c->forward(); });
  add("linear/backward/" + shape, 2 * flop, [c] { c->backward(); });
}

struct HeadsCase {
  int queries, keys;
  ParameterTable table;
  MultiHeadAttention<float> layer;
  Floats p, g, x, context, dx, dcontext, y, dy;
  std::vector<float> kept, spare;
  MultiHeadAttention<float>::Workspace work, scratch;
  std::vector<std::uint8_t> open;

  HeadsCase(int query_count, int key_count, int width, ScoreKind kind)
      : queries(query_count),
        keys(key_count),
        layer(table, "heads", width, width, 4, {}, kind),
        p(initialized(table)),
        g(p * 0),
        x(numbers(queries, width, 1)),
        context(numbers(keys, width, 2)),
        dx(x * 0),
        dcontext(context * 0),
        y(queries, width),
        dy(numbers(queries, width, 3)),
        kept(layer.workspace_size(queries, keys)),
        spare(kept.size()),
        work(layer.workspace(kept.data(), queries, keys)),
        scratch(layer.workspace(spare.data(), queries, keys)),
        open(static_cast<std::size_t>(keys), 1) {}

  void forward() {
    layer.forward(p.data(), x, context, {.allowed = open.data(), .one_row = true}, nullptr, work,
                  y);
  }
  void backward() {
    layer.backward(p.data(), x, context, nullptr, work, dy, scratch, dx, dcontext, g.data());
  }
  double flop() const {
    const double c = layer.width;
    return 2 * (2 * queries * c * c + 2 * keys * c * c + 2 * queries * keys * c);
  }
};

void add_heads(int queries, int keys, int width, ScoreKind kind) {
  const auto c = std::make_shared<HeadsCase>(queries, keys, width, kind);
  const std::string shape = fmt::format(
      "{}/{}x{}x{}", kScoreKindNames[static_cast<std::size_t>(kind)], queries, keys, width);
  c->forward();
  add("heads/forward/" + shape, c->flop(), [c] { c->forward(); });
  add("heads/backward/" + shape, 2 * c->flop(), [c] { c->backward(); });
}

/// A layer of a transformer, normalisation first (Xiong et al. 2020, arXiv:2002.04745):
/// a = x + heads(norm(x)), y = a + W2 gelu(W1 norm(a)), feed-forward width 2 C.
struct TransformerCase {
  HeadsCase heads;
  LayerNorm<float> before, between;
  Linear<float> up, down;
  Floats p, g, z, a, b, u, v, y, dz, da, db, du, dv, dx, moments_x, moments_a;

  TransformerCase(int tokens, int c)
      : heads(tokens, tokens, c, ScoreKind::kScaled),
        before(heads.table, "before", c),
        between(heads.table, "between", c),
        up(heads.table, "up", c, 2 * c),
        down(heads.table, "down", 2 * c, c),
        p(initialized(heads.table)),
        g(p * 0),
        z(tokens, c),
        a(z),
        b(z),
        u(tokens, 2 * c),
        v(u),
        y(z),
        dz(z),
        da(z),
        db(z),
        du(u),
        dv(u),
        dx(z),
        moments_x(tokens, 2),
        moments_a(tokens, 2) {}

  void forward() {
    before.forward(p.data(), heads.x, moments_x, z);
    heads.layer.forward(p.data(), z, z, {}, nullptr, heads.work, a);
    a += heads.x;
    between.forward(p.data(), a, moments_a, b);
    up.forward(p.data(), b, u);
    Gelu<float>::forward(u, v);
    down.forward(p.data(), v, y);
    y += a;
  }
  void backward() {
    for (Floats* const gradient : {&dz, &db, &du, &dv}) gradient->setZero();
    da = heads.dy;
    down.backward(p.data(), v, heads.dy, dv, g.data());
    Gelu<float>::backward(u, dv, du);
    up.backward(p.data(), b, du, db, g.data());
    between.backward(p.data(), a, moments_a, db, da, g.data());
    dx = da;
    heads.layer.backward(p.data(), z, z, nullptr, heads.work, da, heads.scratch, dz, dz, g.data());
    before.backward(p.data(), heads.x, moments_x, dz, dx, g.data());
  }
  double flop() const {
    const double c = before.width;
    return heads.flop() + 2 * heads.queries * (2 * c * 2 * c);
  }
};

void add_transformer(int tokens, int width) {
  const auto c = std::make_shared<TransformerCase>(tokens, width);
  const std::string shape = fmt::format("{}x{}", tokens, width);
  c->forward();
  add("transformer/forward/" + shape, c->flop(), [c] { c->forward(); });
  add("transformer/both/" + shape, 3 * c->flop(), [c] {
    c->forward();
    c->backward();
  });
}

void add_rows(int rows, int cols) {
  struct Case {
    ParameterTable table;
    LayerNorm<float> norm;
    Floats p, g, x, dx, y, dy, moments;
    std::vector<std::uint8_t> open;
  };
  ParameterTable table;
  const LayerNorm<float> norm(table, "norm", cols);
  const Floats x = numbers(rows, cols, 1);
  const auto c = std::make_shared<Case>(Case{
      table, norm, initialized(table), initialized(table) * 0, x, x * 0, x, numbers(rows, cols, 2),
      Floats(rows, 2), std::vector<std::uint8_t>(static_cast<std::size_t>(cols), 1)});
  const std::string shape = fmt::format("{}x{}", rows, cols);
  add("softmax/forward/" + shape, 0, [c] {
    c->y = c->x;
    MaskedSoftmax<float>::forward({}, c->y);
  });
  add("softmax/masked/" + shape, 0, [c] {
    c->y = c->x;
    MaskedSoftmax<float>::forward({.allowed = c->open.data(), .one_row = true}, c->y);
  });
  add("softmax/backward/" + shape, 0, [c] {
    c->dx = c->dy;
    MaskedSoftmax<float>::backward(c->y, c->dx);
  });
  add("layer_norm/forward/" + shape, 0,
      [c] { c->norm.forward(c->p.data(), c->x, c->moments, c->y); });
  add("layer_norm/backward/" + shape, 0,
      [c] { c->norm.backward(c->p.data(), c->x, c->moments, c->dy, c->dx, c->g.data()); });
  add("gelu/forward/" + shape, 0, [c] { Gelu<float>::forward(c->x, c->y); });
  add("gelu/backward/" + shape, 0, [c] { Gelu<float>::backward(c->x, c->dy, c->dx); });
}

void register_all() {
  for (const int c : {32, 64}) {
    add_linear(1, c, 2 * c);
    add_linear(32, c, c);
    add_linear(48, c, 2 * c);
    add_linear(48, 2 * c, c);
    add_heads(32, 17, c, ScoreKind::kScaled);
    add_heads(48, 48, c, ScoreKind::kScaled);
    add_transformer(48, c);
  }
  add_heads(32, 17, 32, ScoreKind::kAdditive);
  add_heads(32, 17, 32, ScoreKind::kKeyBias);
  add_rows(48, 48);
  add_rows(48, 64);
}

}  // namespace
}  // namespace infodiet::nn

int main(int argc, char** argv) {
#if !defined(NDEBUG) || defined(INFODIET_SANITIZED) || defined(_GLIBCXX_ASSERTIONS)
  std::fputs(
      "nn_bench: this build has its asserts on; its speed means nothing. Build the preset "
      "`release`.\n",
      stderr);
  return 2;
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  infodiet::nn::register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
