#pragma once

#include "env/core/fields.hpp"

namespace infodiet {

/// What it costs to be interrupted.
///
///   debit of a push that shows something = cost busy(t) (1 - o + lost_cost o)     [am]
///
/// Source: 64 s to recover from an email, Jackson, Dawson & Wilson 2001. (The "23 minutes" that are
/// often quoted come from an interview.) Neutral: cost 0.
struct Interruptions : ConfigOf<Interruptions> {
  double cost = 64;

  void fields(Fields& f) override {
    f({"cost", "s", "Attention that a push costs a person who is fully busy.", 0, 36000}, cost);
  }
};

}  // namespace infodiet
