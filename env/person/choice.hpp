#pragma once

#include <cmath>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Which of the items that registered is taken up, if any.
///
///   U_i    = u0 + b_appeal a_i + b_interest theta . phi_i + b_worth y_i - eta ln(1 + rank)
///   U_none = 0
///   P(i)   = exp(U_i) / (1 + sum over registered j of exp(U_j))
///
/// y is the expected well-spent share (see Knowledge), theta the pull of each topic.
/// Source: conditional logit, McFadden 1974; the position term gives the rank slope of -1.1
/// measured by eye tracking (the examination vector of the position-based click model). Appeal
/// beside worth: two selves, Kleinberg, Mullainathan & Raghavan 2022, arXiv:2202.11776.
struct ChoiceModel : ConfigOf<ChoiceModel> {
  float base = -2.2f;
  float appeal = 0.5f;
  float interest = 1.0f;
  float worth = 2.0f;
  float position = 1.15f;

  void fields(Fields& f) override {
    f({"base", "logit", "Pull of an item with nothing to it; 0 is the pull of choosing nothing.",
       -50, 50},
      base);
    f({"appeal", "logit", "Pull of one standard deviation of appeal.", -50, 50}, appeal);
    f({"interest", "logit", "Pull of interest in the item's topics.", -50, 50}, interest);
    f({"worth", "logit", "Pull of expected worth.", -50, 50}, worth);
    f({"position", "logit", "How fast the pull falls with the logarithm of the place in the slate.",
       0, 50},
      position);
  }

  /// exp(U_i) of an item in place `rank` (from 0).
  float weight(float item_appeal, float item_interest, float item_worth, int rank) const {
    const float u = base + appeal * item_appeal + interest * item_interest + worth * item_worth -
                    position * log_fast(static_cast<float>(1 + rank));
    return exp_fast(u);
  }
};

}  // namespace infodiet
