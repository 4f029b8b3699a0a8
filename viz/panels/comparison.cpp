#include "viz/panels/comparison.hpp"

#include <algorithm>
#include <limits>

namespace infodiet::viz {
namespace {

/// When the last decision of a side is through [min].
double end_of(const EpisodeLog& log) {
  if (log.empty()) return 0;
  const StepRecord& last = log.records().back();
  return last.minutes + double{last.passed};
}

double common_end(const Model& model) {
  double end = std::numeric_limits<double>::infinity();
  for (const Side& side : model.sides) end = std::min(end, end_of(side.log));
  return end;
}

}  // namespace

Tally Tally::of(const Model& model, int side) {
  Tally t;
  t.parts.assign(model.weights.size(), 0.0);
  const auto records = model.sides[side].log.records();
  const int most = std::min(model.shown(side) + 1, static_cast<int>(records.size()));
  const double until = common_end(model);
  double read = 0, shown = 0, lost_minutes = 0, minutes = 0;
  const int lost = model.columns.person.overload, balance = model.columns.person.balance;
  t.balance = StepRecord::kNone;
  for (int i = 0; i < most && records[i].minutes < until; ++i) {
    const StepRecord& record = records[i];
    t.score += model.score(record);
    for (std::size_t p = 0; p < std::min(t.parts.size(), record.rewards.size()); ++p)
      t.parts[p] += double{record.rewards[p]};
    read += double{record.read};
    shown += record.shown;
    minutes += double{record.passed};
    if (lost >= 0) lost_minutes += double{record.passed} * double{record.person[lost]};
    if (balance >= 0) t.balance = double{record.person[balance]};
  }
  if (most == 0) return t;
  t.days = std::max(minutes / 1440, 1e-9);
  t.per_day = t.score / t.days;
  t.read_per_day = read / t.days;
  t.shown_per_day = shown / t.days;
  t.lost = lost_minutes / std::max(minutes, 1e-9);
  return t;
}

bool ends_here(const Model& model, int side) {
  const EpisodeLog& log = model.sides[side].log;
  if (log.empty() || model.shown(side) < log.size() - 1) return false;
  if (!model.is_recorded() && !log.records().back().has(StepRecord::kEnded)) return false;
  const double end = end_of(log);
  return std::any_of(model.sides.begin(), model.sides.end(),
                     [end](const Side& other) { return end_of(other.log) > end; });
}

}  // namespace infodiet::viz
