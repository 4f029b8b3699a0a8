#pragma once

#include <cmath>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// When the person has had enough of pushes.
///
///   n <- n e^(-days / tau);  n += 7 / tau for each push nobody wanted    [unwanted pushes/week]
///   hazard of opting out, while away = (1 / patience) sigma((ln n - ln tolerance) / 0.2)
///   tolerance ~ LogNormal(ln `tolerance`, `spread`), drawn for each person
///   the urge to return loses discouragement ln(1 + n) (sessions.hpp)
///
/// Opting out never ends an episode: pushes just arrive no more. Source: a survey of intentions by
/// volume, Localytics 2017 (tolerance and patience are fitted to it). Neutral: tolerance .inf and
/// discouragement 0.
struct Annoyance : ConfigOf<Annoyance> {
  double tau = 7;
  double tolerance = 6.5;
  double spread = 0.8;
  double patience = 3;
  float discouragement = 0.1f;

  void fields(Fields& f) override {
    f({"tau", "d", "Annoyance fades with this time constant.", 0.001, 1e5}, tau);
    f({"tolerance", "1/week",
       "Unwanted pushes a week that the median person bears; .inf: any number.", 0.01},
      tolerance);
    f({"spread", "-", "Spread of the logarithm of tolerance between people.", 0, 10}, spread);
    f({"patience", "d",
       "Mean time awake and away, in days of 24 h, until one far beyond his tolerance opts out.",
       0.0001, 1e4},
      patience);
    f({"discouragement", "-", "b_n: how annoyance lowers the urge to return.", 0, 50},
      discouragement);
  }

  bool opt_out_possible() const { return tolerance < kInfinity; }
  float kept(double minutes) const { return exp_fast(static_cast<float>(-minutes / (1440 * tau))); }
  float per_unwanted() const { return static_cast<float>(7 / tau); }

  /// 1/min
  double opt_out_rate(float annoyance, float log_tolerance) const {
    if (annoyance <= 0.0f) return 0;
    const float x = (log_fast(annoyance) - log_tolerance) / 0.2f;
    return sigmoid(x) / (patience * 1440);
  }

  /// What annoyance takes from the urge to return.
  float urge(float annoyance) const {
    return annoyance > 0.0f ? -discouragement * log_fast(1 + annoyance) : 0.0f;
  }
};

}  // namespace infodiet
