#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Having had enough of a topic, for a while.
///
///   s_t <- s_t e^(-minutes / tau);   s_t += phi_t for each item read     [item-equivalents]
///   U_i gains -cost s . phi_i                                             [logit]
///
/// Read every D minutes, the n-th time costs cost g (1 - g^(n-1)) / (1 - g) with g = e^(-D / tau),
/// and m idle steps leave g^m of that. Source: rebounding bandits, Leqi, Kilinc-Karzan, Lipton &
/// Montgomery 2021, arXiv:2011.06741 (s_t = g (s_{t-1} + u_{t-1}), mu = b - lambda s), without its
/// noise; constants ours. Neutral: cost 0; then s stays 0.
struct Satiation : ConfigOf<Satiation> {
  double tau = 120;
  float cost = 0.5f;

  void fields(Fields& f) override {
    f({"tau", "min", "Appetite comes back with this time constant.", 0.01, 1e7}, tau);
    f({"cost", "logit", "Pull that an item loses for each like it just read; 0 switches it off.", 0,
       50},
      cost);
  }

  bool on() const { return cost > 0; }
  /// What is left after `minutes`.
  float kept(double minutes) const { return exp_fast(static_cast<float>(-minutes / tau)); }
};

}  // namespace infodiet
