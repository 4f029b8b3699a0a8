#pragma once

#include <algorithm>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Interests move with what is read, and slowly return.
///
///   theta_t += rate rho x phi_t after reading a share rho of an item
///   x = clamp(delta V / (W m) - 1, -1, 1): a reading worth more than a minute elsewhere draws the
///       person on, one worth less puts him off
///   theta_t - theta0_t fades as e^(-days / tau)
///
/// Sources: exposure moves preference along what was shown, Dean & Morgenstern 2022,
/// arXiv:2205.13026; exposure, conditioning and adaptation are different mechanisms, Curmei, Haupt,
/// Recht & Hadfield-Menell 2022, arXiv:2208.01534: x is conditioning, rate without x would be mere
/// exposure. The bounded form and its constants are ours. Neutral, and the default: rate 0.
struct Drift : ConfigOf<Drift> {
  float rate = 0;
  double tau = 30;

  void fields(Fields& f) override {
    f({"rate", "logit", "Change of interest from one whole reading.", 0, 50}, rate);
    f({"tau", "d", "Interests return with this time constant.", 0.001, 1e5}, tau);
  }

  bool on() const { return rate > 0; }
  float kept(double minutes) const {
    return on() ? exp_fast(static_cast<float>(-minutes / (1440 * tau))) : 1.0f;
  }
  /// x
  /// @param value    delta V [wsm]
  /// @param outside  W m [wsm]
  static float experience(float value, float outside) {
    const float net = value - outside;
    return outside > 0 ? std::clamp(net / outside, -1.0f, 1.0f) : (net > 0 ? 1.0f : 0.0f);
  }
};

}  // namespace infodiet
