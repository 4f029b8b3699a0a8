#pragma once

#include <algorithm>

#include "env/api/spec.hpp"

namespace infodiet {

/// The sizes of an observation and where each feature stands in its rows, found by role; -1: this
/// world has none. Topics stand in a row, in their order.
struct Columns {
  static constexpr int kMostTopics = 32;

  int candidates, slots, slate_min, slate_max, history;
  int topics;  ///< that candidates tell of; 0 if they do not
  int candidate_width, event_width, context_width;

  struct OfCandidate {
    int first_topic, length, age, half_life, popularity, story, shown_before, read_before, appeal;
  } candidate;

  struct OfEvent {
    int first_topic, length, story, since, rank, push, clicked, dwell, liked;
  } event;

  struct OfContext {
    int push, hour, weekday, since_show, pushes_today, load, first_clicks, first_shows;
  } context;

  explicit Columns(const Spec& spec)
      : candidates(spec.candidates),
        slots(spec.slots),
        slate_min(spec.slate_min),
        slate_max(spec.slate_max),
        history(spec.history),
        topics(std::min(spec.topics, kMostTopics)),
        candidate_width(static_cast<int>(spec.candidate_features.size())),
        event_width(static_cast<int>(spec.history_features.size())),
        context_width(static_cast<int>(spec.context_features.size())) {
    const auto of_candidate = [&](Role role) { return Spec::find(spec.candidate_features, role); };
    const auto of_event = [&](Role role) { return Spec::find(spec.history_features, role); };
    const auto of_context = [&](Role role) { return Spec::find(spec.context_features, role); };
    candidate = {.first_topic = of_candidate(Role::kTopic),
                 .length = of_candidate(Role::kLength),
                 .age = of_candidate(Role::kAge),
                 .half_life = of_candidate(Role::kHalfLife),
                 .popularity = of_candidate(Role::kPopularity),
                 .story = of_candidate(Role::kStory),
                 .shown_before = of_candidate(Role::kShownBefore),
                 .read_before = of_candidate(Role::kReadBefore),
                 .appeal = of_candidate(Role::kAppeal)};
    event = {.first_topic = of_event(Role::kTopic),
             .length = of_event(Role::kLength),
             .story = of_event(Role::kStory),
             .since = of_event(Role::kSince),
             .rank = of_event(Role::kRank),
             .push = of_event(Role::kPush),
             .clicked = of_event(Role::kClicked),
             .dwell = of_event(Role::kDwell),
             .liked = of_event(Role::kLiked)};
    context = {.push = of_context(Role::kPush),
               .hour = of_context(Role::kHour),
               .weekday = of_context(Role::kWeekday),
               .since_show = of_context(Role::kSince),
               .pushes_today = of_context(Role::kPushesToday),
               .load = of_context(Role::kLoadEstimate),
               .first_clicks = of_context(Role::kTopicClicks),
               .first_shows = of_context(Role::kTopicShows)};
    if (candidate.first_topic < 0) topics = 0;
  }
};

}  // namespace infodiet
