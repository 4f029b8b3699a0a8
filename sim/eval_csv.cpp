#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/csv.hpp"
#include "sim/eval_report.hpp"

// The results of an evaluation as comma-separated values.

namespace infodiet {

std::string scores_csv(const Evaluation& evaluation) {
  std::string out = "agent,seed,metric,value,unit\n";
  for (int agent = 0; agent < static_cast<int>(evaluation.agents.size()); ++agent) {
    for (int seed = 0; seed < evaluation.plan.seeds; ++seed) {
      if (!evaluation.is_played(agent, seed)) continue;
      for (std::size_t i = 0; i < evaluation.measures.size(); ++i) {
        out += fmt::format("{},{},{},{},{}\n", csv_text(evaluation.agents[agent]),
                           evaluation.plan.first_seed + static_cast<std::uint64_t>(seed),
                           csv_text(evaluation.measures[i].name),
                           csv_number(evaluation.value(agent, seed, static_cast<int>(i))),
                           csv_text(evaluation.measures[i].unit));
      }
    }
  }
  return out;
}

std::string retention_csv(const Evaluation& evaluation) {
  std::string out = "agent,event,day,at_risk,survival,low,high\n";
  const std::size_t num_events = evaluation.events.size();
  for (std::size_t i = 0; i < evaluation.lifetimes.size(); ++i) {
    const std::vector<Lifetime>& lifetimes = evaluation.lifetimes[i];
    if (lifetimes.empty()) continue;  // the agent has played no seed to its end
    const std::string curve = csv_text(evaluation.agents[i / num_events]) + ',' +
                              csv_text(evaluation.events[i % num_events]);
    const auto line = [&out, &curve](const SurvivalStep& step) {
      out += fmt::format("{},{},{},{},{},{}\n", curve, csv_number(step.time), step.at_risk,
                         csv_number(step.survival), csv_number(step.low), csv_number(step.high));
    };

    const auto later = [](const Lifetime& a, const Lifetime& b) { return a.time < b.time; };
    const double last = std::max_element(lifetimes.begin(), lifetimes.end(), later)->time;
    SurvivalStep now;
    now.at_risk = static_cast<int>(lifetimes.size());
    line(now);
    now.low = now.high = std::nan("");
    for (const SurvivalStep& step : kaplan_meier(lifetimes, kReportLevel)) line(now = step);
    if (now.time < last) {
      now.time = last;
      now.at_risk =
          static_cast<int>(std::count_if(lifetimes.begin(), lifetimes.end(),
                                         [last](const Lifetime& l) { return l.time == last; }));
      line(now);
    }
  }
  return out;
}

}  // namespace infodiet
