#include "sim/eval_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/json_writer.hpp"

namespace infodiet {
namespace {

/// Columns that tell most about a diet, in this order, where a world has them.
constexpr std::array<const char*, 6> kTelling = {
    "value", "value_per_minute_read", "overload", "interruption", "sessions", "opted_out_share"};

/// Whether a measure lies between 0 and 1, and is read in per cent.
bool is_fraction(const Measure& measure) {
  return measure.name.ends_with("_share") || measure.kind == Measure::Kind::kSilencePrecision;
}

/// Which measures the table shows beside the score.
std::vector<int> shown_measures(const Evaluation& evaluation) {
  std::vector<int> shown;
  const auto show = [&shown](int measure) {
    if (measure >= 0 && std::find(shown.begin(), shown.end(), measure) == shown.end())
      shown.push_back(measure);
  };
  for (const char* name : kTelling) show(evaluation.find(name));
  const bool is_diet = !shown.empty();
  show(evaluation.find("score_worst_type"));

  // parts that count, unless the score is just one of them
  int paid = 0;
  bool is_scaled = false;
  for (const RewardPart& part : evaluation.rewards) {
    if (part.weight != 0) ++paid;
    is_scaled = is_scaled || (part.weight != 0 && part.weight != 1);
  }
  for (std::size_t i = 0; i < evaluation.measures.size(); ++i) {
    const Measure& measure = evaluation.measures[i];
    if (measure.kind == Measure::Kind::kReward && (paid > 1 || is_scaled) &&
        evaluation.rewards[measure.index].weight != 0)
      show(static_cast<int>(i));
    if (measure.kind == Measure::Kind::kMetric && !is_diet) show(static_cast<int>(i));
  }

  // who fares how, and what silence was worth, where the world can say
  using Kind = Measure::Kind;
  bool is_judged = false;
  const int precision = evaluation.find("silence_precision");
  for (std::size_t agent = 0; precision >= 0 && agent < evaluation.agents.size(); ++agent)
    is_judged = is_judged || !evaluation.over_seeds(static_cast<int>(agent), precision).empty();
  for (std::size_t i = 0; i < evaluation.measures.size(); ++i) {
    const Kind kind = evaluation.measures[i].kind;
    if (kind == Kind::kScoreOfType || kind == Kind::kScoreGapTypes ||
        (is_judged && (kind == Kind::kSilenceShare || kind == Kind::kSilencePrecision)))
      show(static_cast<int>(i));
  }
  return shown;
}

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// As many decimals as show two digits of the smallest half width (three digits of the numbers,
/// where there are no intervals), but no more than four digits of the largest number.
int decimals(const std::vector<Interval>& intervals, int allowed) {
  double largest = 0, smallest_half = kInfinity;
  for (const Interval& interval : intervals) {
    if (std::isfinite(interval.estimate)) largest = std::max(largest, std::abs(interval.estimate));
    if (interval.known() && interval.half_width() > 0)
      smallest_half = std::min(smallest_half, interval.half_width());
  }
  const auto places = [](double x) { return static_cast<int>(std::floor(std::log10(x))); };
  const int most = largest > 0 ? std::clamp(3 - places(largest), 0, allowed) : std::min(2, allowed);
  if (std::isinf(smallest_half))
    return largest > 0 ? std::clamp(2 - places(largest), 1, std::max(1, most)) : 0;
  return std::clamp(1 - places(smallest_half), 0, most);
}

/// The cells of one column: "31.4 ± 1.2", with the signs below one another.
std::vector<std::string> cells(const std::vector<Interval>& intervals, int allowed_decimals = 3) {
  const int digits = decimals(intervals, allowed_decimals);
  std::vector<std::string> halves;
  std::size_t width = 0;
  for (const Interval& interval : intervals) {
    halves.push_back(interval.known() ? fmt::format("{:.{}f}", interval.half_width(), digits) : "");
    width = std::max(width, halves.back().size());
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (!std::isfinite(intervals[i].estimate)) {
      out.emplace_back("-");
      continue;
    }
    std::string text = fmt::format("{:.{}f}", intervals[i].estimate, digits);
    if (text.find_first_not_of("-0.") == text.npos && text.front() == '-') text.erase(0, 1);
    if (width > 0) {
      text += halves[i].empty() ? std::string(width + 3, ' ')
                                : fmt::format(" ± {:>{}}", halves[i], width);
    }
    out.push_back(text);
  }
  return out;
}

std::vector<Interval> intervals_of(const Evaluation& evaluation, int measure) {
  std::vector<Interval> out;
  for (int agent = 0; agent < static_cast<int>(evaluation.agents.size()); ++agent)
    out.push_back(mean_interval(evaluation.over_seeds(agent, measure), kReportLevel));
  return out;
}

/// value - 0.5 overload
std::string formula(const std::vector<RewardPart>& rewards) {
  std::string out;
  for (const RewardPart& part : rewards) {
    if (part.weight == 0) continue;
    const double size = std::abs(part.weight);
    out += out.empty() ? (part.weight < 0 ? "-" : "") : part.weight < 0 ? " - " : " + ";
    if (size != 1) out += fmt::format("{} ", size);
    out += part.name;
  }
  return out.empty() ? "0" : out;
}

void add_interval(JsonWriter& json, const Interval& interval) {
  json.member("mean", interval.estimate)
      .member("low", interval.low)
      .member("high", interval.high)
      .member("seeds", interval.count);
}

}  // namespace

Table eval_table(const Evaluation& evaluation, int reference, int max_width) {
  const int num_agents = static_cast<int>(evaluation.agents.size());
  struct Shown {
    Table::Column column;
    std::vector<std::string> cells;
  };
  const auto shown_measure = [&](int measure) {
    const Measure& m = evaluation.measures[measure];
    std::vector<Interval> intervals = intervals_of(evaluation, measure);
    if (!is_fraction(m)) return Shown{{spaced(m.name), m.unit}, cells(intervals)};
    for (Interval& interval : intervals)
      for (double* number : {&interval.estimate, &interval.low, &interval.high}) *number *= 100;
    return Shown{{spaced(m.name), "%"}, cells(intervals, 0)};
  };

  std::vector<Shown> shown = {{{"agent", "", true}, evaluation.agents}, shown_measure(0)};
  std::vector<Interval> normalised;
  for (int agent = 0; agent < num_agents; ++agent)
    normalised.push_back(evaluation.normalised(agent));
  if (std::isfinite(normalised[0].estimate))
    shown.push_back({{"normalised", "-"}, cells(normalised)});
  for (const int measure : shown_measures(evaluation)) shown.push_back(shown_measure(measure));

  std::vector<Interval> differences;
  for (int agent = 0; agent < num_agents; ++agent)
    differences.push_back(evaluation.difference(agent, reference, 0));
  Shown last{{"score minus " + evaluation.agents[reference], evaluation.measures[0].unit},
             cells(differences)};
  last.cells[reference] = "reference";
  shown.push_back(std::move(last));

  while (true) {
    std::vector<Table::Column> columns;
    for (const Shown& one : shown) columns.push_back(one.column);
    Table table(std::move(columns));
    for (int agent = 0; agent < num_agents; ++agent) {
      std::vector<std::string> row;
      for (const Shown& one : shown) row.push_back(one.cells[agent]);
      table.add_row(std::move(row));
    }
    if (table.width() <= max_width || shown.size() <= 4) return table;
    shown.erase(shown.end() - 2);  // the one before the difference
  }
}

std::string eval_notes(const Evaluation& evaluation, int reference) {
  const EvalPlan& plan = evaluation.plan;
  const auto seeds = static_cast<int>(evaluation.common_seeds().size());
  const bool per_day = evaluation.score_per == ScorePer::kDay;
  std::string out = fmt::format("world {}: score = {}, per {}.\n", evaluation.world,
                                formula(evaluation.rewards), per_day ? "simulated day" : "episode");
  if (std::isfinite(evaluation.normalised(0).estimate)) {
    out += fmt::format("normalised: 0 = {}, 1 = {}, by their means here.\n", Evaluation::kZero,
                       Evaluation::kOne);
  }
  if (std::isfinite(evaluation.score_bound))
    out += fmt::format("bound: no policy can score above {:.4g}.\n", evaluation.score_bound);
  const int episodes = plan.envs * plan.episodes_per_env;
  if (seeds < 2) {
    out += fmt::format(
        "1 seed x {} episodes. One seed gives no interval: differences may be luck.\n"
        "Take ten or more (run.seeds, or eval.seeds if that is set).\n",
        episodes);
  } else {
    out += fmt::format(
        "{} seeds x {} episodes; mean ± half width of the {:.0f} % interval over seeds (Student's "
        "t).\nLast column: paired by seed against '{}', so that luck shared by both cancels.\n",
        seeds, episodes, 100 * kReportLevel, evaluation.agents[reference]);
    if (seeds < 10) {
      out +=
          "Fewer than 10 seeds: intervals are wide, and rough if scores are skewed.\n"
          "Take ten or more for results (run.seeds, or eval.seeds if that is set).\n";
    }
  }
  for (std::size_t i = 0; i < evaluation.measures.size(); ++i) {
    std::size_t fewest = static_cast<std::size_t>(seeds);
    for (std::size_t agent = 0; agent < evaluation.agents.size(); ++agent)
      fewest = std::min(fewest,
                        evaluation.over_seeds(static_cast<int>(agent), static_cast<int>(i)).size());
    if (fewest < static_cast<std::size_t>(seeds) && fewest > 0)
      out +=
          fmt::format("{}: for some agents on {} of {} seeds only; it does not exist on others.\n",
                      evaluation.measures[i].name, fewest, seeds);
  }
  if (evaluation.interrupted) {
    out +=
        fmt::format("Interrupted: {} of {} seeds were played by every agent.\n", seeds, plan.seeds);
  }
  for (const std::string& note : evaluation.notes) out += note + '\n';
  return out;
}

std::string eval_markdown(const Evaluation& evaluation, int reference) {
  std::string out = eval_table(evaluation, reference, 1000).markdown() + '\n';
  std::string notes = eval_notes(evaluation, reference);
  for (std::size_t end = notes.find('\n'); end != notes.npos; end = notes.find('\n')) {
    out += "- " + notes.substr(0, end) + '\n';
    notes.erase(0, end + 1);
  }
  return out;
}

std::string scores_json(const Evaluation& evaluation, int reference) {
  const EvalPlan& plan = evaluation.plan;
  const bool per_day = evaluation.score_per == ScorePer::kDay;
  JsonWriter json;
  json.begin_object()
      .member("format", "infodiet-scores-1")
      .member("world", evaluation.world)
      .member("score", formula(evaluation.rewards))
      .member("score_per", per_day ? "day" : "episode")
      .member("interrupted", evaluation.interrupted)
      .member("envs", plan.envs)
      .member("episodes_per_env", plan.episodes_per_env)
      .member("first_seed", plan.first_seed)
      .member("seeds", plan.seeds)
      .member("reference", evaluation.agents[reference])
      .member("score_bound", evaluation.score_bound)
      .begin_object("interval")
      .member("kind", "Student's t, over seeds")
      .member("level", kReportLevel)
      .end();
  json.begin_array("notes");
  for (const std::string& note : evaluation.notes) json.element(note);
  json.end();

  // the seeds that means and intervals rest on
  json.begin_array("common_seeds");
  for (const int seed : evaluation.common_seeds())
    json.element(plan.first_seed + static_cast<std::uint64_t>(seed));
  json.end().begin_array("agents");
  for (int agent = 0; agent < static_cast<int>(evaluation.agents.size()); ++agent) {
    json.begin_object().member("agent", evaluation.agents[agent]).begin_object("measures");
    for (int i = 0; i < static_cast<int>(evaluation.measures.size()); ++i) {
      json.begin_object(evaluation.measures[i].name).member("unit", evaluation.measures[i].unit);
      add_interval(json, mean_interval(evaluation.over_seeds(agent, i), kReportLevel));
      json.begin_array("per_seed");  // null: not played, or there is no such number
      for (int seed = 0; seed < plan.seeds; ++seed) json.element(evaluation.value(agent, seed, i));
      json.end();
      if (agent != reference) {
        json.begin_object("minus_reference");
        add_interval(json, evaluation.difference(agent, reference, i));
        json.end();
      }
      json.end();
    }
    json.end();
    const Interval normalised = evaluation.normalised(agent);
    if (std::isfinite(normalised.estimate)) {
      json.begin_object("normalised");
      add_interval(json, normalised);
      json.end();
    }
    json.end();
  }
  json.end().end();
  return json.text();
}

}  // namespace infodiet
