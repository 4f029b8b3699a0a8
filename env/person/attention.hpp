#pragma once

#include <algorithm>

#include "env/core/fields.hpp"

namespace infodiet {

/// Attention balance: a stock of attention-minutes that refills slowly and that everything shown,
/// read or interrupting draws on. Below zero is attention debt, and in debt things pass unnoticed.
///
///   dA/dt = kappa (1 - tired) [awake] - [reading],   A in [-1.5 A_ref, A_max]   [am]
///           tired: what fatigue takes (fatigue.hpp)
///   o     = clamp(-A / A_ref, 0, 1)      overload share: what part of the shown is lost
///   O     = integral of o over awake time                               [overload-minutes]
///   P(an item registers) = 1 - o
///
/// If what arrives asks for more than kappa, A settles where (1 - o) * demand = kappa: responses
/// are flat up to the capacity and fall as 1 / rate beyond. That knee is published:
/// Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838 (about 30 items/h).
/// kappa = 5 am/h is 30 items/h of 10 s. The equation is ours. `lost_cost` is 0 so that the fall is
/// 1 / rate at any rate: were what is lost to cost a tenth of what is seen, responses would end
/// altogether at ten times the capacity, which nobody has observed.
/// Neutral: kappa = .inf; then A = A_max for ever and o = 0.
struct Attention : ConfigOf<Attention> {
  double kappa = 5;
  double reference = 10;
  double most = 30;
  double glance = 4;
  double lost_cost = 0;

  void fields(Fields& f) override {
    f({"kappa", "am/h", "Attention regained per hour awake; .inf switches overload off.", 0},
      kappa);
    f({"reference", "am", "Attention debt at which everything shown is lost.", 0.01, 1e6},
      reference);
    f({"most", "am", "The balance rises no higher.", 0, 1e6}, most);
    f({"glance", "s", "Attention that looking at one shown item costs.", 0, 3600}, glance);
    f({"lost_cost", "-", "What an item or push that is lost costs, as a share of one that is not.",
       0, 1},
      lost_cost);
  }

  bool limited() const { return kappa < kInfinity; }
  double least() const { return -1.5 * reference; }
  double initial() const { return limited() ? 0 : most; }

  double overload(double balance) const { return std::clamp(-balance / reference, 0.0, 1.0); }

  /// am per min of an awake person
  /// @param tired  share of the refill that fatigue takes
  double rate(bool reading, double tired) const {
    return kappa / 60 * (1 - tired) - (reading ? 1.0 : 0.0);
  }

  double after(double balance, double rate, double minutes) const {
    if (!limited()) return most;
    return std::clamp(balance + rate * minutes, least(), most);
  }

  double debited(double balance, double am) const {
    if (!limited()) return most;
    return std::max(balance - am, least());
  }

  /// The exact integral of the overload share over `minutes` in which the balance starts at
  /// `balance` and moves at `rate`. The bounds of A lie outside (-A_ref, 0), so they do not matter.
  double overload_minutes(double balance, double rate, double minutes) const {
    if (!limited()) return 0;
    const double end = balance + rate * minutes;
    if (balance >= 0 && end >= 0) return 0;
    if (balance <= -reference && end <= -reference) return minutes;
    // the parts of the line above 0, between, and below -A_ref, as shares of the way
    const double high = std::max(balance, end);
    const double low = std::min(balance, end);
    const double top = std::min(high, 0.0);
    const double bottom = std::max(low, -reference);
    if (high - low < 1e-12) return overload(balance) * minutes;
    const double per_am = minutes / (high - low);
    const double middle = (top - bottom) * (-(top + bottom) / (2 * reference));
    const double lost = std::max(0.0, -reference - low);
    return per_am * (middle + lost);
  }
};

}  // namespace infodiet
