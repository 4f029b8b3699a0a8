#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "agents/nn/activations.hpp"
#include "agents/nn/adam.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/multi_head.hpp"
#include "agents/nn/scores.hpp"
#include "tests/support/catch.hpp"

#ifndef INFODIET_SOURCE_DIR
#define INFODIET_SOURCE_DIR "."
#endif

// Outputs and gradients in float against those of PyTorch, which make_nn_fixtures.py wrote down.

namespace infodiet::test {

using Floats = nn::Matrix<float>;

namespace {

class Fixtures {
 public:
  Fixtures() {
    std::ifstream file(INFODIET_SOURCE_DIR "/tests/agents/fixtures/nn.txt");
    std::string name;
    for (int rows, cols; file >> name >> rows >> cols;) {
      Floats values(rows, cols);
      for (Eigen::Index i = 0; i < values.size(); ++i) file >> values.data()[i];
      if (!file) FAIL("fixtures/nn.txt ends within " << name);
      records_[name] = values;
    }
  }

  const Floats& operator()(const std::string& name) const {
    const auto found = records_.find(name);
    if (found == records_.end()) FAIL("fixtures/nn.txt has no " << name);
    return found->second;
  }

  /// To 1e-5 of the largest number of the matrix, or of 1 if that is more.
  void require_same(const std::string& name, const Floats& seen) const {
    const Floats& expected = (*this)(name);
    CAPTURE(name, seen, expected);
    REQUIRE(seen.rows() == expected.rows());
    REQUIRE(seen.cols() == expected.cols());
    const float size = std::max(1.0f, expected.cwiseAbs().maxCoeff());
    REQUIRE((seen - expected).cwiseAbs().maxCoeff() <= 1e-5f * size);
  }

 private:
  std::map<std::string, Floats> records_;
};

Floats zeros_like(const Floats& m) { return Floats::Zero(m.rows(), m.cols()); }

}  // namespace

TEST_CASE("layer normalisation agrees with PyTorch", "[agents][nn]") {
  const Fixtures torch;
  nn::ParameterTable table;
  const nn::LayerNorm<float> layer(table, "norm", 8);
  std::vector<float> parameters(table.size()), gradients(table.size());
  layer.gamma.of(parameters.data()) = torch("layer_norm.gamma");
  layer.beta.of(parameters.data()) = torch("layer_norm.beta");
  const Floats& x = torch("layer_norm.x");
  Floats y = zeros_like(x), dx = y, moments(x.rows(), 2);
  layer.forward(parameters.data(), x, moments, y);
  layer.backward(parameters.data(), x, moments, torch("layer_norm.dy"), dx, gradients.data());
  torch.require_same("layer_norm.y", y);
  torch.require_same("layer_norm.dx", dx);
  torch.require_same("layer_norm.dgamma", layer.gamma.of(gradients.data()));
  torch.require_same("layer_norm.dbeta", layer.beta.of(gradients.data()));
}

TEST_CASE("GELU agrees with PyTorch", "[agents][nn]") {
  const Fixtures torch;
  const Floats& x = torch("gelu.x");
  Floats y = zeros_like(x), dx = y;
  nn::Gelu<float>::forward(x, y);
  nn::Gelu<float>::backward(x, torch("gelu.dy"), dx);
  torch.require_same("gelu.y", y);
  torch.require_same("gelu.dx", dx);
}

TEST_CASE("additive scores agree with PyTorch", "[agents][nn]") {
  const Fixtures torch;
  const Floats &q = torch("additive.q"), &k = torch("additive.k");
  nn::ParameterTable table;
  const nn::AdditiveScore<float> layer(table, "score", 4, 2, 6);
  std::vector<float> parameters(table.size()), gradients(table.size());
  const std::vector<std::pair<std::string, nn::Parameter>> named = {
      {"query_weight", layer.query_weight},
      {"key_weight", layer.key.weight},
      {"key_bias", layer.key.bias},
      {"v", layer.pairs.v}};
  for (const auto& of : named) of.second.of(parameters.data()) = torch("additive." + of.first);
  Floats of_q(3, 6), of_k(5, 6), hidden(15, 6), s(3, 5), dq = zeros_like(q), dk = zeros_like(k);
  layer.forward(parameters.data(), q, k, of_q, of_k, hidden, s);
  layer.backward(parameters.data(), q, k, hidden, torch("additive.dy"), of_q, of_k, dq, dk,
                 gradients.data());
  torch.require_same("additive.y", s);
  torch.require_same("additive.dq", dq);
  torch.require_same("additive.dk", dk);
  for (const auto& of : named) {
    torch.require_same("additive.d" + of.first, of.second.of(gradients.data()));
  }
}

TEST_CASE("multi-head attention agrees with PyTorch", "[agents][nn]") {
  const Fixtures torch;
  const Floats &x = torch("multi_head.x"), &context = torch("multi_head.context");
  const Floats& allowed_floats = torch("multi_head.allowed");
  std::vector<std::uint8_t> allowed;
  for (Eigen::Index i = 0; i < allowed_floats.size(); ++i) {
    allowed.push_back(allowed_floats.data()[i] != 0);
  }
  nn::ParameterTable table;
  const nn::MultiHeadAttention<float> layer(table, "multi_head", 8, 6, 2);
  std::vector<float> parameters(table.size()), gradients(table.size());
  for (const nn::Parameter& p : table.parameters()) p.of(parameters.data()) = torch(p.name);
  std::vector<float> kept(layer.workspace_size(3, 5)), scratch(kept.size());
  auto work = layer.workspace(kept.data(), 3, 5);
  auto work_back = layer.workspace(scratch.data(), 3, 5);
  Floats y(3, 8), dx = zeros_like(x), dcontext = zeros_like(context);
  layer.forward(parameters.data(), x, context, {.allowed = allowed.data()}, nullptr, work, y);
  layer.backward(parameters.data(), x, context, nullptr, work, torch("multi_head.dy"), work_back,
                 dx, dcontext, gradients.data());
  torch.require_same("multi_head.weights", work.weights);
  torch.require_same("multi_head.y", y);
  torch.require_same("multi_head.dx", dx);
  torch.require_same("multi_head.dcontext", dcontext);
  for (const nn::Parameter& p : table.parameters()) {
    const std::string of_torch = "multi_head.d" + p.name.substr(std::string("multi_head.").size());
    torch.require_same(of_torch, p.of(gradients.data()));
  }
}

TEST_CASE("multi-head attention by other scores agrees with PyTorch", "[agents][nn]") {
  const nn::ScoreKind kind = GENERATE(nn::ScoreKind::kAdditive, nn::ScoreKind::kKeyBias);
  const Fixtures torch;
  const std::string name =
      std::string(nn::kScoreKindNames[static_cast<std::size_t>(kind)]) + "_heads";
  const Floats &x = torch(name + ".x"), &context = torch(name + ".context");
  nn::ParameterTable table;
  const nn::MultiHeadAttention<float> layer(table, name, 8, 6, 2, {}, kind);
  std::vector<float> parameters(table.size()), gradients(table.size());
  for (const nn::Parameter& p : table.parameters()) p.of(parameters.data()) = torch(p.name);
  std::vector<float> kept(layer.workspace_size(3, 5)), scratch(kept.size());
  auto work = layer.workspace(kept.data(), 3, 5);
  auto work_back = layer.workspace(scratch.data(), 3, 5);
  Floats y(3, 8), dx = zeros_like(x), dcontext = zeros_like(context);
  layer.forward(parameters.data(), x, context, {}, nullptr, work, y);
  layer.backward(parameters.data(), x, context, nullptr, work, torch(name + ".dy"), work_back, dx,
                 dcontext, gradients.data());
  torch.require_same(name + ".weights", work.weights);
  torch.require_same(name + ".y", y);
  torch.require_same(name + ".dx", dx);
  torch.require_same(name + ".dcontext", dcontext);
  for (const nn::Parameter& p : table.parameters()) {
    torch.require_same(name + ".d" + p.name.substr(name.size() + 1), p.of(gradients.data()));
  }
}

TEST_CASE("Adam with decay and clipping agrees with PyTorch", "[agents][nn]") {
  const Fixtures torch;
  nn::ParameterTable table;
  const nn::Parameter weight = table.add("weight", 2, 3, nn::Init::zeros());
  const nn::Parameter bias = table.add("bias", 1, 3, nn::Init::zeros());
  std::vector<float> parameters(table.size()), gradients(table.size()), m(table.size()),
      v(table.size());
  weight.of(parameters.data()) = torch("adam.weight");
  bias.of(parameters.data()) = torch("adam.bias");
  const nn::Adam adam{.b2 = 0.99, .epsilon = 1e-5, .decay = 0.1};
  const Floats& rows = torch("adam.gradients");
  for (int n = 0; n < rows.rows(); ++n) {
    weight.of(gradients.data()) = nn::matrix(rows.row(n).data(), 2, 3);
    bias.of(gradients.data()) = rows.row(n).tail(3);
    CHECK(nn::clip_gradients(table, 2, gradients.data()) ==
          Approx(torch("adam.norms")(n)).epsilon(1e-6));
    adam.step(table, static_cast<std::uint64_t>(n) + 1, 0.05, gradients.data(), m.data(), v.data(),
              parameters.data());
  }
  torch.require_same("adam.weight_after", weight.of(parameters.data()));
  torch.require_same("adam.bias_after", bias.of(parameters.data()));
}

}  // namespace infodiet::test
