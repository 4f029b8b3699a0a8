#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "agents/nn/functions.hpp"
#include "agents/policy/input.hpp"
#include "env/api/batch.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"

namespace infodiet {

/// Slates from scores and gates. Slot after slot, a gate decides whether the slate goes on, and if
/// it does, a candidate is chosen among those that are left (Plackett-Luce, without replacement):
///
///   P(slot k is filled) = sigmoid(gate_k)     P(i | filled) = exp(score_i) / sum over who is left
///
/// The gate is certain where the world leaves no choice: before `min` items, and after `max` or
/// the last candidate. The log-probability of a slate is the sum over its slots, and exact. The
/// entropy of slot k given the slots before it is exact as well,
///
///   H_k = H(gate_k) + sigmoid(gate_k) H(choice among who is left),
///
/// and that of a slate is reported as the sum of H_k along the slate that was drawn: exact for
/// worlds of one slot, and else right on average over slates (the chain rule), because a sum over
/// all M! / (M - K)! slates is out of reach.
///
/// What can be paid for is its choice part alone, given how long the slate is: the sum of H(choice
/// among who is left) over the slots that are filled. A bonus on all of H would have slots filled
/// for the sake of variety.
/// Sources: Plackett 1975, "The analysis of permutations", doi:10.2307/2346567; Luce 1959,
/// "Individual choice behavior".
template <class S>
class PlackettLuce {
 public:
  static constexpr int kMost = 256;  ///< candidates

  /// @param scores  (m), @param gates  (K): lent
  PlackettLuce(std::span<const S> scores, std::span<const S> gates, int slate_min, int slate_max)
      : scores_(scores),
        gates_(gates),
        max_(
            std::min({slate_max, static_cast<int>(scores.size()), static_cast<int>(gates.size())})),
        min_(std::min(slate_min, max_)) {
    left_.fill(1);
  }

  /// Draws a slate; the dice of slot k are lane k of the decision.
  /// @param slate  (K) out, filled up with kNothing
  void draw(const DecisionKey& key, std::span<std::int32_t> slate) {
    fill(slate, [&](int k) {
      const auto words = dice(key, k);
      return is_open(k, words[0]) ? chosen_by(words[1]) : -1;
    });
  }

  /// Draws how long the slate is, with the dice of `draw`, and shows the best in it: how often to
  /// show is learned as a chance, and what to show as an order.
  /// @param firmness  log odds of the gates are multiplied by this: 1 as learned, and the larger
  /// the
  ///                  closer to `best`
  void best_behind_gates(const DecisionKey& key, S firmness, std::span<std::int32_t> slate) {
    fill(slate, [&](int k) { return is_open(k, dice(key, k)[0], firmness) ? highest() : -1; });
  }

  /// The likeliest: a slot is filled if that is likelier than not, by the highest score left.
  void best(std::span<std::int32_t> slate) {
    fill(slate, [&](int k) { return k < min_ || gates_[k] > 0 ? highest() : -1; });
  }

  struct Likelihood {
    S log_probability, entropy, choice_entropy;
  };

  /// Of a slate of these candidates.
  Likelihood of(std::span<const std::int32_t> slate) { return walk(slate, S(0), S(0), {}, {}); }

  /// Adds to `dscores` and `dgates` the gradients of a loss whose gradients by log-probability and
  /// choice entropy are given.
  void backward(std::span<const std::int32_t> slate, S dlog_probability, S dchoice_entropy,
                std::span<S> dscores, std::span<S> dgates) {
    walk(slate, dlog_probability, dchoice_entropy, dscores, dgates);
  }

 private:
  int size() const { return static_cast<int>(scores_.size()); }

  static auto dice(const DecisionKey& key, int slot) {
    return random_words(key.episode, Purpose::kAgent, key.decision,
                        static_cast<std::uint32_t>(slot));
  }

  bool is_open(int k, std::uint32_t word, S firmness = 1) const {
    return k < min_ || S(uniform_open(word)) < sigmoid_of(firmness * gates_[k]);
  }

  int chosen_by(std::uint32_t word) {
    S mark = S(uniform_open(word)) * weigh();
    int last = -1;
    for (int i = 0; i < size(); ++i) {
      if (weights_[i] == 0) continue;  // not left, or without a chance
      last = i;
      mark -= weights_[i];
      if (mark < 0) break;
    }
    return last;
  }

  int highest() const {
    int found = -1;
    for (int i = 0; i < size(); ++i) {
      if (left_[i] != 0 && (found < 0 || scores_[i] > scores_[found])) found = i;
    }
    return found;
  }

  static S sigmoid_of(S gate) { return 1 / (1 + nn::exponential(-gate)); }
  /// ln sigmoid(x), without losing digits at either end.
  static S log_sigmoid(S x) {
    return std::min(x, S(0)) - std::log1p(nn::exponential(-std::abs(x)));
  }

  /// exp(score - highest) of who is left, others 0.
  /// @returns their sum
  S weigh() {
    highest_ = -std::numeric_limits<S>::infinity();
    for (int i = 0; i < size(); ++i) {
      if (left_[i] != 0) highest_ = std::max(highest_, scores_[i]);
    }
    S sum = 0;
    for (int i = 0; i < size(); ++i) {
      weights_[i] = left_[i] != 0 ? nn::exponential(scores_[i] - highest_) : S(0);
      sum += weights_[i];
    }
    return sum;
  }

  template <class Next>
  void fill(std::span<std::int32_t> slate, const Next& next) {
    left_.fill(1);
    std::fill(slate.begin(), slate.end(), kNothing);
    for (int k = 0; k < max_; ++k) {
      const int chosen = next(k);
      if (chosen < 0) return;
      slate[k] = chosen;
      left_[chosen] = 0;
    }
  }

  /// Along the slots of a slate. Without gradients to be filled (empty spans) it only sums.
  Likelihood walk(std::span<const std::int32_t> slate, S dlog_probability, S dchoice_entropy,
                  std::span<S> dscores, std::span<S> dgates) {
    left_.fill(1);
    Likelihood all{0, 0, 0};
    for (int k = 0; k < max_; ++k) {
      const int chosen = slate[k];
      const bool filled = chosen >= 0;
      const bool free = k >= min_;  // the gate had a choice
      const S open = free ? sigmoid_of(gates_[k]) : S(1);
      const S gate = gates_[k];
      if (free) {
        all.log_probability += log_sigmoid(filled ? gate : -gate);
        all.entropy -= open * log_sigmoid(gate) + (1 - open) * log_sigmoid(-gate);
      }

      const S sum = weigh();
      const S log_sum = std::log(sum) + highest_;
      S entropy = log_sum;  // of the choice: ln sum - sum p score
      for (int i = 0; i < size(); ++i) {
        if (left_[i] != 0) entropy -= weights_[i] / sum * scores_[i];
      }
      all.entropy += open * entropy;
      if (free && !dgates.empty()) dgates[k] += dlog_probability * ((filled ? S(1) : S(0)) - open);
      if (!filled) break;

      all.log_probability += scores_[chosen] - log_sum;
      all.choice_entropy += entropy;
      for (int i = 0; i < size() && !dscores.empty(); ++i) {
        if (left_[i] == 0) continue;
        const S p = weights_[i] / sum;
        const S log_p = scores_[i] - log_sum;
        dscores[i] += dlog_probability * ((i == chosen ? S(1) : S(0)) - p) -
                      dchoice_entropy * p * (log_p + entropy);
      }
      left_[chosen] = 0;
    }
    return all;
  }

  std::span<const S> scores_, gates_;
  int max_, min_;
  S highest_ = 0;
  std::array<std::uint8_t, kMost> left_;
  std::array<S, kMost> weights_;
};

}  // namespace infodiet
