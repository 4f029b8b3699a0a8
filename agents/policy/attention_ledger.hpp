#pragma once

#include <array>
#include <cstdint>

#include "agents/decision.hpp"

namespace infodiet {

/// What a person's attention came to, had he regained it at one of several speeds.
///
/// Nobody tells how fast he regains it, and whoever takes him for the average one drives the slow
/// ones into a debt of days, while the platform's own guess (Role::kLoadEstimate) says that they
/// are well rested. So books are kept for slower people too, and the network learns how much heed
/// to give to each. A history of some dozen items is too short to do without books: debts are
/// older.
///
///   from decision to decision:   b_k <- max(b_k - spent, -15)                       [am]
///                                b_k <- min(b_k + r_k hours awake, 30)
///   spent = minutes read + 4 s for each item shown + 30 s for each push
///
/// The equation is that of env/person/attention.hpp with its defaults; a push costs what it costs a
/// person who is half busy. An average person is awake from 7 h to 23 h.
class AttentionLedger {
 public:
  /// am/h; 5 is 30 items of 10 s an hour, at which responses were seen to be lost
  /// (Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838): people who bear less.
  static constexpr std::array<float, 3> kRegained = {2, 3, 4};
  static constexpr int kWidth = static_cast<int>(kRegained.size());

  /// Zero bytes are a person nobody has met: neither rested nor in debt.
  struct Memory {
    double minute;  ///< of the week, at the last decision
    std::array<float, kWidth> balance;
    std::uint32_t begun;
  };

  explicit AttentionLedger(const Columns& columns);

  /// Whether the world tells what books need: the hour, and what was read when.
  bool possible() const { return possible_; }

  /// Books what came of the last decision, and the time since. Once at each decision.
  /// @returns the minutes since; -1 at the first
  double update(const Decision& now, Memory& memory) const;

  /// Writes the debts, in units of that in which all is lost: (kWidth) from -3, rested, to 1.5.
  static void write(const Memory& memory, float* out);

 private:
  bool possible_;
};

}  // namespace infodiet
