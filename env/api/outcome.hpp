#pragma once

namespace infodiet {

/// What showing one candidate alone, now, would come to: in expectation, seen from the hidden
/// state, over all that chance may still decide. Against showing nothing at this decision.
struct ExpectedOutcome {
  double probability = 0;  ///< that it is chosen
  double value = 0;        ///< [well-spent min]
  double minutes = 0;      ///< [min] read
  double attention = 0;    ///< [am] that showing and reading it take from the balance
  double overload = 0;     ///< [overload-min] it adds until the balance has recovered, if nothing
                           ///< else happened
  double net = 0;  ///< change of the score, with the price of the attention it takes; above 0 it is
                   ///< better shown than not
};

}  // namespace infodiet
