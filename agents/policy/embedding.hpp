#pragma once

#include <string>

#include "agents/nn/activations.hpp"
#include "agents/nn/arena.hpp"
#include "agents/nn/linear.hpp"
#include "agents/policy/input.hpp"

namespace infodiet::nn {

/// The rows of a decision as tokens of one width D:
///
///   tokens 0 .. m-1  candidate Wf' + bf + c: it is worth different things at different moments
///   token m          c = GELU(context Wc' + bc)
///   tokens m+1 ..    event Wg' + bg, one per event of the history
///
///   tokens (m + 1 + h, D)
///
/// In this order those who ask (candidates, context) and those who know (context, events) both
/// stand together.
template <class S>
struct Embedding {
  int width;
  Linear<S> candidate, event, context;

  Embedding(ParameterTable& table, const std::string& name, const InputShape& shape, int dim)
      : width(dim),
        candidate(table, name + ".candidate", shape.candidate_width, dim),
        event(table, name + ".event", shape.event_width, dim),
        context(table, name + ".context", shape.context_width, dim) {}

  struct Workspace {
    View<S> before;  ///< (1, D) the context before GELU
    View<S> tokens;  ///< (m + 1 + h, D)
  };

  Workspace workspace(Arena<S>& arena, int m, int h) const {
    return {arena.take(1, width), arena.take(m + 1 + h, width)};
  }

  void forward(const S* parameters, const PolicyInput<S>& in, Workspace& work) const {
    const Eigen::Index m = in.candidates.rows(), h = in.history.rows();
    context.forward(parameters, in.context, work.before);
    Gelu<S>::forward(work.before, work.tokens.middleRows(m, 1));
    if (m > 0) {
      candidate.forward(parameters, in.candidates, work.tokens.topRows(m));
      work.tokens.topRows(m).rowwise() += work.tokens.row(m);
    }
    if (h > 0) event.forward(parameters, in.history, work.tokens.bottomRows(h));
  }

  /// @param scratch  another workspace: its `tokens` hold the gradients by the tokens, of which
  ///                 that of the context is completed here
  void backward(const S* parameters, const PolicyInput<S>& in, const Workspace& work,
                Workspace& scratch, S* gradients) const {
    const Eigen::Index m = in.candidates.rows(), h = in.history.rows();
    const View<S> nobody(matrix(static_cast<S*>(nullptr), 0, 0));
    if (m > 0) {
      for (Eigen::Index i = 0; i < m; ++i) scratch.tokens.row(m) += scratch.tokens.row(i);
      candidate.backward(parameters, in.candidates, scratch.tokens.topRows(m), nobody, gradients);
    }
    if (h > 0)
      event.backward(parameters, in.history, scratch.tokens.bottomRows(h), nobody, gradients);
    scratch.before.setZero();
    Gelu<S>::backward(work.before, scratch.tokens.middleRows(m, 1), scratch.before);
    context.backward(parameters, in.context, scratch.before, nobody, gradients);
  }
};

}  // namespace infodiet::nn
