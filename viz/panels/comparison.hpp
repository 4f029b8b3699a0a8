#pragma once

#include <span>

#include "viz/model.hpp"

namespace infodiet::viz {

/// What one side came to until a decision, per simulated day where it says so.
struct Tally {
  double score = 0, per_day = 0, days = 0;
  double read_per_day = 0, shown_per_day = 0, lost = 0, balance = 0;

  static Tally of(const Model& model, int side) {
    Tally t;
    const auto records = model.sides[side].log.records();
    const int end = std::min(model.shown(side) + 1, static_cast<int>(records.size()));
    if (end == 0) return t;
    double read = 0, shown = 0, lost_minutes = 0, minutes = 0;
    const int lost = model.columns.person.overload, balance = model.columns.person.balance;
    for (int i = 0; i < end; ++i) {
      t.score += model.score(records[i]);
      read += double{records[i].read};
      shown += records[i].shown;
      minutes += double{records[i].passed};
      if (lost >= 0) lost_minutes += double{records[i].passed} * double{records[i].person[lost]};
    }
    t.days = std::max(minutes / 1440, 1e-9);
    t.per_day = t.score / t.days;
    t.read_per_day = read / t.days;
    t.shown_per_day = shown / t.days;
    t.lost = lost_minutes / std::max(minutes, 1e-9);
    t.balance = balance >= 0 ? double{records[end - 1].person[balance]} : StepRecord::kNone;
    return t;
  }
};

}  // namespace infodiet::viz
