#pragma once

#include <algorithm>
#include <cmath>

#include "env/core/fields.hpp"

namespace infodiet {

/// The person's day: awake from `wake` to `sleep`, and busy in office hours.
struct Day : ConfigOf<Day> {
  double wake = 7;
  double sleep = 23;
  double busy_from = 9;
  double busy_to = 17;
  float busy = 0.8f;
  float idle = 0.3f;

  void fields(Fields& f) override {
    f({"wake", "h", "Hour of waking.", 0, 23}, wake);
    f({"sleep", "h", "Hour of falling asleep; wake + 24 means never.", 1, 47}, sleep);
    f({"busy_from", "h", "Busy hours begin.", 0, 24}, busy_from);
    f({"busy_to", "h", "Busy hours end.", 0, 24}, busy_to);
    f({"busy", "-", "How much an interruption disturbs in busy hours.", 0, 1}, busy);
    f({"idle", "-", "How much it disturbs at other times.", 0, 1}, idle);
  }
  void check(const Complain& complain) const override {
    if (sleep <= wake || sleep > wake + 24)
      complain("sleep", "must lie after wake, by 24 h at most");
  }

  /// Length of the waking period [min]; infinite for who never sleeps.
  double awake_minutes() const { return sleep < wake + 24 ? (sleep - wake) * 60 : kInfinity; }

  float disturbance(double minute) const {
    const double hour = (minute - 1440 * std::floor(minute / 1440)) / 60;
    const bool over_midnight = busy_from > busy_to;
    const bool from = hour >= busy_from;
    const bool to = hour < busy_to;
    return (over_midnight ? from || to : from && to) ? busy : idle;
  }
};

/// When the person comes back by himself, and when he leaves.
///
///   rate of return = (base + pull G) / (16 * 60)      [1/min awake], G the knowledge gap
///
/// Showing nothing is not free: who knows little comes to look. Rates per 16 waking hours; phones
/// are checked 50-80 times a day over all applications (Allcott, Gentzkow & Song 2022), of which
/// this is one. Leaving after nothing was found is patch leaving: Charnov 1976; Pirolli & Card
/// 1999.
struct Sessions : ConfigOf<Sessions> {
  double base = 5;
  double pull = 1;
  float leave_after_nothing = 0.35f;
  float leave_after_reading = 0.06f;

  void fields(Fields& f) override {
    f({"base", "1/16h", "Returns per 16 waking hours of a person who knows all.", 0, 1e4}, base);
    f({"pull", "1/16h", "Further returns of a person who knows nothing.", 0, 1e4}, pull);
    f({"leave_after_nothing", "-", "Probability of leaving after nothing was chosen.", 0, 1},
      leave_after_nothing);
    f({"leave_after_reading", "-", "Probability of leaving after a reading.", 0, 1},
      leave_after_reading);
  }

  /// 1/min
  double return_rate(double gap) const { return (base + pull * gap) / (16 * 60); }
};

}  // namespace infodiet
