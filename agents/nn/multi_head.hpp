#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "agents/nn/attention.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/scores.hpp"
#include "agents/nn/view.hpp"
#include "env/core/error.hpp"

namespace infodiet::nn {

/// Attention by H heads of width C / H side by side, from x (Q rows) to a context (K rows), with
/// the kind of score that is chosen (scores.hpp). With the context for x it is self-attention.
///
///   q = x Wq' + bq (Q, C)      [k v] = context Wkv' + bkv (K, 2 C): one product for both
///   head h has columns h C/H to (h + 1) C/H of q, k and v and attends by itself
///   y = [y_1 ... y_H] Wo' + bo
///
///   x, y (Q, C)   context (K, I)   weights (H Q, K): row h Q + i is query i of head h
///
/// Source: Vaswani et al. 2017, "Attention is all you need", section 3.2.2, arXiv:1706.03762.
template <class S>
struct MultiHeadAttention {
  int width, heads;
  Linear<S> query, key_value, output;
  Attend<S> attend;
  ScoreKind kind;
  std::optional<TanhScore<S>> additive;  ///< with kAdditive
  std::optional<KeyBias<S>> key_bias;    ///< with kKeyBias

  MultiHeadAttention(ParameterTable& table, const std::string& name, int row_width,
                     int context_width, int head_count, Dropout dropout = {},
                     ScoreKind score_kind = ScoreKind::kScaled)
      : width(row_width),
        heads(divides(name, row_width, head_count)),
        query(table, name + ".query", row_width, row_width),
        key_value(table, name + ".key_value", context_width, 2 * row_width),
        output(table, name + ".output", row_width, row_width),
        attend{dropout},
        kind(score_kind) {
    if (kind == ScoreKind::kAdditive) {
      additive.emplace(table, name + ".score", width / heads, heads);
    }
    if (kind == ScoreKind::kKeyBias) key_bias.emplace(table, name + ".score", context_width, heads);
  }

  /// What forward leaves for backward, and backward's own scratch: places in the caller's memory.
  struct Workspace {
    View<S> q;        ///< (Q, C)
    View<S> kv;       ///< (K, 2 C)
    View<S> weights;  ///< (H Q, K)
    View<S> applied;  ///< (H Q, K) after dropout
    View<S> mixed;    ///< (Q, C) the heads' answers
    View<S> hidden;   ///< (H Q K, C / H) with additive scores, else nothing; not used as scratch
  };

  std::size_t workspace_size(int queries, int keys) const {
    const auto size = [](int rows, int cols) {
      return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
    };
    return 2 * size(queries, width) + size(keys, 2 * width) + 2 * size(heads * queries, keys) +
           size(pairs(queries, keys), width / heads);
  }

  /// @param memory  `workspace_size` numbers
  Workspace workspace(S* memory, int queries, int keys) const {
    const auto take = [&memory](int rows, int cols) -> View<S> {
      S* const place = memory;
      memory += std::ptrdiff_t{rows} * cols;
      return matrix(place, rows, cols);
    };
    // in a braced list, taken in this order
    return {take(queries, width),        take(keys, 2 * width),
            take(heads * queries, keys), take(heads * queries, keys),
            take(queries, width),        take(pairs(queries, keys), width / heads)};
  }

  /// @param dice  null: nothing is dropped, as in use
  void forward(const S* parameters, const ConstView<S>& x, const ConstView<S>& context,
               const Mask<S>& mask, const Dice* dice, Workspace& work, View<S> y) const {
    query.forward(parameters, x, work.q);
    key_value.forward(parameters, context, work.kv);
    for (int h = 0; h < heads; ++h) {
      View<S> weights = of_head(work.weights, h);
      score(parameters, context, work, h, weights);
      attend.forward(columns(work.kv, heads + h), mask, dice, first_die(weights, h), weights,
                     of_head(work.applied, h), columns(work.mixed, h));
    }
    output.forward(parameters, work.mixed, y);
  }

  /// @param work     what forward left
  /// @param scratch  another workspace, of which all is overwritten
  /// @param dx, dcontext  may be one and the same in self-attention
  void backward(const S* parameters, const ConstView<S>& x, const ConstView<S>& context,
                const Dice* dice, Workspace& work, const ConstView<S>& dy, Workspace& scratch,
                View<S> dx, View<S> dcontext, S* gradients) const {
    scratch.q.setZero();
    scratch.kv.setZero();
    scratch.mixed.setZero();
    output.backward(parameters, work.mixed, dy, scratch.mixed, gradients);
    for (int h = 0; h < heads; ++h) {
      const View<S> weights = of_head(work.weights, h);
      View<S> ds = of_head(scratch.weights, h);
      attend.backward(columns(work.kv, heads + h), dice, first_die(weights, h), weights,
                      of_head(work.applied, h), columns(scratch.mixed, h), ds,
                      columns(scratch.kv, heads + h));
      score_backward(parameters, context, work, h, ds, scratch, dcontext, gradients);
    }
    query.backward(parameters, x, scratch.q, dx, gradients);
    key_value.backward(parameters, context, scratch.kv, dcontext, gradients);
  }

 private:
  static int divides(const std::string& name, int width, int heads) {
    if (heads < 1 || width % heads != 0) {
      throw Error(ErrorCode::kShape, name,
                  std::to_string(heads) + " heads do not share a width of " +
                      std::to_string(width) + " evenly (the width must be a multiple)");
    }
    return heads;
  }

  DotScore<S> dot() const {
    return kind == ScoreKind::kPlain ? DotScore<S>{} : DotScore<S>::scaled(width / heads);
  }

  /// Rows that additive scores keep.
  int pairs(int queries, int keys) const { return additive ? heads * queries * keys : 0; }

  void score(const S* parameters, const ConstView<S>& context, Workspace& work, int h,
             View<S> s) const {
    if (kind == ScoreKind::kUniform) {
      s.setZero();
      return;
    }
    const View<S> q = columns(work.q, h), k = columns(work.kv, h);
    if (additive) {
      additive->forward(parameters, q, k, of_head(work.hidden, h), s, h);
      return;
    }
    dot().forward(q, k, s);
    if (key_bias) key_bias->forward(parameters, context, s, h);
  }

  void score_backward(const S* parameters, const ConstView<S>& context, Workspace& work, int h,
                      const View<S>& ds, Workspace& scratch, View<S>& dcontext,
                      S* gradients) const {
    if (kind == ScoreKind::kUniform) return;
    View<S> dq = columns(scratch.q, h), dk = columns(scratch.kv, h);
    if (additive) {
      additive->backward(parameters, of_head(work.hidden, h), ds, dq, dk, gradients, h);
      return;
    }
    dot().backward(columns(work.q, h), columns(work.kv, h), ds, dq, dk);
    if (key_bias) key_bias->backward(parameters, context, ds, dcontext, gradients, h);
  }

  /// Block number `i` of C / H columns; in kv, the values come after H blocks of keys.
  View<S> columns(View<S>& all, int i) const {
    return all.middleCols(i * (width / heads), width / heads);
  }

  /// The rows of one head.
  View<S> of_head(View<S>& all, int h) const {
    const Eigen::Index rows = all.rows() / heads;
    return all.middleRows(h * rows, rows);
  }

  static std::uint32_t first_die(const View<S>& weights, int h) {
    return static_cast<std::uint32_t>(h * weights.size());
  }
};

}  // namespace infodiet::nn
