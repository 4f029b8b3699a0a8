#include "sim/facts/fact_run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/person/mechanisms.hpp"

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Numbers of points of the measured curves, plot by plot.
std::vector<std::size_t> measured_lengths(const Fact& fact) {
  std::vector<std::size_t> lengths;
  for (const PlotClaim& plot : fact.plots) {
    for (const Curve& curve : plot.curves)
      if (!curve.published()) lengths.push_back(curve.x.size());
  }
  return lengths;
}

void check_sample(const Fact& fact, const FactSample& sample, const std::string& where) {
  if (sample.numbers.size() != fact.bands.size()) {
    throw Error(ErrorCode::kInternal, where,
                fmt::format("{} numbers for {} bands", sample.numbers.size(), fact.bands.size()));
  }
  const std::vector<std::size_t> lengths = measured_lengths(fact);
  if (sample.curves.size() != lengths.size()) {
    throw Error(ErrorCode::kInternal, where,
                fmt::format("{} curves, but its plots have {} to measure", sample.curves.size(),
                            lengths.size()));
  }
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (sample.curves[i].size() == lengths[i]) continue;
    throw Error(ErrorCode::kInternal, where,
                fmt::format("measured curve {} has {} points, but {} are claimed", i + 1,
                            sample.curves[i].size(), lengths[i]));
  }
}

/// A point of a curve on the seeds where it exists.
Interval point(const std::vector<FactSample>& samples, std::size_t curve, std::size_t at) {
  std::vector<double> values;
  for (const FactSample& sample : samples) {
    if (std::isfinite(sample.curves[curve][at])) values.push_back(sample.curves[curve][at]);
  }
  return mean_interval(values);
}

FactResult gathered(const Fact& fact, const std::vector<FactSample>& samples, double seconds) {
  FactResult result{fact, static_cast<int>(samples.size()), {}, {}, seconds};
  for (std::size_t i = 0; i < fact.bands.size(); ++i) {
    std::vector<double> values;
    for (const FactSample& sample : samples) values.push_back(sample.numbers[i]);
    result.bands.push_back(judge(fact.bands[i], values));
  }
  const std::vector<std::size_t> lengths = measured_lengths(fact);
  for (std::size_t curve = 0; curve < lengths.size(); ++curve) {
    std::vector<Interval> points;
    for (std::size_t i = 0; i < lengths[curve]; ++i) points.push_back(point(samples, curve, i));
    result.curves.push_back(std::move(points));
  }
  return result;
}

}  // namespace

Person person_in(const Fact& fact, Person person) {
  for (const Mechanism& mechanism : all_mechanisms()) {
    if (!fact.has_part(mechanism.name)) mechanism.remove(person);
  }
  return person;
}

BandResult judge(const Band& band, const std::vector<double>& values) {
  const auto count = static_cast<int>(values.size());
  if (values.empty() ||
      !std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
    return {{kNaN, kNaN, kNaN, count}, false, kNaN};
  BandResult result{mean_interval(values), false, 0};
  const double estimate = result.interval.estimate;
  result.pass = estimate >= band.low && estimate <= band.high;
  if (estimate < band.low) result.miss = estimate - band.low;
  if (estimate > band.high) result.miss = estimate - band.high;
  return result;
}

bool FactResult::pass() const { return missed() == 0; }

int FactResult::missed() const {
  return static_cast<int>(
      std::count_if(bands.begin(), bands.end(), [](const BandResult& b) { return !b.pass; }));
}

std::vector<FactResult> run_facts(const std::vector<Fact>& facts, const FactPlan& plan,
                                  Workers& workers, const std::atomic<bool>* cancel,
                                  const FactCallbacks& callbacks) {
  using Clock = std::chrono::steady_clock;
  FactProgress progress{nullptr, 0, 0, 0, 0};
  for (const Fact& fact : facts) progress.total += plan.seeds_of(fact);

  std::vector<FactResult> results;
  for (const Fact& fact : facts) {
    const Clock::time_point start = Clock::now();
    progress.fact = &fact;
    progress.seeds = plan.seeds_of(fact);
    const Person person = person_in(fact, plan.person);
    std::vector<FactSample> samples;
    for (int seed = 1; seed <= progress.seeds; ++seed) {
      const FactSetting setting{person,     plan.without, static_cast<std::uint64_t>(seed),
                                plan.quick, &workers,     cancel};
      if (setting.is_cancelled()) return results;
      progress.seed = seed;
      if (callbacks.starts) callbacks.starts(progress);
      const std::string where = fmt::format("fact '{}', seed {}", fact.name, seed);
      FactSample sample;
      try {
        sample = fact.run(setting);
      } catch (const Error& error) {
        if (setting.is_cancelled()) return results;
        throw Error(error.code(), where, error.what());
      }
      if (setting.is_cancelled()) return results;
      check_sample(fact, sample, where);
      samples.push_back(std::move(sample));
      ++progress.done;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    results.push_back(gathered(fact, samples, seconds));
    if (callbacks.finished) callbacks.finished(results.back());
  }
  return results;
}

}  // namespace infodiet
