#pragma once

#include <string>
#include <vector>

#include "env/api/spec.hpp"
#include "sim/table.hpp"
#include "sim/tuning/tuner.hpp"

namespace infodiet {

/// What is played, round by round: candidates, seeds, days.
Table plan_table(const TunePlan& plan);

/// The best settings, the defaults among them, with scores on the seeds of tuning and of the
/// recheck, and one column per knob; knobs that find no room in `max_width` are left to trials.csv.
Table tune_table(const TuneTask& task, const TuneResult& result, const Spec& spec,
                 int max_width = 120);

/// What the numbers mean: how sure the gain is, and how much of it was luck.
std::string tune_notes(const TuneTask& task, const TuneResult& result, const Spec& spec);

/// "1.93 ± 0.05 per day"
std::string score_text(const std::vector<double>& scores, const Spec& spec);

/// An agent that has been tuned.
struct Tuned {
  TuneTask task;
  TuneResult result;

  const Choice& winner() const { return task.candidates[result.winner()].agent; }
};

/// All candidates of all agents: agent,candidate,from,rank,seeds,days,score,low,high, the mean
/// after each round, then a column per knob. What an agent does not have is empty.
std::string trials_csv(const std::vector<Tuned>& tuned);

}  // namespace infodiet
