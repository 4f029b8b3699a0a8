#pragma once

#include <span>
#include <vector>

// How long people stay, where some were still there when the watching ended.

namespace infodiet {

/// How long one person was watched, and what ended that: the event, or the end of the watching
/// (then the time is censored: the event came later, or never).
struct Lifetime {
  double time = 0;
  bool event = false;
};

/// A step of the survival curve, at a time when the event came to somebody. The curve is 1 before
/// the first step, and level from each to the next.
struct SurvivalStep {
  double time = 0;
  int at_risk = 0;            ///< still watched, and still without the event, just before
  int events = 0;             ///< how many it came to
  double survival = 1;        ///< S just after
  double standard_error = 0;  ///< of S, Greenwood's; NaN once S = 0
  double low = 1, high = 1;   ///< interval of S; NaN once S = 0
};

/// The Kaplan-Meier estimate of S(t) = P(the event comes after t):
///
///   S(t) = product over event times t_i <= t of (1 - d_i / n_i)
///   se^2 = S^2 g,   g = sum over t_i <= t of d_i / (n_i (n_i - d_i))     Greenwood's formula
///   interval: S^exp(+-z sqrt(g) / ln S), from that of ln(-ln S), so that it stays within [0, 1]
///
/// with d_i events among n_i at risk. Times that end without the event at t_i are still at risk
/// there. Whatever ends the watching must be unrelated to how soon the event would have come. The
/// interval takes lifetimes for independent.
///
/// Sources: Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452; Greenwood 1926, Reports on
/// Public Health and Medical Subjects 33; the interval: Kalbfleisch & Prentice 1980, "The
/// statistical analysis of failure time data".
/// @throws Error kShape if a time is below 0 or not finite
std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> lifetimes, double level = 0.95);

}  // namespace infodiet
