#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// The reflective self, who comes back to what has served him.
///
///   R2 <- R2 e^(-days / tau);  R2 += (delta V - W m) / tau after m minutes of reading
///                                                             [net well-spent min/day]
///   the urge to return gains pull R2 (sessions.hpp)
///
/// W is the outside option: what a minute elsewhere is worth. Bait has delta V < W m and burns
/// goodwill. Source: a slow trace of utility in the return rate, Agarwal et al. 2024,
/// arXiv:2406.01611. `pull` is fitted: fewer and better notifications lower use at first and raise
/// it after a year (Facebook's experiment of 2018-19). Neutral: pull 0.
struct Goodwill : ConfigOf<Goodwill> {
  float pull = 1.1f;
  double tau = 60;

  void fields(Fields& f) override {
    f({"pull", "d/wsm", "a2: urge to return, per net well-spent minute a day.", 0, 50}, pull);
    f({"tau", "d", "Goodwill fades with this time constant.", 0.001, 1e5}, tau);
  }

  float kept(double minutes) const { return exp_fast(static_cast<float>(-minutes / (1440 * tau))); }
  /// @param net  delta V - W m [wsm]
  float gain(float net) const { return net / static_cast<float>(tau); }
};

}  // namespace infodiet
