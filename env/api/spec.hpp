#pragma once

#include <limits>
#include <string>
#include <vector>

namespace infodiet {

// Axis letters, used in every comment on shapes and for nothing else:
//   B  environments of a batch or block      M  candidates of a decision     K  slots of a slate
//   F  features of a candidate               H  events of the history        G  features of an
//   event C  features of the context               R  parts of the reward          T  topics
// Shapes are written slowest axis first, as numpy does.

/// What a feature says, so that baselines, the viewer and Python understand any world by meaning
/// and not by position.
enum class Role {
  kOther,
  kTopic,         ///< weight of topic `index`
  kAppeal,        ///< how strongly an item attracts a choice
  kAge,           ///< minutes since the item arrived
  kHalfLife,      ///< minutes in which half of its worth is gone
  kLength,        ///< minutes to read it whole
  kPopularity,    ///< of all people, up to now: ln(1 + count)
  kStory,         ///< equal for items that tell the same story
  kShownBefore,   ///< 1 if this person was shown it
  kReadBefore,    ///< 1 if this person read it
  kSince,         ///< minutes since an event of the history
  kRank,          ///< its place in the slate then, from 0
  kShown,         ///< 1 if the slot held an item
  kClicked,       ///< 1 if it was chosen
  kDwell,         ///< minutes it was read
  kLiked,         ///< 1 if the person said so
  kPush,          ///< 1 if this decision or event is a push, 0 if the person opened the feed
  kHour,          ///< hour of the person's day, [0, 24)
  kWeekday,       ///< 0 = Monday
  kSession,       ///< minutes since the session began; 0 outside one
  kMinutesRead,   ///< leaky sum of minutes read; `index`: which time constant
  kItemsShown,    ///< leaky sum of items shown
  kPushes,        ///< leaky sum of pushes sent
  kSessions,      ///< leaky sum of sessions
  kPushesToday,   ///< pushes since the person woke
  kTopicClicks,   ///< leaky sum of clicks on topic `index`
  kTopicShows,    ///< leaky sum of shows of topic `index`
  kLoadEstimate,  ///< the platform's guess of attention debt; above 0 items are being lost
  kHidden,        ///< part of the hidden state; present only under `observe: full`
};

/// One number of an observation, of a slot's feedback, of the hidden state or of a record.
struct Feature {
  std::string name;
  std::string unit;  ///< "-" if it has none
  float low = 0;     ///< smallest value it can take
  float high = 1;    ///< largest value it can take
  Role role = Role::kOther;
  int index = 0;         ///< which one, where a role has several (topic, time constant)
  bool is_name = false;  ///< 0, 1, ... are names: their order says nothing
  /// A value worth a mark on its scale, for people who look; NaN: none.
  float mark = std::numeric_limits<float>::quiet_NaN();
};

/// One part of the reward vector.
struct RewardPart {
  std::string name;  ///< "value", "overload", "engagement", "interruption", "regret"
  std::string unit;
  double weight = 0;  ///< in the score: score = sum of weight * part
  /// The hidden feature that tells how much of it is still to come if nothing more is shown; -1:
  /// none does.
  int to_come = -1;
};

/// What a score is a rate of.
enum class ScorePer { kDay, kEpisode };

/// All that an agent, a viewer or a binding may know of a world.
struct Spec {
  std::string world;   ///< registered name
  int candidates = 0;  ///< M
  int slots = 0;       ///< K
  int slate_min = 0;   ///< fewest items in a slate; 0 where "nothing" is an answer
  int slate_max = 0;   ///< most items in a slate
  int history = 0;     ///< H
  int topics = 0;      ///< T used; names below
  std::vector<std::string> topic_names;

  std::vector<Feature> candidate_features;  ///< (F)
  std::vector<Feature> history_features;    ///< (G)
  std::vector<Feature> context_features;    ///< (C)
  std::vector<Feature> feedback_features;   ///< per slot: shown, clicked, dwell, liked
  std::vector<RewardPart> rewards;          ///< (R)
  std::vector<Feature> hidden_features;     ///< the hidden state, for snapshots and studies
  /// What a finished episode reports beside its rewards: amounts, which are added up, unless the
  /// name says otherwise. `mean_...`: averaged, NaN if the episode has none. `..._share`: averaged.
  /// `..._at`: when something happened for good [d since the episode began], NaN if it did not.
  std::vector<Feature> metrics;
  std::vector<std::string> person_types;  ///< names of the kinds of people; none or one: all alike
  ScorePer score_per = ScorePer::kDay;
  /// How long an episode is that does not end early [d]: what playing one costs. 0: not known.
  double episode_days = 0;
  std::vector<std::string> notes;  ///< to stand beside results: attribution, assumptions

  /// @returns the position of the first feature with this role and index, or -1
  static int find(const std::vector<Feature>& features, Role role, int index = 0) {
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (features[i].role == role && features[i].index == index) return static_cast<int>(i);
    }
    return -1;
  }
  /// @returns the position of the feature with this name, or -1
  static int find(const std::vector<Feature>& features, const std::string& name) {
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (features[i].name == name) return static_cast<int>(i);
    }
    return -1;
  }
};

}  // namespace infodiet
