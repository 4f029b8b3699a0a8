#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "agents/learning/objective.hpp"
#include "agents/nn/arena.hpp"
#include "agents/policy/network.hpp"
#include "agents/policy/plackett_luce.hpp"

namespace infodiet {

/// Memory for one decision at a time: grows to the largest there was, and is then used again.
template <class S>
struct DecisionScratch {
  std::vector<S> record, forward, backward, scores, gates, clicks, worths, lefts;
  std::vector<S> dscores, dgates, dclicks, dworths, dlefts;

  /// Room for any decision of a network.
  void fit(const PolicyNetwork<S>& network) {
    const InputShape& shape = network.shape();
    const std::size_t size = network.workspace_size(shape.candidates, shape.history);
    grow(record, shape.size());
    grow(forward, size);
    grow(backward, size);
    for (auto* of_candidates :
         {&scores, &clicks, &worths, &lefts, &dscores, &dclicks, &dworths, &dlefts})
      grow(*of_candidates, static_cast<std::size_t>(shape.candidates));
    for (auto* of_slots : {&gates, &dgates}) grow(*of_slots, static_cast<std::size_t>(shape.slots));
  }

  PolicyOutput<S> output(int candidates, int slots) {
    return {std::span(scores).first(candidates), std::span(gates).first(slots),
            std::span(clicks).first(candidates), std::span(worths).first(candidates),
            std::span(lefts).first(candidates),  S(0)};
  }
  PolicyOutput<S> gradient(int candidates, int slots) {
    return {std::span(dscores).first(candidates), std::span(dgates).first(slots),
            std::span(dclicks).first(candidates), std::span(dworths).first(candidates),
            std::span(dlefts).first(candidates),  S(0)};
  }

 private:
  static void grow(std::vector<S>& memory, std::size_t size) {
    if (memory.size() < size) memory.resize(size);
  }
};

/// The loss of one decision, and its gradient by every parameter, times `share`, added.
/// @param scratch  whose `record` holds the standardised record
template <class S>
Judgement<S> add_sample_gradient(const PolicyNetwork<S>& network, const S* parameters,
                                 const Objective& objective, const PolicyInput<S>& in,
                                 int slate_min, int slate_max, std::span<const std::int32_t> slate,
                                 const Sample<S>& sample, S share, DecisionScratch<S>& scratch,
                                 S* gradients, Verdict<S>* verdict = nullptr) {
  const int m = static_cast<int>(in.candidates.rows());
  PolicyOutput<S> out = scratch.output(m, network.shape().slots);
  network.forward(parameters, in, scratch.forward.data(), out);
  PlackettLuce<S> slates(out.scores, out.gates, slate_min, slate_max);
  const auto likelihood = slates.of(slate);
  const Verdict<S> now{likelihood.log_probability, likelihood.entropy, likelihood.choice_entropy,
                       out.value};
  if (verdict != nullptr) *verdict = now;
  Judgement<S> judged = objective.judge(sample, now);

  PolicyOutput<S> dout = scratch.gradient(m, network.shape().slots);
  std::fill(dout.scores.begin(), dout.scores.end(), S(0));
  std::fill(dout.gates.begin(), dout.gates.end(), S(0));
  std::fill(dout.clicks.begin(), dout.clicks.end(), S(0));
  std::fill(dout.worths.begin(), dout.worths.end(), S(0));
  std::fill(dout.lefts.begin(), dout.lefts.end(), S(0));
  for (std::size_t k = 0; objective.foretells && k < sample.outcomes.size(); ++k) {
    const auto forecast = objective.foresee(sample.outcomes[k], out.clicks[slate[k]],
                                            out.worths[slate[k]], out.lefts[slate[k]]);
    judged.forecast_loss += forecast.loss;
    judged.loss += forecast.loss;
    dout.clicks[slate[k]] = share * forecast.dclick;
    dout.worths[slate[k]] = share * forecast.dworth;
    dout.lefts[slate[k]] = share * forecast.dleft;
  }
  slates.backward(slate, share * judged.dlog_chance, share * judged.dchoice_entropy, dout.scores,
                  dout.gates);
  dout.value = share * judged.dvalue;
  network.backward(parameters, in, scratch.forward.data(), dout, scratch.backward.data(),
                   gradients);
  return judged;
}

}  // namespace infodiet
