#pragma once

#include <algorithm>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// When the person comes back by himself, and when he leaves.
///
///   rate of return = (base + pull G) h exp(clamp(x, -bound, bound)) / (16 * 60)   [1/min awake]
///     G  the knowledge gap (knowledge.hpp): who knows little comes to look, so nothing shown is
///        not nothing done
///     h  habit (habit.hpp);  x = a1 R1 + a2 R2 - b_n ln(1 + n): temptation, goodwill, annoyance
///     times (1 + commute) in the hours before and after office hours
///   P(leave) = leave_after_nothing, or leave_after_reading + what fatigue adds (fatigue.hpp)
///
/// Source: a return hazard of a base and of traces, one fast and one slow, Agarwal et al. 2024,
/// "System-2 recommenders", arXiv:2406.01611; its log-linear form, Kapoor et al. 2014. Rates per 16
/// waking hours; phones are checked 50-80 times a day over all applications (Allcott, Gentzkow &
/// Song 2022), of which this is one. Leaving after nothing was found is patch leaving: Charnov
/// 1976; Pirolli & Card 1999. Neutral: base and pull 0, then only pushes reach him.
struct Sessions : ConfigOf<Sessions> {
  double base = 5;
  double pull = 1;
  double bound = 1.5;
  double commute = 0;
  float leave_after_nothing = 0.35f;
  float leave_after_reading = 0.06f;

  void fields(Fields& f) override {
    f({"base", "1/16h", "Returns per 16 waking hours of a person who knows all.", 0, 1e4}, base);
    f({"pull", "1/16h", "Further returns of a person who knows nothing.", 0, 1e4}, pull);
    f({"bound", "-", "Temptation, goodwill and annoyance change the rate by e^bound at most.", 0,
       10},
      bound);
    f({"commute", "-", "How many times more often he returns on the way to work and back.", 0, 100},
      commute);
    f({"leave_after_nothing", "-", "Probability of leaving after nothing was chosen.", 0, 1},
      leave_after_nothing);
    f({"leave_after_reading", "-", "Probability of leaving after a reading, when rested.", 0, 1},
      leave_after_reading);
  }

  /// @param gap      G in [0, 1]
  /// @param habit    h
  /// @param urge     x
  /// @returns 1/min
  double return_rate(double gap, float habit, float urge, bool commuting) const {
    const auto most = static_cast<float>(bound);
    const double rate = (base + pull * gap) / (16 * 60);
    const auto factor = static_cast<double>(habit * exp_fast(std::clamp(urge, -most, most)));
    return rate * factor * (commuting ? 1 + commute : 1);
  }
};

}  // namespace infodiet
