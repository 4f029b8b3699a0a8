#pragma once

#include <string>

#include "agents/nn/activations.hpp"
#include "agents/nn/arena.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/multi_head.hpp"

namespace infodiet::nn {

/// One layer of attention with its feed-forward part, each beside a residual connection:
///
///   u = x + attend(queries, memory)      y = u + down(GELU(up(norm(u))))
///
///   x, queries, y (Q, D)   memory (K, D)
///
/// `queries` is the normalised x; whoever calls normalises, because in self-attention the memory is
/// those same rows. Source: Xiong et al. 2020, "On layer normalization in the transformer
/// architecture", figure 1 (b), arXiv:2002.04745.
template <class S>
struct AttentionBlock {
  int width, hidden;
  MultiHeadAttention<S> attention;
  LayerNorm<S> norm;
  Linear<S> up, down;

  AttentionBlock(ParameterTable& table, const std::string& name, int dim, int heads,
                 int feed_forward, ScoreKind score)
      : width(dim),
        hidden(feed_forward),
        attention(table, name + ".attention", dim, dim, heads, {}, score),
        norm(table, name + ".norm", dim),
        up(table, name + ".up", dim, feed_forward),
        down(table, name + ".down", feed_forward, dim) {}

  struct Workspace {
    typename MultiHeadAttention<S>::Workspace attention;
    View<S> u;        ///< (Q, D)
    View<S> moments;  ///< (Q, 2) of u
    View<S> normed;   ///< (Q, D)
    View<S> before;   ///< (Q, hidden) before GELU
    View<S> after;    ///< (Q, hidden)
  };

  Workspace workspace(Arena<S>& arena, int queries, int keys) const {
    S* const memory = arena.take(attention.workspace_size(queries, keys));
    return {attention.workspace(memory, queries, keys),
            arena.take(queries, width),
            arena.take(queries, 2),
            arena.take(queries, width),
            arena.take(queries, hidden),
            arena.take(queries, hidden)};
  }

  void forward(const S* parameters, const ConstView<S>& x, const ConstView<S>& queries,
               const ConstView<S>& memory, Workspace& work, View<S> y) const {
    attention.forward(parameters, queries, memory, {}, nullptr, work.attention, work.u);
    work.u += x;
    norm.forward(parameters, work.u, work.moments, work.normed);
    up.forward(parameters, work.normed, work.before);
    Gelu<S>::forward(work.before, work.after);
    down.forward(parameters, work.after, y);
    y += work.u;
  }

  /// @param scratch  another workspace, of which all is overwritten
  void backward(const S* parameters, const ConstView<S>& queries, const ConstView<S>& memory,
                Workspace& work, const ConstView<S>& dy, Workspace& scratch, View<S> dx,
                View<S> dqueries, View<S> dmemory, S* gradients) const {
    scratch.after.setZero();
    down.backward(parameters, work.after, dy, scratch.after, gradients);
    scratch.before.setZero();
    Gelu<S>::backward(work.before, scratch.after, scratch.before);
    scratch.normed.setZero();
    up.backward(parameters, work.normed, scratch.before, scratch.normed, gradients);
    scratch.u = dy;
    norm.backward(parameters, work.u, work.moments, scratch.normed, scratch.u, gradients);
    dx += scratch.u;
    attention.backward(parameters, queries, memory, nullptr, work.attention, scratch.u,
                       scratch.attention, dqueries, dmemory, gradients);
  }
};

}  // namespace infodiet::nn
