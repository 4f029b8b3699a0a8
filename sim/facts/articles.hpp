#pragma once

#include "sim/facts/eyes.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {

/// A platform of articles, as facts about use over weeks and months meet it: items of 6 min, so
/// that people use it for about half an hour a day (50 min a day on Facebook's applications in
/// 2016); M 64, K 5, pushes at most every 40 min, nobody opts out; habit begins at that use.
inline FeedConfig articles(const FactSetting& setting, double days) {
  FeedConfig config = trial_config(setting, days);
  config.candidates = 64;
  config.push_interval = 40;
  stream_of(config).length = 6;
  config.person.annoyance.tolerance = kInfinity;
  config.person.habit.baseline = 40;
  return config;
}

}  // namespace infodiet
