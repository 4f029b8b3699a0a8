#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "agents/nn/functions.hpp"

namespace infodiet {

/// What is foretold of an outcome: a debt of hours weighs more than a well-spent minute, but not as
/// a square of a hundred times as much, or nothing else would be learned.
///
///   h(x) = sign(x) 2 (sqrt(1 + |x|) - 1)       h(x) = x near 0
///
/// Source: Pohlen et al. 2018, "Observe and look further", eq. 9, arXiv:1805.11593; without their
/// linear part, and with slope 1 at 0. The forecast is the mean of h, and never turned back where
/// decisions are made: of an outcome that is seldom and large it tells less than the mean would.
template <class S>
S compressed(S x) {
  return std::copysign(2 * (std::sqrt(1 + std::abs(x)) - 1), x);
}
/// x of h(x).
template <class S>
S expanded(S y) {
  const S root = 1 + std::abs(y) / 2;
  return std::copysign(root * root - 1, y);
}

/// What came of an item that was shown.
template <class S>
struct Outcome {
  bool clicked;
  S worth;        ///< what the decision earned at once, in units of the worth scale, compressed;
                  ///< if nothing was chosen, this item's part
  bool is_of_it;  ///< whether that is put down to this item
};

/// The loss of the forecast of one outcome, without its weight, and its gradients with it.
template <class S>
struct ForecastJudgement {
  S loss, dclick, dworth, dleft;
};

/// One decision to learn from.
template <class S>
struct Sample {
  S advantage;       ///< normalised
  S target;          ///< the return that the value should have foretold
  S old_log_chance;  ///< of the slate, when it was chosen
  S old_value;
  std::span<const Outcome<S>> outcomes;  ///< (items shown)
};

/// What a policy now says of it.
template <class S>
struct Verdict {
  S log_chance, entropy, choice_entropy, value;
};

/// Gradients of the loss of one decision, and what is reported of it.
template <class S>
struct Judgement {
  S loss;                                    ///< all of it
  S policy_loss, value_loss, forecast_loss;  ///< its parts, without their weights
  S dlog_chance, dchoice_entropy, dvalue;    ///< of `loss`
  S kl;                                      ///< how far the policy moved: r - 1 - ln r
  bool clipped;                              ///< whether the ratio was out of its bounds
};

/// What is made small.
struct Objective {
  bool acts = true;       ///< what was decided counts
  bool foretells = true;  ///< and what was foretold of it
  bool clips = true;      ///< PPO; else the plain policy gradient
  double clip = 0.2;      ///< how far the ratio of chances may move
  double value_clip = 0;  ///< how far a value may move from the old one; 0: anywhere
  double value_weight = 0.5;
  double entropy_weight = 0.01;

  /// The loss of one decision, with r = exp(ln p - ln p_old):
  ///
  ///   policy   -min(r A, clip(r, 1 - c, 1 + c) A), or -A ln p
  ///   value    max((V - R)^2, (V_old + clip(V - V_old, -cv, cv) - R)^2) / 2
  ///   loss     policy + value_weight value - entropy_weight H of what is shown, given how much
  ///            + sum of `foresee` over what was shown
  ///
  /// Sources: Schulman, Wolski, Dhariwal, Radford & Klimov 2017, "Proximal policy optimization
  /// algorithms", eq. 7 and 9, arXiv:1707.06347; Williams 1992, "Simple statistical
  /// gradient-following algorithms for connectionist reinforcement learning",
  /// doi:10.1007/BF00992696; kl: Schulman 2020, "Approximating KL divergence", estimator k3,
  /// http://joschu.net/blog/kl-approx.html.
  template <class S>
  Judgement<S> judge(const Sample<S>& sample, const Verdict<S>& now) const {
    Judgement<S> out{};
    const S log_ratio = now.log_chance - sample.old_log_chance;
    const S ratio = nn::exponential(log_ratio);
    out.kl = ratio - 1 - log_ratio;
    if (!acts) return out;
    if (clips) {
      const S low = S(1) - static_cast<S>(clip), high = S(1) + static_cast<S>(clip);
      const S free = ratio * sample.advantage;
      const S bound = std::clamp(ratio, low, high) * sample.advantage;
      out.clipped = ratio < low || ratio > high;
      out.policy_loss = -std::min(free, bound);
      out.dlog_chance = free <= bound ? -free : S(0);  // d ratio / d ln p = ratio
    } else {
      out.policy_loss = -sample.advantage * now.log_chance;
      out.dlog_chance = -sample.advantage;
    }

    const S error = now.value - sample.target;
    out.value_loss = error * error / 2;
    S dvalue = error;
    if (value_clip > 0) {
      const S reach = static_cast<S>(value_clip);
      const S moved = now.value - sample.old_value;
      const S held = sample.old_value + std::clamp(moved, -reach, reach) - sample.target;
      if (held * held > error * error) {
        out.value_loss = held * held / 2;
        dvalue = std::abs(moved) < reach ? held : S(0);
      }
    }
    out.dvalue = static_cast<S>(value_weight) * dvalue;
    out.dchoice_entropy = -static_cast<S>(entropy_weight);
    out.loss = out.policy_loss + static_cast<S>(value_weight) * out.value_loss -
               static_cast<S>(entropy_weight) * now.choice_entropy;
    return out;
  }

  /// The loss of a forecast of what came of one item:
  ///
  ///   -ln P(clicked or not) + [put down to it] (forecast, if clicked or if not, - worth)^2 / 2
  template <class S>
  ForecastJudgement<S> foresee(const Outcome<S>& came, S click, S worth, S left) const {
    const S toward = came.clicked ? click : -click;
    const S chance = 1 / (1 + nn::exponential(-toward));
    const S error = came.is_of_it ? (came.clicked ? worth : left) - came.worth : S(0);
    const S surprise = std::log1p(nn::exponential(-std::abs(toward))) - std::min(toward, S(0));
    return {surprise + error * error / 2, came.clicked ? chance - 1 : 1 - chance,
            came.clicked ? error : S(0), came.clicked ? S(0) : error};
  }
};

}  // namespace infodiet
