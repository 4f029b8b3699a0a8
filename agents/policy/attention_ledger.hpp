#pragma once

#include <array>
#include <cstdint>

#include "agents/decision.hpp"

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
///   spent_k = minutes read + what was noticed of 4 s for each item shown and, for each push, of
///             64 s from 8 h to 17 h and 19 s at other hours
///   noticed = 1 of what was chosen, else 1 - o_k      o_k = clamp(-b_k / 10, 0, 1)
///
/// How fast he does regain it is left to the network to tell, from his hours (day_ledger.hpp) and
/// from what became of people like him: responses, of which most are none to an attentive person
/// too, say little of it. Each candidate is told what showing it would add, at three of the speeds,
/// if it is read to the end and if it is left: overload-hours awake until the balance is no longer
/// below zero, of which three times the root is told,
///
///   O_k(b - spent) - O_k(b)   spent = 4 s + what a push costs, if it is one, + length; or, if it
///   is
///                             left, what is noticed of the first two
///   O_k(b) = 0 | b^2 / (20 r_k) | (-b - 5) / r_k          where b >= 0 | 0 > b > -10 | else
///
/// A person who reads for half an hour on an empty balance bears the debt for hours; a network
/// multiplies what it is told of an item by what it is told of a person, and comes to such a bend
/// only after many people have been hurt.
///
/// The equations are those of env/person/attention.hpp
/// and env/person/interruptions.hpp with their defaults; but everybody is taken to be fully busy in
/// office hours. At 3 am/h a push in every quarter of an hour holds a busy person in debt all day,
/// and one who is half busy not at all: who errs here is better too careful. Nobody is tired: who
/// is, regains less, and shows as a slower one. An average person is awake from 7 h to 23 h.
class AttentionLedger {
 public:
  /// am/h; 5 is 30 items of 10 s an hour, at which responses were seen to be lost
  /// (Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838), and people who bear less or a
  /// little more.
  static constexpr std::array<float, 8> kRegained = {1.5, 2, 2.5, 3, 3.5, 4, 5, 7};
  static constexpr int kSpeeds = static_cast<int>(kRegained.size());
  static constexpr int kUsual = 6;  ///< which of them is the average person's
  static constexpr std::array<int, 3> kAsked = {1, 3, 6};  ///< at which costs are told
  static constexpr int kWidth = kSpeeds;                   ///< of the context: debts by speed
  static constexpr int kCosts = 2 * static_cast<int>(kAsked.size());  ///< of a candidate

  /// Zero bytes are a person nobody has met: neither rested nor in debt.
  struct Memory {
    double minute;  ///< of the week, at the last decision
    std::array<float, kSpeeds> balance;
    std::uint32_t begun;
  };

  explicit AttentionLedger(const Columns& columns);

  /// Whether the world tells what books need: the hour, and what was read when.
  bool possible() const { return possible_; }

  /// Books what came of the last decision, and the time since. Once at each decision.
  /// @returns the minutes since; -1 at the first
  double update(const Decision& now, Memory& memory) const;

  /// What part of what is shown to an average person passes unnoticed.
  static float lost(const Memory& memory);

  /// Writes (kWidth): the debts, in units of that in which all is lost, from -3, rested, to 1.5.
  static void write(const Memory& memory, float* out);

  /// Whether the world tells how long candidates are.
  bool foretells() const { return length_ >= 0; }

  /// What all candidates of a decision have in common.
  struct Costs {
    float shown;                               ///< attention that showing one takes [am]
    std::array<float, kAsked.size()> if_left;  ///< three times the root of overload-hours: 0 to 6.7
  };
  static Costs costs(const Decision& now, const Memory& memory);

  /// Writes (kCosts) of a candidate: what it adds if read, then if left. @returns the place behind
  float* write(const Costs& costs, const Memory& memory, const float* candidate, float* out) const;

 private:
  bool possible_;
  int length_;  // of a candidate: its column
};

}  // namespace infodiet
