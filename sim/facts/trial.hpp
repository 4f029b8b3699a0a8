#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "env/api/batch.hpp"
#include "env/api/record.hpp"
#include "env/stream/synthetic_stream.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "sim/facts/fact.hpp"

namespace infodiet {

/// What a test policy sees at one decision of one person: the observation that any agent gets,
/// with the hidden state in it, for trials run under `observe: full`.
class Look {
 public:
  Look(const Spec& spec, const Observations& seen, int row, int person, double day)
      : spec_(spec), seen_(seen), row_(row), person_(person), day_(day) {}

  const Spec& spec() const { return spec_; }
  int person() const { return person_; }  ///< 0, 1, ... of the trial
  double day() const { return day_; }     ///< since the episode began
  const DecisionKey& key() const { return seen_.key[row_]; }

  /// Candidates stand first to last without gaps.
  int candidates() const;
  std::int32_t item(int candidate) const { return seen_.item[row_ * spec_.candidates + candidate]; }
  float candidate(int candidate, int feature) const {
    return seen_
        .candidates[(row_ * spec_.candidates + candidate) * spec_.candidate_features.size() +
                    feature];
  }
  float context(int feature) const {
    return seen_.context[row_ * spec_.context_features.size() + feature];
  }

 private:
  const Spec& spec_;
  const Observations& seen_;
  int row_, person_;
  double day_;
};

/// What came of it, until that person's next decision.
struct Outcome {
  int person = 0;
  double day = 0;      ///< of the decision, since the episode began
  double minutes = 0;  ///< until the next one
  std::span<const float> reward;
  std::span<const float> feedback;  ///< (K, 4) shown, clicked, dwell [min], liked

  double minutes_read() const;
  int clicks() const;
};

/// Decides and takes notes. Both are called from several threads, but for one person only from one:
/// notes kept by person need no lock.
struct Policy {
  std::function<void(const Look&, std::span<std::int32_t> slate)> show;  ///< slate is empty (-1)
  std::function<void(const Outcome&)> watch = nullptr;
};

/// The world of a fact: the setting's person under `observe: full`, on a synthetic stream of its
/// own for each seed, long enough for episodes of `days`.
FeedConfig trial_config(const FactSetting& setting, double days);

/// The stream's settings in such a world.
SyntheticStream::Config& stream_of(FeedConfig& config);

/// How many people to ask: an eighth of `full`, if quick.
int people_of(const FactSetting& setting, int full);

/// A uniform number in (0, 1) for a test policy's own dice at one decision.
/// @param lane  0, 1, 2, 3: independent numbers
float dice(const Look& look, int lane = 0);

/// What was played: one episode of each person, by person.
struct Played {
  std::vector<Feature> metrics;  ///< what the records report
  std::vector<EpisodeRecord> records;

  double metric(int person, const char* name) const;
  double sum(const char* name) const;  ///< of a metric over people
  double part(int reward) const;       ///< of a reward over people
  double days() const;                 ///< lived by all together
};

/// Plays one episode of each of `people` persons of the setting's seed.
/// @throws Error kState if the setting is cancelled
Played play(const FactSetting& setting, const FeedConfig& config, int people, const Policy& policy);

/// Sums over people by equal periods of the episode, and from them rates per person and day.
class Diary {
 public:
  /// @param days  length of a period
  Diary(int people, double days, int periods);

  void add(const Outcome& outcome);

  /// Of all people in a period, per person and day.
  double minutes_read(int period) const { return rate(kMinutesRead, period); }
  double part(int period, int reward) const { return rate(1 + reward, period); }
  /// Over several periods, `first` included and `end` not.
  double minutes_read(int first, int end) const;
  double part(int first, int end, int reward) const;

 private:
  static constexpr int kMinutesRead = 0;
  static constexpr int kKinds = 1 + kNumRewards;
  double rate(int kind, int period) const;

  int people_, periods_;
  double days_;
  std::vector<double> sums_;  // (people, periods, kinds)
};

}  // namespace infodiet
