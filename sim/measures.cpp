#include "sim/measures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "env/api/score_unit.hpp"
#include "env/core/error.hpp"
#include "env/metrics/fairness.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Whether a metric is a mean or a share already, so that summing it over a day means nothing.
bool is_mean(const std::string& metric) {
  return metric.starts_with("mean_") || metric.ends_with("_share");
}

bool is_event(const std::string& metric) { return metric.ends_with("_at"); }

std::size_t num_types(const Spec& spec) {
  return std::max<std::size_t>(spec.person_types.size(), 1);
}

}  // namespace

std::vector<Measure> measures_of(const Spec& spec) {
  using Kind = Measure::Kind;
  const std::string per = spec.score_per == ScorePer::kDay ? "/day" : "/episode";
  const auto rate = [&per](const std::string& unit) {
    return unit.empty() || unit == "-" ? "1" + per : unit + per;
  };

  const std::string score = rate(score_unit(spec));
  std::vector<Measure> measures = {{"score", score, Kind::kScore, 0}};
  for (std::size_t i = 0; i < spec.rewards.size(); ++i) {
    measures.push_back(
        {spec.rewards[i].name, rate(spec.rewards[i].unit), Kind::kReward, static_cast<int>(i)});
  }
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const Feature& metric = spec.metrics[i];
    if (is_event(metric.name)) continue;
    measures.push_back({metric.name, is_mean(metric.name) ? metric.unit : rate(metric.unit),
                        Kind::kMetric, static_cast<int>(i)});
  }
  const auto value = std::find_if(spec.rewards.begin(), spec.rewards.end(),
                                  [](const RewardPart& part) { return part.name == "value"; });
  if (value != spec.rewards.end() && Spec::find(spec.metrics, "minutes_read") >= 0) {
    measures.push_back({"value_per_minute_read", value->unit + "/min", Kind::kValuePerMinuteRead,
                        static_cast<int>(value - spec.rewards.begin())});
  }
  if (num_types(spec) > 1) {
    for (std::size_t type = 0; type < num_types(spec); ++type) {
      measures.push_back(
          {"score_" + spec.person_types[type], score, Kind::kScoreOfType, static_cast<int>(type)});
    }
    measures.push_back({"score_worst_type", score, Kind::kScoreWorstType, 0});
    measures.push_back({"score_gap_types", score, Kind::kScoreGapTypes, 0});
  }
  if (spec.slate_min == 0) {
    measures.push_back({"silence_share", "-", Kind::kSilenceShare, 0});
    measures.push_back({"silence_precision", "-", Kind::kSilencePrecision, 0});
  }
  return measures;
}

std::vector<LastingEvent> lasting_events(const Spec& spec) {
  constexpr std::array<std::array<const char*, 2>, 2> kNames = {
      {{"opted_out_at", "opt_out"}, {"churned_at", "churn"}}};
  std::vector<LastingEvent> events;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const std::string& metric = spec.metrics[i].name;
    if (!is_event(metric)) continue;
    std::string name = metric.substr(0, metric.size() - 3);
    for (const auto& [known, short_name] : kNames) {
      if (metric == known) name = short_name;
    }
    events.push_back({name, static_cast<int>(i)});
  }
  return events;
}

EpisodeTable::EpisodeTable(const Spec& spec, std::size_t episodes)
    : spec_(&spec),
      width_(spec.rewards.size() + spec.metrics.size()),
      rows_(episodes),
      values_(episodes * width_) {}

void EpisodeTable::store(std::size_t row, const EpisodeRecord& record,
                         const SilenceCounts& silence) {
  if (record.person_type < 0 || static_cast<std::size_t>(record.person_type) >= num_types(*spec_))
    throw Error(ErrorCode::kInternal, spec_->world,
                fmt::format("person type {} (its spec allows: 0 to {})", record.person_type,
                            num_types(*spec_) - 1));
  rows_[row] = {record.minutes, record.score, record.decisions, record.person_type, silence};
  const auto out = values_.begin() + static_cast<std::ptrdiff_t>(row * width_);
  std::copy(record.metrics.begin(), record.metrics.end(),
            std::copy(record.rewards.begin(), record.rewards.end(), out));
}

void EpisodeTable::add(std::size_t row, Played& played) const {
  played.episodes += 1;
  played.minutes += rows_[row].minutes;
  played.score += rows_[row].score;
}

void EpisodeTable::add_all(std::size_t row, Sums& sums) const {
  add(row, sums);
  const Row& r = rows_[row];
  sums.decisions += r.decisions;
  sums.silent += r.silence.silent;
  sums.judged += r.silence.judged;
  sums.right += r.silence.right;
  const double* value = values_.data() + row * width_;
  for (double& sum : sums.rewards) sum += *value++;
  for (std::size_t i = 0; i < sums.metrics.size(); ++i, ++value) {
    if (std::isnan(*value) && is_mean(spec_->metrics[i].name)) continue;
    sums.metrics[i] += *value;
    sums.with_metric[i] += 1;
  }
}

std::vector<double> EpisodeTable::measured(std::span<const Measure> measures, std::size_t begin,
                                           std::size_t count) const {
  Sums all;
  all.rewards.resize(spec_->rewards.size());
  all.metrics.resize(spec_->metrics.size());
  all.with_metric.resize(spec_->metrics.size());
  std::vector<Played> of_type(num_types(*spec_));
  for (std::size_t row = begin; row < begin + count; ++row) {
    add_all(row, all);
    add(row, of_type[rows_[row].person_type]);
  }
  std::vector<double> scores;
  for (const Played& played : of_type)
    scores.push_back(played.episodes > 0 ? played.score / per(played) : kNaN);

  std::vector<double> out;
  for (const Measure& measure : measures) out.push_back(measured(measure, all, scores));
  return out;
}

/// What a sum is divided by to become a rate.
double EpisodeTable::per(const Played& played) const {
  return spec_->score_per == ScorePer::kDay ? played.minutes / kMinutesPerDay : played.episodes;
}

/// @param all     of all episodes
/// @param scores  of each person type, NaN if absent
double EpisodeTable::measured(const Measure& measure, const Sums& all,
                              std::span<const double> scores) const {
  const auto ratio = [](double part, double whole) { return whole > 0 ? part / whole : kNaN; };
  switch (measure.kind) {
    case Measure::Kind::kScore:
      return all.score / per(all);
    case Measure::Kind::kReward:
      return all.rewards[measure.index] / per(all);
    case Measure::Kind::kMetric:
      return is_mean(measure.name)
                 ? ratio(all.metrics[measure.index], all.with_metric[measure.index])
                 : all.metrics[measure.index] / per(all);
    case Measure::Kind::kValuePerMinuteRead:
      return ratio(all.rewards[measure.index],
                   all.metrics[Spec::find(spec_->metrics, "minutes_read")]);
    case Measure::Kind::kScoreOfType:
      return scores[measure.index];
    case Measure::Kind::kScoreWorstType:
      return worst_score(scores);
    case Measure::Kind::kScoreGapTypes:
      return score_gap(scores);
    case Measure::Kind::kSilenceShare:
      return ratio(all.silent, all.decisions);
    case Measure::Kind::kSilencePrecision:
      return ratio(all.right, all.judged);
  }
  return kNaN;
}

Lifetime EpisodeTable::lifetime(std::size_t row, const LastingEvent& event) const {
  const double at =
      values_[row * width_ + spec_->rewards.size() + static_cast<std::size_t>(event.metric)];
  if (std::isnan(at)) return {rows_[row].minutes / kMinutesPerDay, false};
  return {at, true};
}

}  // namespace infodiet
