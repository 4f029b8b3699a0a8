#include "sim/score_matrix.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/philox.hpp"

namespace infodiet {
namespace {

void check_shape(const ScoreMatrix& scores) {
  if (scores.runs > 0 && scores.tasks > 0 &&
      scores.values.size() == static_cast<std::size_t>(scores.runs) * scores.tasks)
    return;
  throw Error(
      ErrorCode::kShape, "score matrix",
      fmt::format("{} values for {} runs x {} tasks (needed: one of each, and at least one)",
                  scores.values.size(), scores.runs, scores.tasks));
}

double mean_of_task(const ScoreMatrix& scores, int task) {
  double sum = 0;
  for (int run = 0; run < scores.runs; ++run) sum += scores(run, task);
  return sum / scores.runs;
}

}  // namespace

double mean_score(const ScoreMatrix& scores) {
  check_shape(scores);
  return mean(scores.values);
}

double median_score(const ScoreMatrix& scores) {
  check_shape(scores);
  std::vector<double> means(scores.tasks);
  for (int task = 0; task < scores.tasks; ++task) means[task] = mean_of_task(scores, task);
  std::sort(means.begin(), means.end());
  return quantile(means, 0.5);
}

double interquartile_mean(const ScoreMatrix& scores) {
  check_shape(scores);
  std::vector<double> sorted = scores.values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t drop = sorted.size() / 4;
  return mean(std::span(sorted).subspan(drop, sorted.size() - 2 * drop));
}

double optimality_gap(const ScoreMatrix& scores, double target) {
  check_shape(scores);
  double sum = 0;
  for (const double value : scores.values) sum += std::min(value, target);
  return target - sum / static_cast<double>(scores.values.size());
}

double probability_of_improvement(const ScoreMatrix& x, const ScoreMatrix& y) {
  check_shape(x);
  check_shape(y);
  if (x.tasks != y.tasks) {
    throw Error(ErrorCode::kShape, "probability_of_improvement",
                fmt::format("{} tasks against {}: both must be scored on the same tasks", x.tasks,
                            y.tasks));
  }
  double sum = 0;
  for (int task = 0; task < x.tasks; ++task) {
    double wins = 0;  // the Mann-Whitney U of this task
    for (int i = 0; i < x.runs; ++i) {
      for (int j = 0; j < y.runs; ++j) {
        if (x(i, task) > y(j, task)) wins += 1;
        if (x(i, task) == y(j, task)) wins += 0.5;
      }
    }
    sum += wins / (static_cast<double>(x.runs) * y.runs);
  }
  return sum / x.tasks;
}

std::vector<int> draw_resamples(const ScoreMatrix& scores, Resampling how, int replicates,
                                std::uint64_t seed) {
  check_shape(scores);
  const int places = how == Resampling::kRows ? scores.runs : scores.runs * scores.tasks;
  std::vector<int> resamples(static_cast<std::size_t>(replicates) * places);
  for (int replicate = 0; replicate < replicates; ++replicate) {
    const EpisodeKey key{seed, 0, static_cast<std::uint32_t>(replicate)};
    for (int place = 0; place < places; ++place) {
      const auto words = random_words(key, Purpose::kBootstrap, static_cast<std::uint32_t>(place));
      resamples[static_cast<std::size_t>(replicate) * places + place] =
          static_cast<int>(uniform_below(words[0], static_cast<std::uint32_t>(scores.runs)));
    }
  }
  return resamples;
}

Interval bootstrap_interval(const ScoreMatrix& scores, const Statistic& statistic, Resampling how,
                            std::span<const int> resamples, double level) {
  check_shape(scores);
  const bool rows = how == Resampling::kRows;
  const std::size_t places = rows ? scores.runs : scores.values.size();
  if (resamples.empty() || resamples.size() % places != 0) {
    throw Error(ErrorCode::kShape, "bootstrap_interval",
                fmt::format("{} indices are no whole number of resamples of {} each",
                            resamples.size(), places));
  }
  for (const int run : resamples) {
    if (run >= 0 && run < scores.runs) continue;
    throw Error(ErrorCode::kShape, "bootstrap_interval",
                fmt::format("index {} names no run (allowed: 0 to {})", run, scores.runs - 1));
  }

  std::vector<double> results(resamples.size() / places);
  ScoreMatrix resample = scores;
  for (std::size_t replicate = 0; replicate < results.size(); ++replicate) {
    const std::span<const int> picked = resamples.subspan(replicate * places, places);
    for (int run = 0; run < scores.runs; ++run) {
      for (int task = 0; task < scores.tasks; ++task) {
        const int cell = run * scores.tasks + task;
        resample.values[cell] = scores(picked[rows ? run : cell], task);
      }
    }
    results[replicate] = statistic(resample);
  }
  std::sort(results.begin(), results.end());
  return {statistic(scores), quantile(results, 0.5 - level / 2), quantile(results, 0.5 + level / 2),
          scores.runs};
}

}  // namespace infodiet
