#pragma once

#include <array>

#include "agents/decision.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// What a platform can guess of a person and of items, from what it may see. The baselines share
/// it, so that they differ by what they do with it.
///
/// Taste, from clicks and shows by topic, shrunk twice: a topic towards the person, the person
/// towards everybody (n = prior_shows):
///
///   rate    = (sum_t clicks_t + n prior_rate) / (sum_t shows_t + n)
///   taste_t = (clicks_t + n rate) / (shows_t + n)
///
/// Holding, from what was read among the last items shown, as a share of its length, shrunk alike
/// (n = prior_readings), person and topic:
///
///   share_t = (sum_read phi_t min(1, dwell / length) + n share) / (sum_read phi_t + n)
///   worth_t   the same, but what was liked counts as read whole
///
/// For an item with topics phi:
///
///   P(click) = odds / (1 + odds)
///   odds     = taste / (1 - taste) exp(appeal_weight a) (1 + reads)^popularity_weight
///              [shown_again if it or its story was shown]
///   value    = P(click) * length * share * worth * 2^-(age / half_life)^decay
///              [read_again if it or its story was read]
///
/// Value guesses well-spent minutes: minutes read times what a minute is worth. Nobody tells a
/// platform the latter; but people stay longer with what is worth more to them, so the share of its
/// length for which an item holds them stands for it. Its place in the slate is left out of
/// account.
/// Source: dwell relative to length as the sign of a satisfied reader, Yi, Hong, Zhong, Liu & Rajan
/// 2014, "Beyond clicks: dwell time for personalization", doi:10.1145/2645710.2645724. The
/// formulas are ours. What a world lacks counts as 1.
class Estimates {
 public:
  /// For agents that go by clicks alone.
  struct ClickSettings {
    float prior_shows = 10;
    float prior_rate = 0.1f;
    float appeal_weight = 0;
    float popularity_weight = 0;
    float shown_again = 0.8f;

    void fields(Fields& f);
  };
  /// For agents that go by value.
  struct Settings : ClickSettings {
    float prior_readings = 5;
    float prior_share = 0.5f;
    float decay = 0.4f;
    float read_again = 0.5f;

    void fields(Fields& f);
  };

  /// Of one candidate.
  struct Guess {
    float odds, value;
  };

  /// What is known of the person at one decision.
  class Reader {
   public:
    Reader(const Settings& settings, const Decision& now);

    /// Of a click.
    float odds(const float* candidate) const { return odds(candidate, told_before(candidate)); }
    float click(const float* candidate) const { return probability(odds(candidate)); }
    float value(const float* candidate) const { return guess(candidate).value; }
    /// Both, for little more than one of them.
    Guess guess(const float* candidate) const;

    /// What is left of an item's worth at its age.
    float freshness(const float* candidate) const;

   private:
    using ByTopic = std::array<float, Columns::kMostTopics>;  // the first `topics` are set
    /// Whether the person was told this before: by the item itself, or of late by its story.
    struct Told {
      bool shown, read;
    };
    void learn_taste();
    void learn_holding();
    float mean(const float* topics, const ByTopic& of, float otherwise) const;
    Told told_before(const float* candidate) const;
    float odds(const float* candidate, Told told) const;
    static float probability(float odds) { return odds / (1 + odds); }

    const Settings& settings_;
    const Decision& now_;
    const Columns& columns_;
    float rate_, share_, worth_;  // of the person
    ByTopic taste_, share_of_, worth_of_;
  };

  /// What a shown item came to, in the same coin as `Reader::value`: minutes read times the share
  /// of its length they are, or times 1 if it was liked.
  static float outcome(const Columns& columns, const float* event);

  explicit Estimates(const Settings& settings) : settings_(settings) {}
  explicit Estimates(const ClickSettings& settings) : settings_{settings} {}

  Reader reader(const Decision& now) const { return Reader(settings_, now); }

  /// Scores for `serve_best`. Odds of a click, because a probability near 1 tells no two apart.
  void odds(const Decision& now, float* out) const;
  void values(const Decision& now, float* out) const;

 private:
  Settings settings_;
};

}  // namespace infodiet
