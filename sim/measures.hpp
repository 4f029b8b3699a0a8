#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "env/api/record.hpp"
#include "env/api/spec.hpp"
#include "sim/survival.hpp"

// What an evaluation measures: from finished episodes to one number per measure and seed.

namespace infodiet {

/// What is measured for every agent and seed.
///
/// The score, the parts of the reward and the metrics are sums over all episodes of a seed,
/// divided by all simulated days (by the number of episodes where the world is scored per
/// episode). Names say what is not a sum (Spec::metrics): `mean_...` and `..._share` are averaged
/// over the episodes that have one; `..._at` is no measure, but an event (Evaluation::lifetimes).
/// Besides, where the world allows it:
///
///   value_per_minute_read  reward part `value` / metric `minutes_read`; NaN if nothing was read
///   score_<type>           the score of that person type alone, per day (episode) of that type;
///                          NaN if the seed had no episode of it
///   score_worst_type       the lowest of these, and
///   score_gap_types        highest minus lowest, over the types the seed had. No Atkinson index:
///                          it is defined for amounts, and a score may be negative
///   silence_share          decisions answered with nothing / decisions
///   silence_precision      of those where something could have been shown, how many were right:
///                          no candidate alone would have raised the score in expectation (net <=
///                          0 in World::expected_outcomes). NaN if there were none, or the world
///                          cannot say
struct Measure {
  enum class Kind {
    kScore,
    kReward,
    kMetric,
    kValuePerMinuteRead,
    kScoreOfType,
    kScoreWorstType,
    kScoreGapTypes,
    kSilenceShare,
    kSilencePrecision
  };

  std::string name;
  std::string unit;
  Kind kind = Kind::kScore;
  int index = 0;  ///< which reward part, metric or type
};

/// Score first, then reward parts, metrics and ratios, as the spec lists them, types and silence.
std::vector<Measure> measures_of(const Spec& spec);

/// An event that ends something for good, as a metric `..._at` tells when it came.
struct LastingEvent {
  std::string name;  ///< "opt_out", "churn", else the metric without `_at`
  int metric = 0;
};
std::vector<LastingEvent> lasting_events(const Spec& spec);

/// An agent's silence during an episode.
struct SilenceCounts {
  int silent = 0;  ///< decisions answered with nothing
  int judged = 0;  ///< of these, where something could be shown and the world could judge
  int right = 0;   ///< of these, where nothing was indeed the best answer
};

/// Finished episodes, one row each. Rows may be stored by several threads at once.
class EpisodeTable {
 public:
  EpisodeTable(const Spec& spec, std::size_t episodes);

  /// @throws Error kInternal if the record has a person type that the spec does not
  void store(std::size_t row, const EpisodeRecord& record, const SilenceCounts& silence);

  /// One measure after the other, from rows [begin, begin + count), summed in this order.
  std::vector<double> measured(std::span<const Measure> measures, std::size_t begin,
                               std::size_t count) const;

  /// How long an episode went without the event, in days; censored at its end.
  Lifetime lifetime(std::size_t row, const LastingEvent& event) const;

 private:
  /// What a score is made from.
  struct Played {
    double episodes = 0, minutes = 0, score = 0;
  };
  struct Sums : Played {
    double decisions = 0, silent = 0, judged = 0, right = 0;
    std::vector<double> rewards, metrics;
    std::vector<double> with_metric;  ///< episodes whose metric is a number
  };
  struct Row {
    double minutes = 0, score = 0;
    std::uint32_t decisions = 0;
    int person_type = 0;
    SilenceCounts silence;
  };

  void add(std::size_t row, Played& played) const;
  void add_all(std::size_t row, Sums& sums) const;
  double measured(const Measure& measure, const Sums& all, std::span<const double> scores) const;
  double per(const Played& played) const;

  const Spec* spec_;
  std::size_t width_;  // rewards and metrics
  std::vector<Row> rows_;
  std::vector<double> values_;  // (episodes, width)
};

}  // namespace infodiet
