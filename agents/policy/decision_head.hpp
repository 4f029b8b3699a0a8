#pragma once

#include <algorithm>
#include <string>

#include "agents/nn/activations.hpp"
#include "agents/nn/arena.hpp"
#include "agents/nn/layer_norm.hpp"
#include "agents/nn/linear.hpp"
#include "agents/nn/product.hpp"
#include "agents/nn/softmax.hpp"
#include "agents/policy/input.hpp"

namespace infodiet::nn {

/// From tokens to a decision. Whether something is shown is asked apart from what is shown: the
/// gates see the moment and a summary of what there is to show, never a score.
///
///   [click_i, worth_i] = norm(token_i) Wo' + bo      gain_i = sigmoid(click_i) worth_i
///   [score_i, weigh_i] = norm(token_i) Ws' + bs + 25 gain_i u
///   [summary, gain] = sum_i softmax(weigh)_i [norm(token_i), gain_i]   0 without candidates
///   z = GELU([norm(state), summary, gain] Wz' + bz)
///   gates = z Wg' + bg + 25 gain u (K)      value = z Wv' + bv
///
/// A gain is a forecast of what showing a candidate brings at once. It is learned from what came of
/// those that were shown, far sooner than what a whole policy earns, and is the first thing a
/// ranking asks for, and the first thing to ask before anything is shown. So u (one for each of the
/// three) starts at 1, where a policy that knows nothing else shows what it foretells most of, and
/// is the more silent the less that is; the 25 lets it turn away from that in a few hundred steps,
/// where clicks now cost more later. What a candidate brings later, and costs, is left to the rest.
///
/// To outcomes, score, gates and value is added a linear function of the input itself, of candidate
/// i and of the context: what is simple is then learned at once, and the layers below are left with
/// the rest.
///
///   tokens (m, D)   state (1, D)   inputs: candidates (m, F), context (1, C)
///
/// Sources: of the direct part, Cheng et al. 2016, "Wide & deep learning for recommender systems",
/// section 3.1, arXiv:1606.07792; of learning what is not rewarded for the sake of what is,
/// Jaderberg et al. 2017, "Reinforcement learning with unsupervised auxiliary tasks",
/// arXiv:1611.05397. That the policy reads its own forecast is ours.
template <class S>
struct DecisionHead {
  static constexpr double kSharp = 25;  ///< between a gain and its part in a score

  int width, slots;
  LayerNorm<S> candidate_norm, state_norm;
  Parameter use;  // (1, 3): of a gain, by score, by weight in the summary, and by gates
  Linear<S> outcome, score, mix, gate, value;
  Linear<S> direct_outcome, direct_score, direct_gate, direct_value;

  /// All start close to 0: a new policy has no opinion yet, and its values must not be taken for
  /// returns.
  DecisionHead(ParameterTable& table, const std::string& name, int dim, const InputShape& shape)
      : width(dim),
        slots(shape.slots),
        candidate_norm(table, name + ".candidate_norm", dim),
        state_norm(table, name + ".state_norm", dim),
        use(table.add(name + ".use", 1, 3, Init::ones())),
        outcome(table, name + ".outcome", dim, 2, Init::orthogonal(0.01)),
        score(table, name + ".score", dim, 2, Init::orthogonal(0.01)),
        mix(table, name + ".mix", 2 * dim + 1, dim),
        gate(table, name + ".gate", dim, slots, Init::orthogonal(0.01)),
        value(table, name + ".value", dim, 1, Init::orthogonal(0.01)),
        direct_outcome(table, name + ".direct_outcome", shape.candidate_width, 2, Init::zeros()),
        direct_score(table, name + ".direct_score", shape.candidate_width, 1, Init::zeros()),
        direct_gate(table, name + ".direct_gate", shape.context_width, slots, Init::zeros()),
        direct_value(table, name + ".direct_value", shape.context_width, 1, Init::zeros()) {}

  struct Workspace {
    View<S> normed;                                        ///< (m, D)
    View<S> moments;                                       ///< (m, 2)
    View<S> scored;                                        ///< (m, 2)
    View<S> gains;                                         ///< (m, 1)
    View<S> weights;                                       ///< (1, m)
    View<S> joined;                                        ///< (1, 2 D + 1): norm(state), summary
    View<S> state_moments;                                 ///< (1, 2)
    View<S> before, after;                                 ///< (1, D)
    View<S> gates, estimate;                               ///< (1, K), (1, 1)
    View<S> direct_scores, direct_gates, direct_estimate;  ///< (m, 1), (1, K), (1, 1)
    View<S> outcomes, direct_outcomes;                     ///< (m, 2)
  };

  Workspace workspace(Arena<S>& arena, int m) const {
    return {arena.take(m, width), arena.take(m, 2),     arena.take(m, 2),
            arena.take(m, 1),     arena.take(1, m),     arena.take(1, 2 * width + 1),
            arena.take(1, 2),     arena.take(1, width), arena.take(1, width),
            arena.take(1, slots), arena.take(1, 1),     arena.take(m, 1),
            arena.take(1, slots), arena.take(1, 1),     arena.take(m, 2),
            arena.take(m, 2)};
  }

  void forward(const S* parameters, const PolicyInput<S>& in, const ConstView<S>& tokens,
               const ConstView<S>& state, Workspace& work, PolicyOutput<S>& out) const {
    const Eigen::Index m = tokens.rows();
    state_norm.forward(parameters, state, work.state_moments, work.joined.leftCols(width));
    work.joined.rightCols(width + 1).setZero();
    if (m > 0) {
      candidate_norm.forward(parameters, tokens, work.moments, work.normed);
      outcome.forward(parameters, work.normed, work.outcomes);
      direct_outcome.forward(parameters, in.candidates, work.direct_outcomes);
      work.outcomes += work.direct_outcomes;
      for (Eigen::Index i = 0; i < m; ++i)
        work.gains(i, 0) = chance(work.outcomes(i, 0)) * work.outcomes(i, 1);
      score.forward(parameters, work.normed, work.scored);
      add_product<S>(work.gains, use.of(parameters).leftCols(2), work.scored, S(kSharp));
      work.weights = work.scored.col(1).transpose();
      MaskedSoftmax<S>::forward({}, work.weights);
      add_product<S>(work.weights, work.normed, work.joined.middleCols(width, width));
      add_product<S>(work.weights, work.gains, work.joined.rightCols(1));
    }
    mix.forward(parameters, work.joined, work.before);
    Gelu<S>::forward(work.before, work.after);
    gate.forward(parameters, work.after, work.gates);
    value.forward(parameters, work.after, work.estimate);

    if (m > 0) direct_score.forward(parameters, in.candidates, work.direct_scores);
    direct_gate.forward(parameters, in.context, work.direct_gates);
    direct_value.forward(parameters, in.context, work.direct_estimate);
    for (Eigen::Index i = 0; i < m; ++i) {
      out.scores[i] = work.scored(i, 0) + work.direct_scores(i, 0);
      out.clicks[i] = work.outcomes(i, 0);
      out.worths[i] = work.outcomes(i, 1);
    }
    const S opens = S(kSharp) * use.of(parameters)(0, 2) * work.joined(0, 2 * width);
    for (int k = 0; k < slots; ++k)
      out.gates[k] = work.gates(0, k) + work.direct_gates(0, k) + opens;
    out.value = work.estimate(0, 0) + work.direct_estimate(0, 0);
  }

  /// @param scratch  another workspace, of which all is overwritten
  void backward(const S* parameters, const PolicyInput<S>& in, const ConstView<S>& tokens,
                const ConstView<S>& state, const Workspace& work, const PolicyOutput<S>& dout,
                Workspace& scratch, View<S> dtokens, View<S> dstate, S* gradients) const {
    const Eigen::Index m = tokens.rows();
    const View<S> nobody(matrix(static_cast<S*>(nullptr), 0, 0));
    for (int k = 0; k < slots; ++k) scratch.gates(0, k) = dout.gates[k];
    scratch.estimate(0, 0) = dout.value;
    direct_gate.backward(parameters, in.context, scratch.gates, nobody, gradients);
    direct_value.backward(parameters, in.context, scratch.estimate, nobody, gradients);
    scratch.after.setZero();
    gate.backward(parameters, work.after, scratch.gates, scratch.after, gradients);
    value.backward(parameters, work.after, scratch.estimate, scratch.after, gradients);
    scratch.before.setZero();
    Gelu<S>::backward(work.before, scratch.after, scratch.before);
    scratch.joined.setZero();
    mix.backward(parameters, work.joined, scratch.before, scratch.joined, gradients);
    S dopens = 0;
    for (int k = 0; k < slots; ++k) dopens += S(kSharp) * dout.gates[k];
    use.of(gradients)(0, 2) += dopens * work.joined(0, 2 * width);
    scratch.joined(0, 2 * width) += dopens * use.of(parameters)(0, 2);
    state_norm.backward(parameters, state, work.state_moments, scratch.joined.leftCols(width),
                        dstate, gradients);
    if (m == 0) return;

    const auto dsummary = scratch.joined.middleCols(width, width);
    const auto dforecast = scratch.joined.rightCols(1);
    scratch.normed.setZero();
    add_turned_product<S>(work.weights, dsummary, scratch.normed);
    scratch.weights.setZero();
    add_product_turned<S>(dsummary, work.normed, scratch.weights);
    add_product_turned<S>(dforecast, work.gains, scratch.weights);
    MaskedSoftmax<S>::backward(work.weights, scratch.weights);
    for (Eigen::Index i = 0; i < m; ++i) {
      scratch.direct_scores(i, 0) = dout.scores[i];
      scratch.scored(i, 0) = dout.scores[i];
      scratch.scored(i, 1) = scratch.weights(0, i);
    }
    scratch.gains.setZero();
    add_turned_product<S>(work.weights, dforecast, scratch.gains);
    add_turned_product<S>(work.gains, scratch.scored, use.of(gradients).leftCols(2), S(kSharp));
    add_product_turned<S>(scratch.scored, use.of(parameters).leftCols(2), scratch.gains, S(kSharp));
    for (Eigen::Index i = 0; i < m; ++i) {
      const S p = chance(work.outcomes(i, 0)), dgain = scratch.gains(i, 0);
      scratch.outcomes(i, 0) = dout.clicks[i] + dgain * work.outcomes(i, 1) * p * (1 - p);
      scratch.outcomes(i, 1) = dout.worths[i] + dgain * p;
    }
    direct_outcome.backward(parameters, in.candidates, scratch.outcomes, nobody, gradients);
    outcome.backward(parameters, work.normed, scratch.outcomes, scratch.normed, gradients);
    direct_score.backward(parameters, in.candidates, scratch.direct_scores, nobody, gradients);
    score.backward(parameters, work.normed, scratch.scored, scratch.normed, gradients);
    candidate_norm.backward(parameters, tokens, work.moments, scratch.normed, dtokens, gradients);
  }

 private:
  static S chance(S logit) { return 1 / (1 + exponential(-logit)); }
};

}  // namespace infodiet::nn
