#include "sim/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/env_batch.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {
namespace {

/// What finished episodes report, one row of doubles each: minutes, score, rewards, metrics.
class EpisodeTable {
 public:
  EpisodeTable(const Spec& spec, std::size_t episodes)
      : rewards_(spec.rewards.size()),
        width_(2 + spec.rewards.size() + spec.metrics.size()),
        values_(episodes * width_) {}

  void store(std::size_t row, const EpisodeRecord& record) {
    double* out = values_.data() + row * width_;
    *out++ = record.minutes;
    *out++ = record.score;
    out = std::copy(record.rewards.begin(), record.rewards.end(), out);
    std::copy(record.metrics.begin(), record.metrics.end(), out);
  }

  /// Sums of rows [begin, begin + count), in this order.
  struct Sums {
    double minutes = 0, score = 0;
    std::vector<double> rewards, metrics;
  };
  Sums sum(std::size_t begin, std::size_t count) const {
    std::vector<double> total(width_);
    for (std::size_t row = begin; row < begin + count; ++row) {
      for (std::size_t i = 0; i < width_; ++i) total[i] += values_[row * width_ + i];
    }
    const auto rewards = total.begin() + 2;
    const auto metrics = rewards + static_cast<std::ptrdiff_t>(rewards_);
    return {total[0], total[1], {rewards, metrics}, {metrics, total.end()}};
  }

 private:
  std::size_t rewards_, width_;
  std::vector<double> values_;
};

/// One piece of work: some environments of one seed, played by one agent.
struct Task {
  int agent, seed, first_env, envs;
};

/// Tasks in the order they are handed out: seed by seed, so that an interrupt leaves whole seeds.
std::vector<Task> make_tasks(int agents, const EvalPlan& plan) {
  std::vector<Task> tasks;
  for (int seed = 0; seed < plan.seeds; ++seed) {
    for (int agent = 0; agent < agents; ++agent) {
      for (int env = 0; env < plan.envs; env += plan.block_size)
        tasks.push_back({agent, seed, env, std::min(plan.block_size, plan.envs - env)});
    }
  }
  return tasks;
}

/// Plays one task. `store(env, episode, record)` is called for each finished episode.
/// @returns whether it came to its end
template <class Store>
bool play(const std::shared_ptr<const World>& world, const Agent& agent, const EvalPlan& plan,
          const Task& task, const std::atomic<bool>* cancel, const Store& store) {
  BatchOptions options;
  options.autoreset = Autoreset::kDisabled;
  options.tensors = agent.reads_tensors();
  options.block_size = task.envs;
  EnvBatch batch(world, task.envs, plan.first_seed + static_cast<std::uint64_t>(task.seed), options,
                 static_cast<std::uint32_t>(task.first_env));
  const std::size_t bytes = agent.memory_bytes();
  std::vector<std::byte> memory(bytes * task.envs);
  std::vector<int> played(task.envs);

  for (int running = task.envs; running > 0;) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return false;
    agent.act(batch.observations(), memory, batch.slates());
    batch.step_block(0);
    for (const EpisodeRecord& record : batch.finished(0)) {
      const int row = static_cast<int>(record.key.env) - task.first_env;
      store(task.first_env + row, played[row], record);
      if (++played[row] == plan.episodes_per_env) {
        --running;
        continue;
      }
      std::fill_n(memory.begin() + static_cast<std::ptrdiff_t>(bytes * row), bytes, std::byte{});
    }
    for (int row = 0; row < task.envs; ++row) {
      if (batch.ended()[row] != 0 && played[row] < plan.episodes_per_env) batch.reset_env(row);
    }
  }
  return true;
}

/// Whether a metric is a mean or a share already, so that summing it over a day means nothing.
bool is_mean(const std::string& metric) {
  return metric.starts_with("mean_") || metric.ends_with("_share");
}

/// One measure of one seed from the sums over its episodes.
double measured(const Measure& measure, const EpisodeTable::Sums& sums, const Spec& spec,
                double episodes) {
  const double per = spec.score_per == ScorePer::kDay ? sums.minutes / kMinutesPerDay : episodes;
  switch (measure.kind) {
    case Measure::Kind::kScore:
      return sums.score / per;
    case Measure::Kind::kReward:
      return sums.rewards[measure.index] / per;
    case Measure::Kind::kMetric:
      return sums.metrics[measure.index] / (is_mean(measure.name) ? episodes : per);
    case Measure::Kind::kValuePerMinuteRead:
      break;
  }
  const double minutes_read = sums.metrics[Spec::find(spec.metrics, "minutes_read")];
  return minutes_read > 0 ? sums.rewards[measure.index] / minutes_read
                          : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<std::string> agent_labels(const std::vector<Choice>& agents) {
  std::map<std::string, int> seen;
  std::vector<std::string> labels;
  for (const Choice& agent : agents) {
    const int count = ++seen[agent.name()];
    labels.push_back(count == 1 ? agent.name() : fmt::format("{}#{}", agent.name(), count));
  }
  return labels;
}

std::vector<Contestant> make_contestants(const std::vector<Choice>& agents, const Spec& spec) {
  const std::vector<std::string> labels = agent_labels(agents);
  std::vector<Contestant> contestants;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    try {
      contestants.push_back({labels[i], make_agent(agents[i], spec)});
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("eval.agents[{}] ({})", i, labels[i]), error.what());
    }
  }
  return contestants;
}

EvalPlan make_plan(const RunConfig& run, const EvalConfig& eval) {
  EvalPlan plan;
  plan.first_seed = run.seed;
  plan.seeds = eval.seeds > 0 ? eval.seeds : run.seeds;
  plan.envs = eval.envs > 0 ? eval.envs : eval.episodes;
  plan.episodes_per_env = (eval.episodes - 1) / plan.envs + 1;

  // every episode leaves a row in memory, and tasks are counted in an int
  const double rows =
      static_cast<double>(eval.agents.size()) * plan.seeds * plan.envs * plan.episodes_per_env;
  if (rows > 2e7) {
    throw Error(ErrorCode::kConfig, "eval.episodes, run.seeds",
                fmt::format("{} agents x {} seeds x {} episodes are {:.3g} episodes (allowed: 2e7)",
                            eval.agents.size(), plan.seeds,
                            static_cast<double>(plan.envs) * plan.episodes_per_env, rows));
  }
  if (plan.first_seed + static_cast<std::uint64_t>(plan.seeds - 1) < plan.first_seed) {
    throw Error(
        ErrorCode::kConfig, "run.seed",
        fmt::format("{} seeds from {} on go past the largest (allowed: up to {})", plan.seeds,
                    plan.first_seed, std::numeric_limits<std::uint64_t>::max()));
  }
  return plan;
}

int num_tasks(std::size_t agents, const EvalPlan& plan) {
  const int blocks = (plan.envs - 1) / plan.block_size + 1;
  return static_cast<int>(agents) * plan.seeds * blocks;
}

std::vector<Measure> measures_of(const Spec& spec) {
  using Kind = Measure::Kind;
  const std::string per = spec.score_per == ScorePer::kDay ? "/day" : "/episode";
  const auto rate = [&per](const std::string& unit) {
    return unit.empty() || unit == "-" ? "1" + per : unit + per;
  };

  // the score has the unit of its parts, if they agree
  std::string score_unit;
  for (const RewardPart& part : spec.rewards) {
    if (part.weight != 0 && score_unit.empty()) score_unit = part.unit;
    if (part.weight != 0 && part.unit != score_unit) score_unit = "-";
  }
  std::vector<Measure> measures = {{"score", rate(score_unit), Kind::kScore, 0}};
  for (std::size_t i = 0; i < spec.rewards.size(); ++i) {
    measures.push_back(
        {spec.rewards[i].name, rate(spec.rewards[i].unit), Kind::kReward, static_cast<int>(i)});
  }
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const Feature& metric = spec.metrics[i];
    measures.push_back({metric.name, is_mean(metric.name) ? metric.unit : rate(metric.unit),
                        Kind::kMetric, static_cast<int>(i)});
  }
  const auto value = std::find_if(spec.rewards.begin(), spec.rewards.end(),
                                  [](const RewardPart& part) { return part.name == "value"; });
  if (value != spec.rewards.end() && Spec::find(spec.metrics, "minutes_read") >= 0) {
    measures.push_back({"value_per_minute_read", value->unit + "/min", Kind::kValuePerMinuteRead,
                        static_cast<int>(value - spec.rewards.begin())});
  }
  return measures;
}

std::vector<int> Evaluation::common_seeds() const {
  std::vector<int> common;
  for (int seed = 0; seed < plan.seeds; ++seed) {
    bool all = true;
    for (std::size_t agent = 0; agent < agents.size(); ++agent)
      all = all && is_played(static_cast<int>(agent), seed);
    if (all) common.push_back(seed);
  }
  return common;
}

std::vector<double> Evaluation::over_seeds(int agent, int measure) const {
  std::vector<double> out;
  for (const int seed : common_seeds()) {
    const double v = value(agent, seed, measure);
    if (!std::isnan(v)) out.push_back(v);
  }
  return out;
}

Interval Evaluation::difference(int agent, int reference, int measure) const {
  std::vector<double> values_here, values_there;
  for (const int seed : common_seeds()) {
    const double here = value(agent, seed, measure), there = value(reference, seed, measure);
    if (std::isnan(here) || std::isnan(there)) continue;
    values_here.push_back(here);
    values_there.push_back(there);
  }
  return paired_interval(values_here, values_there);
}

int Evaluation::find(const std::string& measure) const {
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (measures[i].name == measure) return static_cast<int>(i);
  }
  return -1;
}

Evaluation evaluate(const std::shared_ptr<const World>& world,
                    const std::vector<Contestant>& agents, const EvalPlan& plan, Workers& workers,
                    const std::atomic<bool>* cancel, const EvalProgress& progress) {
  const Spec& spec = world->spec();
  const std::vector<Task> tasks = make_tasks(static_cast<int>(agents.size()), plan);
  const int count = static_cast<int>(tasks.size());
  const std::size_t per_env = plan.episodes_per_env;
  const std::size_t per_seed = plan.envs * per_env;
  EpisodeTable episodes(spec, agents.size() * plan.seeds * per_seed);
  std::vector<std::uint8_t> done(count);

  // A task writes only the rows of its own episodes; the sums are taken afterwards, in one order.
  std::atomic<int> next = 0, finished = 0;
  workers.for_each(count, [&](int) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) return;
    const int index = next++;  // in the order of the list, whichever way blocks are handed out
    const Task& task = tasks[index];
    const std::size_t row_of_seed = (static_cast<std::size_t>(task.agent) * plan.seeds + task.seed);
    const auto store = [&](int env, int episode, const EpisodeRecord& record) {
      episodes.store(row_of_seed * per_seed + env * per_env + episode, record);
    };
    try {
      done[index] = play(world, *agents[task.agent].agent, plan, task, cancel, store) ? 1 : 0;
    } catch (const Error& error) {
      throw Error(error.code(), "agent '" + agents[task.agent].label + "'", error.what());
    }
    if (done[index] != 0 && progress) progress(++finished, count);
  });

  Evaluation result;
  result.world = spec.world;
  result.score_per = spec.score_per;
  result.notes = spec.notes;
  result.rewards = spec.rewards;
  result.plan = plan;
  result.measures = measures_of(spec);
  result.played.assign(agents.size() * plan.seeds, 1);
  for (const Contestant& agent : agents) result.agents.push_back(agent.label);
  for (int i = 0; i < count; ++i) {
    if (done[i] != 0) continue;
    result.played[tasks[i].agent * plan.seeds + tasks[i].seed] = 0;
    result.interrupted = true;
  }
  for (std::size_t row = 0; row < result.played.size(); ++row) {
    const EpisodeTable::Sums sums = episodes.sum(row * per_seed, per_seed);
    for (const Measure& measure : result.measures) {
      result.values.push_back(result.played[row] != 0
                                  ? measured(measure, sums, spec, static_cast<double>(per_seed))
                                  : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return result;
}

}  // namespace infodiet
