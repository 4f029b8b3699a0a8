#pragma once

#include <cmath>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// What is already known of a topic, and so what reading more of it is worth.
///
///   m minutes read     k_t' = 1 - (1 - k_t) exp(-q m phi_t / M)
///                      delta V = M sum_t w_t (k_t' - k_t)       [well-spent minutes]
///   between readings   k_t is forgotten (forgetting.hpp)
///   gap                G = sum_t w_t (1 - k_t) / sum_t w_t      brings the person back by himself
///   expected worth     y = (1/4 + q/2) sum_t phi_t w_t (1 - k_t): a headline shows half of q
///
/// A repeat adds next to nothing, so redundancy needs no penalty of its own. Source: probabilistic
/// coverage, El-Arini, Veda, Shahaf & Guestrin 2009, doi:10.1145/1557019.1557056, with minutes read
/// in place of documents.
/// Neutral: M = .inf; then k stays 0 and delta V = q m sum_t phi_t w_t. So it is taken from M = 1e6
/// on, where a reading differs from that by less than one part in a thousand.
struct Knowledge : ConfigOf<Knowledge> {
  double minutes_per_topic = 20;

  void fields(Fields& f) override {
    f({"minutes_per_topic", "min",
       "M: minutes of full quality that teach 63 % of a topic; .inf switches knowledge off.", 0.01},
      minutes_per_topic);
  }

  bool limited() const { return minutes_per_topic < 1e6; }

  /// k' - k of one topic.
  /// @param dose  q m phi_t: full-quality minutes on this topic
  float gain(float known, float dose) const {
    return (1.0f - known) * one_minus_exp(dose / static_cast<float>(minutes_per_topic));
  }

  /// q as the headline shows it.
  static float seen_quality(float quality) { return 0.25f + 0.5f * quality; }
};

}  // namespace infodiet
