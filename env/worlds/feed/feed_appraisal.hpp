#pragma once

#include "env/core/math.hpp"
#include "env/person/person.hpp"
#include "env/stream/stream.hpp"
#include "env/worlds/feed/feed_state.hpp"

namespace infodiet {

/// Freshness 2^-((age / half_life)^0.4): attention to an item decays as a stretched exponential,
/// Wu & Huberman 2007, doi:10.1073/pnas.0704916104. Half is gone after one half-life.
/// @param time  of the stream [min]
inline float freshness(const Item& item, double time) {
  const float halves = static_cast<float>((time - item.arrival) / item.half_life);
  if (halves < 1e-6f) return 1.0f;
  return exp2_fast(-exp2_fast(0.4f * log2_fast(halves)));
}

/// An item as it stands before the person.
struct Appraisal {
  float quality = 0;  ///< in effect: what is left of it at its age
  float worth = 0;    ///< y: expected well-spent share
  float weight = 0;   ///< exp(U)
};

/// Looks at items with the person's eyes at one moment: what of knowledge, satiation, drift and
/// fatigue is there then.
class Appraiser {
 public:
  /// @param time         of the episode [min]; fatigue is taken as it stands at `settled`
  /// @param stream_time  the same moment on the stream's clock
  Appraiser(const Person& person, const ConstFeed& feed, double time, double stream_time)
      : Appraiser(person, feed, time, stream_time, feed.s.fatigue) {}

  /// @param fatigue  as it will be at `time`
  Appraiser(const Person& person, const ConstFeed& feed, double time, double stream_time,
            Fatigue::Level fatigue)
      : person_(person), feed_(feed), stream_time_(stream_time) {
    const double since = time - feed.s.read_at;
    known_ = person.forgetting.kept(since);
    drifted_ = person.drift.kept(since);
    satiated_ = person.satiation.on() ? person.satiation.cost * person.satiation.kept(since) : 0.0f;
    tired_ = person.fatigue.pull * Fatigue::phi(fatigue);
  }

  Appraisal operator()(const Item& item, int rank) const {
    float interest = 0;
    float novelty = 0;
    float satiation = 0;
    for (int i = 0; i < item.num_topics; ++i) {
      const int t = item.topic[i];
      const float own = feed_.own_interest[t];
      interest += item.weight[i] * (own + (feed_.interest[t] - own) * drifted_);
      novelty += item.weight[i] * feed_.worth[t] * (1 - feed_.known[t] * known_);
      satiation += item.weight[i] * feed_.satiation[t];
    }
    Appraisal seen;
    seen.quality = item.quality * freshness(item, stream_time_);
    seen.worth = Knowledge::seen_quality(seen.quality) * novelty;
    const float other = person_.temptation.appeal * item.appeal - satiated_ * satiation - tired_;
    seen.weight = person_.choice.weight(interest, seen.worth, other, rank);
    return seen;
  }

 private:
  const Person& person_;
  const ConstFeed feed_;
  double stream_time_;
  float known_, drifted_;  // what is left of knowledge, of drift
  float satiated_;         // logit per item-equivalent, as of the last reading
  float tired_;            // logit
};

}  // namespace infodiet
