#pragma once

#include <string>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Which of the items that registered is taken up, if any.
///
///   U_i    = base + interest theta . phi_i + worth y_i - position ln(1 + rank)
///            + temptation (temptation.hpp) - satiation (satiation.hpp) - fatigue (fatigue.hpp)
///   U_none = 0
///   one    P(i) = exp(U_i) / (1 + sum over registered j of exp(U_j)): one is read, or none
///   each   P(i) = sigma(U_i), each by itself: none, one or several are read, in their order
///
/// y is the expected well-spent share (knowledge.hpp), theta the pull of each topic. `each` is the
/// position-based model, in which items do not compete; it isolates what the place in a slate does.
/// Sources: conditional logit, McFadden 1974; `position` is fitted to a rank slope of -1.11, that
/// of the usual examination vector of the position-based click model.
struct ChoiceModel : ConfigOf<ChoiceModel> {
  std::string rule = "one";
  float base = -2.2f;
  float interest = 1.0f;
  float worth = 2.0f;
  float position = 1.15f;

  void fields(Fields& f) override {
    f({"rule",
       "",
       "one: items compete for one choice; each: every item is answered by itself.",
       -kInfinity,
       kInfinity,
       {"one", "each"}},
      rule);
    f({"base", "logit", "Pull of an item with nothing to it; 0 is the pull of choosing nothing.",
       -50, 50},
      base);
    f({"interest", "logit", "Pull of interest in the item's topics.", -50, 50}, interest);
    f({"worth", "logit", "Pull of expected worth.", -50, 50}, worth);
    f({"position", "logit", "How fast the pull falls with the logarithm of the place in the slate.",
       0, 50},
      position);
  }

  bool each() const { return rule == "each"; }

  /// exp(U_i) of an item in place `rank` (from 0).
  /// @param other  what temptation, satiation and fatigue add [logit]
  float weight(float item_interest, float item_worth, float other, int rank) const {
    const float u = base + interest * item_interest + worth * item_worth + other -
                    position * log_fast(static_cast<float>(1 + rank));
    return exp_fast(u);
  }
};

}  // namespace infodiet
