#include "sim/tuning/tune_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/csv.hpp"
#include "sim/eval_report.hpp"
#include "sim/statistics.hpp"

namespace infodiet {
namespace {

constexpr int kShown = 5;  // of the best

std::string per(const Spec& spec) { return spec.score_per == ScorePer::kDay ? "day" : "episode"; }

/// Two digits of the half width.
std::string with_error(const Interval& interval) {
  if (!interval.known() || interval.half_width() <= 0)
    return fmt::format("{:.4g}", interval.estimate);
  const int digits =
      std::clamp(1 - static_cast<int>(std::floor(std::log10(interval.half_width()))), 0, 6);
  return fmt::format("{:.{}f} ± {:.{}f}", interval.estimate, digits, interval.half_width(), digits);
}

Interval interval_of(const std::vector<double>& scores) {
  return mean_interval(scores, kReportLevel);
}

std::string name_of(const TuneTask& task, int candidate) {
  switch (task.candidates[candidate].from) {
    case Candidate::From::kDefaults:
      return fmt::format("#{} defaults", candidate);
    case Candidate::From::kGiven:
      return fmt::format("#{} given", candidate);
    case Candidate::From::kDrawn:
      break;
  }
  return fmt::format("#{}", candidate);
}

const char* origin_of(const Candidate& candidate) {
  switch (candidate.from) {
    case Candidate::From::kDefaults:
      return "defaults";
    case Candidate::From::kGiven:
      return "given";
    case Candidate::From::kDrawn:
      break;
  }
  return "drawn";
}

/// The best, and the defaults wherever they came.
std::vector<int> shown(const TuneResult& result) {
  std::vector<int> out(
      result.ranking.begin(),
      result.ranking.begin() + std::min<std::ptrdiff_t>(kShown, std::ssize(result.ranking)));
  if (std::find(out.begin(), out.end(), 0) == out.end()) out.push_back(0);
  return out;
}

/// A thin space is not for terminals: 19'968 as 19968.
std::string number(double value) { return fmt::format("{:.7g}", value); }

Table table_with(const TuneTask& task, const TuneResult& result, const Spec& spec,
                 std::size_t num_knobs) {
  const std::string unit = "per " + per(spec);
  std::vector<Table::Column> columns = {
      {"settings", "", true}, {"score", unit}, {"seeds"}, {"score on fresh seeds", unit}};
  const std::vector<Knob> knobs = knobs_of(task.candidates[0].agent);
  for (std::size_t i = 0; i < num_knobs; ++i) {
    std::string title = knobs[i].key;
    std::replace(title.begin(), title.end(), '_', ' ');
    columns.push_back({title, knobs[i].unit});
  }
  Table table(columns);
  for (const int candidate : shown(result)) {
    const TrialResult& trial = result.trials[candidate];
    std::string again;
    if (candidate == 0 && !result.defaults_again.empty())
      again = with_error(interval_of(result.defaults_again));
    if (candidate == result.winner() && !result.winner_again.empty())
      again = with_error(interval_of(result.winner_again));
    std::vector<std::string> cells = {
        name_of(task, candidate), trial.scores.empty() ? "" : with_error(trial.interval()),
        trial.scores.empty() ? "" : std::to_string(trial.scores.size()), again};
    const std::vector<Knob> values = knobs_of(task.candidates[candidate].agent);
    for (std::size_t i = 0; i < num_knobs; ++i) cells.push_back(values[i].value);
    table.add_row(std::move(cells));
  }
  return table;
}

}  // namespace

Table plan_table(const TunePlan& plan) {
  std::vector<Table::Column> columns = {{"round", "", true}, {"candidates"}, {"seeds"}};
  if (plan.trains()) {
    for (const char* title : {"trainings", "decisions of each", "decisions"})
      columns.push_back({title});
  }
  columns.push_back({"episodes on each"});
  columns.push_back({plan.trains() ? "days of these" : "days", "d"});
  Table table(columns);
  const auto add = [&](const std::string& name, const std::string& candidates, int seeds,
                       double plays, bool is_sum) {
    std::vector<std::string> cells = {name, candidates, std::to_string(seeds)};
    if (plan.trains()) {
      cells.push_back(number(plays));
      cells.push_back(is_sum ? "" : std::to_string(plan.decisions));
      cells.push_back(fmt::format("{:.0f}", plays * plan.play_cost()));
    }
    cells.push_back(is_sum ? "" : std::to_string(plan.episodes));
    cells.push_back(number(plays * plan.days_per_seed));
    table.add_row(std::move(cells));
  };
  const auto add_round = [&](const std::string& name, const TuneRound& round) {
    add(name, std::to_string(round.candidates), round.seeds,
        double{1} * round.candidates * round.seeds, false);
  };
  for (std::size_t i = 0; i < plan.rounds.size(); ++i)
    add_round(std::to_string(i + 1), plan.rounds[i]);
  if (plan.recheck.seeds > 0)
    add_round(
        plan.recheck.candidates > 1 ? "recheck of winner and defaults" : "score of the settings",
        plan.recheck);
  add("in all", "", plan.seeds(), plan.plays(), true);
  return table;
}

Table tune_table(const TuneTask& task, const TuneResult& result, const Spec& spec, int max_width) {
  std::size_t num_knobs = knobs_of(task.candidates[0].agent).size();
  Table table = table_with(task, result, spec, num_knobs);
  while (num_knobs > 0 && table.width() > max_width)
    table = table_with(task, result, spec, --num_knobs);
  return table;
}

std::string tune_notes(const TuneTask& task, const TuneResult& result, const Spec& spec) {
  std::string out =
      fmt::format("Mean ± half width of the {:.0f} % interval over seeds of {} episodes.\n",
                  100 * kReportLevel, task.plan.episodes);
  if (task.training) {
    out += fmt::format(
        "For every seed it was trained anew, by {} decisions: {} days in all, scoring included.\n",
        task.plan.decisions, number(result.days));
  }
  if (task.plan.rounds.empty())
    return out + fmt::format("'{}' has no knobs to turn: it was scored as it is.\n", task.agent);
  if (result.winner() == 0) return out + "Nothing that was tried did better than the defaults.\n";
  if (result.winner_again.empty())
    return out + "The best of many was lucky, too, and was not scored again: expect less of it.\n";
  const double before = result.trials[result.winner()].interval().estimate;
  const double after = interval_of(result.winner_again).estimate;
  out += fmt::format(
      "The best of many was lucky, too: on seeds that had no part in the choice it scored {:.4g} "
      "{}.\n",
      std::abs(before - after), after < before ? "less" : "more");
  const Interval gain = paired_interval(result.winner_again, result.defaults_again, kReportLevel);
  return out + fmt::format("There it gains {} per {} over the defaults, seed by seed.\n",
                           with_error(gain), per(spec));
}

std::string score_text(const std::vector<double>& scores, const Spec& spec) {
  return fmt::format("{} per {}", with_error(interval_of(scores)), per(spec));
}

std::string trials_csv(const std::vector<Tuned>& tuned) {
  std::size_t rounds = 0;
  std::vector<std::string> keys;
  for (const Tuned& agent : tuned) {
    rounds = std::max(rounds, agent.task.plan.rounds.size());
    for (const Knob& knob : knobs_of(agent.task.candidates[0].agent)) {
      if (std::find(keys.begin(), keys.end(), knob.key) == keys.end()) keys.push_back(knob.key);
    }
  }
  std::string out = "agent,candidate,from,rank,seeds,days,score,low,high";
  for (std::size_t i = 1; i <= rounds; ++i) out += fmt::format(",mean_{}", i);
  for (const std::string& key : keys) out += ',' + csv_text(key);
  out += '\n';
  for (const Tuned& agent : tuned) {
    const std::vector<int>& ranking = agent.result.ranking;
    for (std::size_t i = 0; i < ranking.size(); ++i) {
      const int candidate = ranking[i];
      const TrialResult& trial = agent.result.trials[candidate];
      const Interval score = trial.interval();
      out += fmt::format("{},{},{},{},{},{},{},{},{}", csv_text(agent.task.agent), candidate,
                         origin_of(agent.task.candidates[candidate]), i + 1, score.count,
                         csv_number(trial.days), csv_number(score.estimate), csv_number(score.low),
                         csv_number(score.high));
      for (std::size_t round = 0; round < rounds; ++round)
        out += ',' + (round < trial.means.size() ? csv_number(trial.means[round]) : "");
      const std::vector<Knob> knobs = knobs_of(agent.task.candidates[candidate].agent);
      for (const std::string& key : keys) {
        const auto knob = std::find_if(knobs.begin(), knobs.end(),
                                       [&key](const Knob& k) { return k.key == key; });
        out += ',' + (knob == knobs.end() ? "" : csv_text(knob->value));
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace infodiet
