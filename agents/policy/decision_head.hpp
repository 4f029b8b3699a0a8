#pragma once

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
///   M = norm(state) Wm' + bm
///   [click_i, worth_i, left_i] = norm(token_i) Wo' + bo + M candidate_i
///   p_i = sigmoid(click_i)    gain_i = p_i worth_i + (1 - p_i) left_i
///   [score_i, weigh_i] = 25 (norm(token_i) Ws' + bs + gain_i u)
///   [summary, gain] = sum_i softmax(weigh)_i [norm(token_i), gain_i]   0 without candidates
///   z = GELU([norm(state), summary, gain] Wz' + bz)
///   gates = 25 (z Wg' + bg + gain u) (K)      value = z Wv' + bv
///
/// A gain is a forecast of what showing a candidate brings at once. It is learned from what came of
/// those that were shown, far sooner than what a whole policy earns, and is the first thing a
/// ranking asks for, and the first thing to ask before anything is shown. So u (one for each of the
/// three) starts at 1, where a policy that knows nothing else is the more silent the less it
/// foretells; in scores at 1/2, where it shows mostly what it foretells most of, and tries others:
/// at 1 RecSim's clickbait was all that was ever shown for the first 200 000 decisions. What a
/// candidate brings later, and costs, is left to the rest; by the 25 that is learned as fast as the
/// forecast is: where clicks now cost more later it ranks otherwise, and it opens gates to what is
/// worth a push, within a few hundred steps. No gradient of the policy goes into a forecast, which
/// would soon say what the policy is praised for and not what comes.
///
/// What a number of a candidate is worth hangs on the person: a debt of attention that reading it
/// would lead to is heavy for who regains it slowly, and nothing to who does not. Sums of what is
/// known of the two, however bent, come to such a product only after long; M (3, F) is one to start
/// with, and 0 at first.
///
/// To score and gates (before the 25) and value is added a linear function of the input itself, of
/// candidate i and of the context: what is simple is then learned at once, and the layers below are
/// left with the rest.
///
///   tokens (m, D)   state (1, D)   inputs: candidates (m, F), context (1, C)
///
/// Sources: of the direct part, Cheng et al. 2016, "Wide & deep learning for recommender systems",
/// section 3.1, arXiv:1606.07792; of learning what is not rewarded for the sake of what is,
/// Jaderberg et al. 2017, "Reinforcement learning with unsupervised auxiliary tasks",
/// arXiv:1611.05397; of M, Jayakumar et al. 2020, "Multiplicative interactions and where to find
/// them", ICLR. That the policy reads its own forecast is ours.
template <class S>
struct DecisionHead {
  static constexpr int kOutcomes = 3;
  static constexpr double kSharp = 25;  ///< scores and gates for each unit of a gain

  int width, slots;
  LayerNorm<S> candidate_norm, state_norm;
  Parameter use;  // (1, 3): of a gain, by score, by weight in the summary, and by gates
  Linear<S> outcome, score, mix, gate, value;
  Linear<S> direct_score, direct_gate, direct_value;
  Linear<S> matter;  // M: what each number of a candidate means for this person, by outcome

  /// All start close to 0: a new policy has no opinion yet, and its values must not be taken for
  /// returns.
  DecisionHead(ParameterTable& table, const std::string& name, int dim, const InputShape& shape)
      : width(dim),
        slots(shape.slots),
        candidate_norm(table, name + ".candidate_norm", dim),
        state_norm(table, name + ".state_norm", dim),
        use(table.add(name + ".use", 1, 3, Init::ones())),
        outcome(table, name + ".outcome", dim, kOutcomes, Init::orthogonal(0.01)),
        score(table, name + ".score", dim, 2, Init::orthogonal(0.01)),
        mix(table, name + ".mix", 2 * dim + 1, dim),
        gate(table, name + ".gate", dim, slots, Init::orthogonal(0.01)),
        value(table, name + ".value", dim, 1, Init::orthogonal(0.01)),
        direct_score(table, name + ".direct_score", shape.candidate_width, 1, Init::zeros()),
        direct_gate(table, name + ".direct_gate", shape.context_width, slots, Init::zeros()),
        direct_value(table, name + ".direct_value", shape.context_width, 1, Init::zeros()),
        matter(table, name + ".matter", dim, kOutcomes * shape.candidate_width, Init::zeros()) {}

  struct Workspace {
    View<S> normed;           ///< (m, D)
    View<S> moments;          ///< (m, 2)
    View<S> scored;           ///< (m, 2)
    View<S> gains;            ///< (m, 1)
    View<S> weights;          ///< (1, m)
    View<S> joined;           ///< (1, 2 D + 1): norm(state), summary, gain
    View<S> state_moments;    ///< (1, 2)
    View<S> before, after;    ///< (1, D)
    View<S> gates, estimate;  ///< (1, K), (1, 1)
    View<S> direct_scores, direct_gates, direct_estimate;  ///< (m, 1), (1, K), (1, 1)
    View<S> outcomes;                                      ///< (m, 3)
    View<S> matters;                                       ///< (1, 3 F)
  };

  Workspace workspace(Arena<S>& arena, int m) const {
    return {arena.take(m, width),     arena.take(m, 2),     arena.take(m, 2),
            arena.take(m, 1),         arena.take(1, m),     arena.take(1, 2 * width + 1),
            arena.take(1, 2),         arena.take(1, width), arena.take(1, width),
            arena.take(1, slots),     arena.take(1, 1),     arena.take(m, 1),
            arena.take(1, slots),     arena.take(1, 1),     arena.take(m, 3),
            arena.take(1, matter.out)};
  }

  void forward(const S* parameters, const PolicyInput<S>& in, const ConstView<S>& tokens,
               const ConstView<S>& state, Workspace& work, PolicyOutput<S>& out) const {
    const Eigen::Index m = tokens.rows();
    state_norm.forward(parameters, state, work.state_moments, work.joined.leftCols(width));
    work.joined.rightCols(width + 1).setZero();
    if (m > 0) {
      candidate_norm.forward(parameters, tokens, work.moments, work.normed);
      outcome.forward(parameters, work.normed, work.outcomes);
      matter.forward(parameters, work.joined.leftCols(width), work.matters);
      add_product_turned<S>(in.candidates, by_outcome(work.matters), work.outcomes);
      for (Eigen::Index i = 0; i < m; ++i)
        work.gains(i, 0) = gain(work.outcomes(i, 0), work.outcomes(i, 1), work.outcomes(i, 2));
      score.forward(parameters, work.normed, work.scored);
      add_product<S>(work.gains, use.of(parameters).leftCols(2), work.scored);
      work.weights = S(kSharp) * work.scored.col(1).transpose();
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
      out.scores[i] = S(kSharp) * (work.scored(i, 0) + work.direct_scores(i, 0));
      out.clicks[i] = work.outcomes(i, 0);
      out.worths[i] = work.outcomes(i, 1);
      out.lefts[i] = work.outcomes(i, 2);
    }
    const S opens = use.of(parameters)(0, 2) * work.joined(0, 2 * width);
    for (int k = 0; k < slots; ++k)
      out.gates[k] = S(kSharp) * (work.gates(0, k) + work.direct_gates(0, k) + opens);
    out.value = work.estimate(0, 0) + work.direct_estimate(0, 0);
  }

  /// @param scratch  another workspace, of which all is overwritten
  void backward(const S* parameters, const PolicyInput<S>& in, const ConstView<S>& tokens,
                const ConstView<S>& state, const Workspace& work, const PolicyOutput<S>& dout,
                Workspace& scratch, View<S> dtokens, View<S> dstate, S* gradients) const {
    const Eigen::Index m = tokens.rows();
    const View<S> nobody(matrix(static_cast<S*>(nullptr), 0, 0));
    S dopens = 0;
    for (int k = 0; k < slots; ++k) dopens += scratch.gates(0, k) = S(kSharp) * dout.gates[k];
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
    use.of(gradients)(0, 2) += dopens * work.joined(0, 2 * width);
    scratch.joined(0, 2 * width) += dopens * use.of(parameters)(0, 2);
    if (m > 0) backward_candidates(parameters, in, tokens, work, dout, scratch, dtokens, gradients);
    state_norm.backward(parameters, state, work.state_moments, scratch.joined.leftCols(width),
                        dstate, gradients);
  }

  /// What showing a candidate is expected to bring at once.
  static S gain(S click, S worth, S left) {
    const S p = chance(click);
    return p * worth + (1 - p) * left;
  }

 private:
  void backward_candidates(const S* parameters, const PolicyInput<S>& in,
                           const ConstView<S>& tokens, const Workspace& work,
                           const PolicyOutput<S>& dout, Workspace& scratch, View<S> dtokens,
                           S* gradients) const {
    const Eigen::Index m = tokens.rows();
    const View<S> nobody(matrix(static_cast<S*>(nullptr), 0, 0));
    const auto dsummary = scratch.joined.middleCols(width, width);
    const auto dforecast = scratch.joined.rightCols(1);
    scratch.normed.setZero();
    add_turned_product<S>(work.weights, dsummary, scratch.normed);
    scratch.weights.setZero();
    add_product_turned<S>(dsummary, work.normed, scratch.weights);
    add_product_turned<S>(dforecast, work.gains, scratch.weights);
    MaskedSoftmax<S>::backward(work.weights, scratch.weights);
    for (Eigen::Index i = 0; i < m; ++i) {
      scratch.direct_scores(i, 0) = S(kSharp) * dout.scores[i];
      scratch.scored(i, 0) = S(kSharp) * dout.scores[i];
      scratch.scored(i, 1) = S(kSharp) * scratch.weights(0, i);
    }
    add_turned_product<S>(work.gains, scratch.scored, use.of(gradients).leftCols(2));
    for (Eigen::Index i = 0; i < m; ++i) {
      scratch.outcomes(i, 0) = dout.clicks[i];
      scratch.outcomes(i, 1) = dout.worths[i];
      scratch.outcomes(i, 2) = dout.lefts[i];
    }
    scratch.matters.setZero();
    add_turned_product<S>(scratch.outcomes, in.candidates, by_outcome(scratch.matters));
    matter.backward(parameters, work.joined.leftCols(width), scratch.matters,
                    scratch.joined.leftCols(width), gradients);
    outcome.backward(parameters, work.normed, scratch.outcomes, scratch.normed, gradients);
    direct_score.backward(parameters, in.candidates, scratch.direct_scores, nobody, gradients);
    score.backward(parameters, work.normed, scratch.scored, scratch.normed, gradients);
    candidate_norm.backward(parameters, tokens, work.moments, scratch.normed, dtokens, gradients);
  }

  /// (3, F) of what is written as one row.
  static auto by_outcome(View<S>& matters) {
    return matrix(matters.data(), kOutcomes, matters.cols() / kOutcomes);
  }
  static S chance(S logit) { return 1 / (1 + exponential(-logit)); }
};

}  // namespace infodiet::nn
