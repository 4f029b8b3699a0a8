#pragma once

#include <cmath>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// What a push costs, and when the person has had enough of them.
///
///   debit of a push  = cost * busy(t) * (1 - o + lost_cost o)          [am]
///   annoyance        n <- n e^(-minutes / tau);  + 7 d / tau for each push nobody wanted
///   hazard of opting out, while away = (1 / patience) sigma((ln n - ln tolerance) / 0.2)
///   tolerance        ~ LogNormal(ln `tolerance`, `spread`), drawn for each person
///
/// n reads "unwanted pushes per week". Opting out never ends an episode: pushes just arrive no
/// more. Sources: 64 s to recover from an email, Jackson, Dawson & Wilson 2001; opt-out against
/// weekly volume: a survey of intentions by Localytics, 2017 (tolerance and patience fitted to it).
/// Neutral: cost 0; tolerance .inf.
struct Interruptions : ConfigOf<Interruptions> {
  double cost = 64;
  double tau = 10080;
  double tolerance = 6.5;
  double spread = 0.8;
  double patience = 3;

  static constexpr double kWeek = 10080;  // min

  void fields(Fields& f) override {
    f({"cost", "s", "Attention that a push costs a person who is fully busy.", 0, 36000}, cost);
    f({"tau", "min", "Annoyance fades with this time constant.", 1, 1e7}, tau);
    f({"tolerance", "1/week",
       "Unwanted pushes a week that the median person bears; .inf: any number.", 0.01},
      tolerance);
    f({"spread", "-", "Spread of the logarithm of tolerance between people.", 0, 10}, spread);
    f({"patience", "d",
       "Mean time awake and away, in days of 24 h, until one far beyond his tolerance opts out.",
       0.001, 1e4},
      patience);
  }

  bool opt_out_possible() const { return tolerance < kInfinity; }
  float after(float annoyance, double minutes) const {
    return annoyance * exp_fast(static_cast<float>(-minutes / tau));
  }
  float per_unwanted() const { return static_cast<float>(kWeek / tau); }

  /// 1/min
  double opt_out_rate(float annoyance, float log_tolerance) const {
    if (annoyance <= 0.0f) return 0;
    const float x = (log_fast(annoyance) - log_tolerance) / 0.2f;
    return sigmoid(x) / (patience * 1440);
  }
};

}  // namespace infodiet
