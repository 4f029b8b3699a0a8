#pragma once

#include "env/core/fields.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// Something that gets between a person and what he reads, as advertisements do, from some day on.
///
///   m = min(D, length, T),  T ~ Exp(rate (1 - stay))           what he reads  [min]
///   m (1 + rate minutes)                                       what it takes  [min]
///
/// They come at `rate` while he reads; each takes `minutes` of him, worth nothing, and he reads on
/// with probability `stay`. Those he sat through are taken at their mean.
///
/// For studies of how use answers to a nuisance in the short and in the long run (Huang, Reiley &
/// Riabov 2018, Pandora's experiment). Ours. Neutral, and the default: rate 0.
struct Adverts : ConfigOf<Adverts> {
  double rate = 0;
  double minutes = 1;
  double stay = 0.9;
  double from = 0;

  void fields(Fields& f) override {
    f({"rate", "1/min", "How often an advert comes while he reads.", 0, 1e4}, rate);
    f({"minutes", "min", "How long one takes.", 0, 60}, minutes);
    f({"stay", "-", "How often he reads on after one.", 0, 1}, stay);
    f({"from", "d", "Day of the episode from which on there are any.", 0, 1e5}, from);
  }

  bool on(double day) const { return rate > 0 && day >= from; }

  /// How much of `reading` is read.
  /// @param exponential  -ln of a uniform number
  float cut(float reading, float exponential) const {
    const auto ends = static_cast<float>(rate * (1 - stay));
    return reading * ends > exponential ? exponential / ends : reading;
  }

  /// Time that adverts take of `reading` [min].
  float taken(float reading) const { return static_cast<float>(rate * minutes) * reading; }
};

}  // namespace infodiet
