#pragma once

#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"
#include "env/person/attention.hpp"
#include "env/worlds/feed/feed_config.hpp"
#include "env/worlds/feed/feed_state.hpp"

namespace infodiet {

// What the platform writes down about a person: only what it can see. Everything an agent observes
// beside the candidates comes from here.

/// exp(-minutes / tau)
inline float faded(double minutes, double tau) {
  return exp_fast(static_cast<float>(-minutes / tau));
}

inline void log_signal(FeedState& s, Signal signal, double time, float amount) {
  for (int i = 0; i < kNumTraces; ++i) {
    float& trace = s.trace[signal][i];
    trace = trace * faded(time - s.trace_at[signal], kTraceMinutes[i]) + amount;
  }
  s.trace_at[signal] = time;
}

inline float signal_now(const FeedState& s, Signal signal, int i, double time) {
  return s.trace[signal][i] * faded(time - s.trace_at[signal], kTraceMinutes[i]);
}

/// Brings clicks and shows by topic up to `time`.
inline void fade_topics(Feed feed, int topics, double time) {
  const float kept = faded(time - feed.s.topics_at, kTopicTraceMinutes);
  for (int t = 0; t < topics; ++t) {
    feed.topic_clicks[t] *= kept;
    feed.topic_shows[t] *= kept;
  }
  feed.s.topics_at = time;
}

/// Minutes between a and b in which an average person, awake from 7 h to 23 h, is awake.
inline double average_awake(double a, double b) {
  const auto before = [](double minute) {
    const double day = std::floor(minute / 1440);
    return day * 960 + std::clamp(minute - day * 1440 - 420, 0.0, 960.0);
  };
  return before(b) - before(a);
}

/// The platform's guess of the attention balance at `time` [am].
inline double estimate_now(const FeedState& s, const LoadEstimate& load, const Attention& attention,
                           double time) {
  return std::min(attention.most,
                  s.estimate + load.kappa / 60 * average_awake(s.estimate_at, time));
}

/// Attention was drawn on, as far as the platform can tell. @param am  may exceed what is there
inline void log_load(FeedState& s, const LoadEstimate& load, const Attention& attention,
                     double time, double am) {
  s.estimate = std::max(attention.least(), estimate_now(s, load, attention, time) - am);
  s.estimate_at = time;
}

}  // namespace infodiet
