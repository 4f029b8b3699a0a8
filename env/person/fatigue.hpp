#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Tiredness on two scales: one that a break mends, and one that only sleep does.
///
///   reading            dF/dt = (1 - F) / rise        dS/dt = (1 - S) / strain
///   awake, not reading dF/dt = -F / recovery         dS/dt = 0
///   asleep             dF/dt = -F / recovery         dS/dt = -S / rest
///   Phi = 1 - (1 - F)(1 - S)                                                    [0, 1]
///   attention refills at kappa (1 - refill Phi);  U gains -pull Phi;  P(leave) gains leave Phi
///
/// Source: recoverable and unrecoverable fatigue, Mueller, Klein-Flugge, Manohar, Husain & Apps
/// 2021, doi:10.1038/s41467-021-24927-7: both are needed to fit effort choices. Time constants and
/// effects ours: ten minutes of rest give back 28 % of F, as short breaks help but do not restore
/// (Albulescu et al. 2022, doi:10.1371/journal.pone.0272460). Neutral: rise = strain = .inf.
struct Fatigue : ConfigOf<Fatigue> {
  double rise = 90;
  double recovery = 30;
  double strain = 2000;
  double rest = 300;
  float pull = 1.5f;
  float leave = 0.3f;
  float refill = 0.5f;

  struct Level {
    float recoverable = 0;  ///< F
    float strain = 0;       ///< S
  };

  void fields(Fields& f) override {
    f({"rise", "min", "Fatigue builds with this time constant of reading; .inf: never.", 0.01},
      rise);
    f({"recovery", "min", "Fatigue fades with this time constant of not reading.", 0.01, 1e7},
      recovery);
    f({"strain", "min", "Strain builds with this time constant of reading; .inf: never.", 0.01},
      strain);
    f({"rest", "min", "Strain fades with this time constant of sleep.", 0.01, 1e7}, rest);
    f({"pull", "logit", "Pull that all items lose at full fatigue.", 0, 50}, pull);
    f({"leave", "-", "Further probability of leaving after a reading at full fatigue.", 0, 1},
      leave);
    f({"refill", "-", "Share of kappa that is lost at full fatigue.", 0, 1}, refill);
  }

  static float phi(Level level) { return 1 - (1 - level.recoverable) * (1 - level.strain); }

  Level after_reading(Level level, double minutes) const {
    return {level.recoverable + (1 - level.recoverable) * built(minutes / rise),
            level.strain + (1 - level.strain) * built(minutes / strain)};
  }
  Level after_break(Level level, double minutes) const {
    if (level.recoverable <= 0) return level;
    return {level.recoverable * left(minutes / recovery), level.strain};
  }
  Level after_sleep(Level level, double minutes) const {
    return {level.recoverable * left(minutes / recovery), level.strain * left(minutes / rest)};
  }

 private:
  static float left(double x) { return exp_fast(static_cast<float>(-x)); }
  static float built(double x) { return one_minus_exp(static_cast<float>(x)); }
};

}  // namespace infodiet
