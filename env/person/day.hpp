#pragma once

#include <algorithm>
#include <cmath>

#include "env/core/fields.hpp"

namespace infodiet {

/// The person's day: awake from `wake` to `sleep`, and busy in office hours. Shapes of days differ
/// by type of person (person_types.hpp). Neutral: sleep = wake + 24; busy = idle.
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

  /// The same day so many hours later, as far as he still wakes between 0 h and 23 h.
  void shift(double hours) {
    hours = std::clamp(hours, -wake, 23 - wake);
    wake += hours;
    sleep += hours;
    busy_from = std::clamp(busy_from + hours, 0.0, 24.0);
    busy_to = std::clamp(busy_to + hours, 0.0, 24.0);
  }

  float disturbance(double minute) const {
    const double hour = (minute - 1440 * std::floor(minute / 1440)) / 60;
    const bool over_midnight = busy_from > busy_to;
    const bool from = hour >= busy_from;
    const bool to = hour < busy_to;
    return (over_midnight ? from || to : from && to) ? busy : idle;
  }

  /// Whether it is the hour before busy hours begin or the hour after they end.
  bool commuting(double minute) const {
    const auto in_hour_from = [minute](double hour) {
      const double since = minute / 60 - hour;
      return since - 24 * std::floor(since / 24) < 1;
    };
    return in_hour_from(busy_from - 1) || in_hour_from(busy_to);
  }
};

}  // namespace infodiet
