#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "agents/nn/functions.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/parameters.hpp"
#include "agents/nn/product.hpp"
#include "agents/nn/reductions.hpp"
#include "agents/nn/view.hpp"
#include "env/core/error.hpp"

// How well each of Q queries fits each of K keys: the part in which kinds of attention differ.
// What follows is in attention.hpp.

namespace infodiet::nn {

/// How MultiHeadAttention scores, head by head (D = C / H; q and k are projected):
///
///   kScaled    q . k / sqrt(D)
///   kPlain     q . k
///   kAdditive  v_h . tanh(q + k): the projections are its Wq, Wk and b, and A = D
///   kKeyBias   q . k / sqrt(D) + v_h . c: c is the key's row of the context as it comes in
///   kUniform   0: all that may be looked at is looked at alike
///
/// With kUniform nothing is learned of who looks where; what is told (v) and what is made of it
/// still are. It shows what the others are worth. Its queries and keys have parameters, which stay
/// at rest: so one seed begins with the same numbers whatever the kind.
enum class ScoreKind { kScaled, kPlain, kAdditive, kKeyBias, kUniform };

/// Their names in settings, in the order of the enumerators.
inline constexpr std::array<std::string_view, 5> kScoreKindNames = {"scaled", "plain", "additive",
                                                                    "key_bias", "uniform"};

/// The kind of that name, where settings have seen to it that it is one of them.
inline ScoreKind score_kind(std::string_view name) {
  for (std::size_t i = 0; i < kScoreKindNames.size(); ++i) {
    if (kScoreKindNames[i] == name) return static_cast<ScoreKind>(i);
  }
  throw Error(ErrorCode::kConfig, "score",
              "no kind of score is called '" + std::string(name) +
                  "' (allowed: scaled, plain, additive, key_bias, uniform)");
}

/// s_ij = scale q_i . k_j
///
///   q (Q, D)   k (K, D)   s (Q, K)         dq = scale ds k      dk = scale ds' q
///
/// Plain with scale 1 (Luong, Pham & Manning 2015, "Effective approaches to attention-based neural
/// machine translation", arXiv:1508.04025: "dot"). Scaled with 1 / sqrt(D), which keeps the
/// variance of scores at 1 whatever D is (Vaswani et al. 2017, arXiv:1706.03762, eq. 1).
template <class S>
struct DotScore {
  S scale = 1;

  static DotScore scaled(int width) { return {S(1) / std::sqrt(static_cast<S>(width))}; }

  void forward(const ConstView<S>& q, const ConstView<S>& k, View<S> s) const {
    s.setZero();
    add_product_turned<S>(q, k, s, scale);
  }

  void backward(const ConstView<S>& q, const ConstView<S>& k, const ConstView<S>& ds, View<S> dq,
                View<S> dk) const {
    add_product<S>(ds, k, dq, scale);
    add_turned_product<S>(ds, q, dk, scale);
  }
};

/// s_ij += v . e_j: a key's own weight, whoever asks. e is a learned embedding of the key (of its
/// kind or item), v is learned too. Heads may share the embeddings, each with a v of its own.
///
///   e (K, E)   v (H, E), a row for each head   s (Q, K), of one head
///
///   de_j = v sum_i ds_ij      dv = sum_ij ds_ij e_j
///
/// Source: the global content bias, term (c), of Dai et al. 2019, "Transformer-XL: attentive
/// language models beyond a fixed-length context", section 3.3, arXiv:1901.02860.
template <class S>
struct KeyBias {
  Parameter v;

  KeyBias(ParameterTable& table, const std::string& name, int embedding, int heads = 1)
      : v(table.add(name + ".v", heads, embedding, Init::xavier())) {}

  void forward(const S* parameters, const ConstView<S>& e, View<S> s, int head = 0) const {
    const S* const weight = v.of(parameters).row(head).data();
    S bias[kAtOnce];
    for (Eigen::Index first = 0; first < e.rows(); first += kAtOnce) {
      const Eigen::Index count = std::min(kAtOnce, e.rows() - first);
      for (Eigen::Index j = 0; j < count; ++j) {
        bias[j] = dot(e.row(first + j).data(), weight, e.cols());
      }
      for (Eigen::Index i = 0; i < s.rows(); ++i) {
        S* const row = s.row(i).data() + first;
        for (Eigen::Index j = 0; j < count; ++j) row[j] += bias[j];
      }
    }
  }

  /// @param de  may be empty (0, 0)
  void backward(const S* parameters, const ConstView<S>& e, const ConstView<S>& ds, View<S> de,
                S* gradients, int head = 0) const {
    const auto weight = v.of(parameters).row(head);
    auto dv = v.of(gradients).row(head);
    S sums[kAtOnce];
    for (Eigen::Index first = 0; first < e.rows(); first += kAtOnce) {
      const Eigen::Index count = std::min(kAtOnce, e.rows() - first);
      std::fill_n(sums, count, S(0));
      for (Eigen::Index i = 0; i < ds.rows(); ++i) {
        const S* const row = ds.row(i).data() + first;
        for (Eigen::Index j = 0; j < count; ++j) sums[j] += row[j];
      }
      for (Eigen::Index j = 0; j < count; ++j) {
        if (de.size() > 0) de.row(first + j) += sums[j] * weight;
        dv += sums[j] * e.row(first + j);
      }
    }
  }

 private:
  static constexpr Eigen::Index kAtOnce = 64;  ///< keys
};

/// s_ij = v . tanh(q_i + k_j), the additive score of what has been projected already. Heads may
/// have a v each.
///
///   q (Q, A)   k (K, A)   v (H, A), a row for each head   s (Q, K), of one head
///   kept for backward: hidden (Q K, A), the tanh of each pair, row i K + j
///   hidden, s and ds are without gaps between their rows
///
///   With t_ij = tanh(...) and g_ij = ds_ij v (1 - t_ij^2):
///   dq_i = sum_j g_ij      dk_j = sum_i g_ij      dv = sum_ij ds_ij t_ij
template <class S>
struct TanhScore {
  int width;  ///< A
  Parameter v;

  TanhScore(ParameterTable& table, const std::string& name, int hidden_width, int heads = 1)
      : width(hidden_width), v(table.add(name + ".v", heads, hidden_width, Init::xavier())) {}

  void forward(const S* parameters, const ConstView<S>& q, const ConstView<S>& k, View<S> hidden,
               View<S> s, int head = 0) const {
    S* t = hidden.data();
    for (Eigen::Index i = 0; i < q.rows(); ++i) {
      const S* const of_query = q.row(i).data();
      for (Eigen::Index j = 0; j < k.rows(); ++j, t += width) {
        const S* const of_key = k.row(j).data();
        for (Eigen::Index a = 0; a < width; ++a) t[a] = of_query[a] + of_key[a];
      }
    }
    hyperbolic_tangents(hidden.data(), hidden.size());
    s.setZero();
    add_product_turned<S>(hidden, v.of(parameters).row(head), matrix(s.data(), s.size(), 1));
  }

  void backward(const S* parameters, const ConstView<S>& hidden, const ConstView<S>& ds, View<S> dq,
                View<S> dk, S* gradients, int head = 0) const {
    const S* const weight = v.of(parameters).row(head).data();
    const S* t = hidden.data();
    for (Eigen::Index i = 0; i < ds.rows(); ++i) {
      S* const __restrict of_query = dq.row(i).data();
      for (Eigen::Index j = 0; j < ds.cols(); ++j, t += width) {
        S* const __restrict of_key = dk.row(j).data();
        const S slope = ds(i, j);
        for (Eigen::Index a = 0; a < width; ++a) {
          const S g = slope * weight[a] * (1 - t[a] * t[a]);
          of_query[a] += g;
          of_key[a] += g;
        }
      }
    }
    add_turned_product<S>(matrix(ds.data(), ds.size(), 1), hidden, v.of(gradients).row(head));
  }
};

/// s_ij = v . tanh(Wq q_i + Wk k_j + b): queries and keys may differ in width.
///
///   q (Q, Dq)   k (K, Dk)   Wq (A, Dq)   Wk (A, Dk)   b, v (1, A)   s (Q, K)
///   kept for backward: hidden (Q K, A)
///
/// Source: Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align
/// and translate", appendix A.1.2, arXiv:1409.0473.
template <class S>
struct AdditiveScore {
  Parameter query_weight;
  Linear<S> key;  ///< Wk and b
  TanhScore<S> pairs;

  AdditiveScore(ParameterTable& table, const std::string& name, int query_width, int key_width,
                int hidden_width)
      : query_weight(table.add(name + ".query.weight", hidden_width, query_width, Init::xavier())),
        key(table, name + ".key", key_width, hidden_width),
        pairs(table, name, hidden_width) {}

  /// @param projected_q  (Q, A), @param projected_k  (K, A): scratch
  void forward(const S* parameters, const ConstView<S>& q, const ConstView<S>& k,
               View<S> projected_q, View<S> projected_k, View<S> hidden, View<S> s) const {
    projected_q.setZero();
    add_product_turned<S>(q, query_weight.of(parameters), projected_q);
    key.forward(parameters, k, projected_k);
    pairs.forward(parameters, projected_q, projected_k, hidden, s);
  }

  /// @param dprojected_q  (Q, A), @param dprojected_k  (K, A): scratch
  void backward(const S* parameters, const ConstView<S>& q, const ConstView<S>& k,
                const ConstView<S>& hidden, const ConstView<S>& ds, View<S> dprojected_q,
                View<S> dprojected_k, View<S> dq, View<S> dk, S* gradients) const {
    dprojected_q.setZero();
    dprojected_k.setZero();
    pairs.backward(parameters, hidden, ds, dprojected_q, dprojected_k, gradients);
    add_turned_product<S>(dprojected_q, q, query_weight.of(gradients));
    add_product<S>(dprojected_q, query_weight.of(parameters), dq);
    key.backward(parameters, k, dprojected_k, dk, gradients);
  }
};

}  // namespace infodiet::nn
