#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// The impulsive self, who takes what attracts and comes back for more of it, whatever it is worth.
///
///   U_i gains appeal a_i                                                      [logit]
///   R1 <- R1 e^(-minutes / tau);  R1 += e^(a / 2) 60 / tau for each item read [clicks/h]
///   the urge to return gains impulse R1 (sessions.hpp)
///
/// a is the item's appeal as a z score. Against it stands worth (choice.hpp, goodwill.hpp).
/// Sources: two selves, Kleinberg, Mullainathan & Raghavan 2022, arXiv:2202.11776; a fast trace of
/// allure in the return rate, Agarwal et al. 2024, arXiv:2406.01611. `appeal` is fitted: 31 % of
/// use is due to problems of self-control (Allcott, Gentzkow & Song 2022). Neutral: appeal =
/// impulse = 0.
struct Temptation : ConfigOf<Temptation> {
  float appeal = 1.15f;
  float impulse = 0.1f;
  double tau = 120;

  void fields(Fields& f) override {
    f({"appeal", "logit", "Pull of one standard deviation of appeal.", -50, 50}, appeal);
    f({"impulse", "h/click", "a1: urge to return, per unit of the impulse trace.", 0, 50}, impulse);
    f({"tau", "min", "The impulse trace fades with this time constant.", 0.01, 1e7}, tau);
  }

  float kept(double minutes) const { return exp_fast(static_cast<float>(-minutes / tau)); }
  float gain(float item_appeal) const {
    return exp_fast(0.5f * item_appeal) * static_cast<float>(60 / tau);
  }
};

}  // namespace infodiet
