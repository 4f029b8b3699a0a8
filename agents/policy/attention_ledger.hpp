#pragma once

#include <array>
#include <cstdint>

#include "agents/decision.hpp"
#include "agents/policy/taste_ledger.hpp"

namespace infodiet {

/// What a person's attention came to, had he regained it at one of several speeds.
///
/// Nobody tells how fast he regains it, and whoever takes him for the average one drives the slow
/// ones into a debt of days, while the platform's own guess (Role::kLoadEstimate) says that they
/// are well rested. So books are kept for people of many speeds. A history of some dozen items is
/// too short to do without books: debts are older.
///
///   from decision to decision:   b_k <- max(b_k - spent_k, -15)                     [am]
///                                b_k <- min(b_k + r_k hours awake, 30)
///   spent_k = minutes read + what was noticed of 4 s for each item shown and 30 s for each push
///   noticed = 1 of what was chosen, else 1 - o_k      o_k = clamp(-b_k / 10, 0, 1)
///
/// How fast he does regain it shows in his responses, once there is a debt by some books and none
/// by others: what is shown to a person in debt passes unnoticed. So the books are weighed by
/// Bayes' rule, by each item that was shown and is chosen (y = 1) or not with chance p,
///
///   w_k <- w_k (y ? 1 - o_k : 1 - p (1 - o_k))        o_k at most .95
///
/// from equal weights on, to which they fade by half in twenty days; p is what the books of taste
/// say. And each candidate is told what reading it to the end would add, the mean by weight of the
/// overload-minutes awake until the balance is no longer below zero:
///
///   O_k(b - length - 4 s) - O_k(b)
///   O_k(b) = 0 | b^2 / (20 r_k) | (-b - 5) / r_k          where b >= 0 | 0 > b > -10 | else
///
/// A person who reads for half an hour on an empty balance bears the debt for hours; a network
/// multiplies what it is told of an item by what it is told of a person, and comes to such a bend
/// only after many people have been hurt.
///
/// The equations are those of env/person/attention.hpp with its defaults; a push costs what it
/// costs a person who is half busy, and nobody is tired: who is, or busier, regains less, and so
/// shows as a slower one. An average person is awake from 7 h to 23 h.
class AttentionLedger {
 public:
  /// am/h; 5 is 30 items of 10 s an hour, at which responses were seen to be lost
  /// (Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838), and people who bear less or a
  /// little more.
  static constexpr std::array<float, 8> kRegained = {1.5, 2, 2.5, 3, 3.5, 4, 5, 7};
  static constexpr int kSpeeds = static_cast<int>(kRegained.size());
  /// Numbers of the context: debts by speed; and by weight the mean and deviation of the debt, what
  /// is lost of what is shown, and the speed.
  static constexpr int kWidth = kSpeeds + 4;

  using Weights = std::array<float, kSpeeds>;

  /// Zero bytes are a person nobody has met: neither rested nor in debt.
  struct Memory {
    double minute;  ///< of the week, at the last decision
    std::array<float, kSpeeds> balance;
    Weights log_weight;  ///< but for what all have in common
    std::uint32_t begun;
  };

  explicit AttentionLedger(const Columns& columns);

  /// Whether the world tells what books need: the hour, and what was read when.
  bool possible() const { return possible_; }

  /// Books what came of the last decision, and the time since. Once at each decision, before the
  /// books of taste.
  /// @param tastes  what was expected of the items shown; the weights stay where it is not possible
  /// @returns the minutes since; -1 at the first
  double update(const Decision& now, const TasteLedger& tastes, const TasteLedger::Memory& taste,
                Memory& memory) const;

  /// What part of what is shown passes unnoticed: the mean overload share.
  static float lost(const Memory& memory);

  /// Writes (kWidth): the debts, in units of that in which all is lost, from -3, rested, to 1.5;
  /// the weights; and the mean overload share.
  static void write(const Memory& memory, float* out);

  /// Whether the world tells how long candidates are.
  bool foretells() const { return length_ >= 0; }

  /// How likely each speed is: they sum to 1.
  static Weights weights(const Memory& memory);

  /// @param weight  those of now
  /// @returns what reading a candidate would add, three times the root of overload-hours: 0 to 8
  float cost(const Memory& memory, const Weights& weight, const float* candidate) const;

 private:
  bool possible_;
  int length_;  // of a candidate: its column
};

}  // namespace infodiet
