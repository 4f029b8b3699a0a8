#pragma once

#include <span>

#include "env/api/batch.hpp"
#include "env/api/outcome.hpp"
#include "env/api/spec.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// A family of policies that weigh what showing an item brings now against what it costs later.
/// Both yardsticks are the best of this family that a search finds: one on the hidden state, one
/// on what can be believed of it.
///
///   index_i = net_i - price 2^-(relax A / A_ref) attention_i - caution overload_i
///             + care (value_i - elsewhere minutes_i)
///             - [push] (annoyance (1 - p_i) + later value_i left_i)
///
/// with p, value, attention, minutes, overload and net from World::expected_outcomes, A the
/// attention balance, and left_i the share of an item's worth that remains after `wait` minutes. So
/// `price` is the shadow price of attention, cheaper the more there is of it; `care` pays for
/// goodwill; `later` is the chance that what is not pushed now will be read by and by.
///
/// Gates: an index must exceed a floor, A a least balance, and pushes keep a distance. Slates are
/// put together greedily, item by item, while
///
///   G(S) = sum over i in S of index_i P_i(S) / p_i - slot_price (|S| - 1)
///
/// grows, P_i(S) being the conditional logit with the items in their places.
///
/// Sources: greedy by value per cost at a shadow price is the Lagrangian relaxation of a budget;
/// index policies of this kind, Whittle 1988. The family, its gates and its ranges are ours.
struct IndexRule : ConfigOf<IndexRule> {
  double price = 0;
  double relax = 0;
  double caution = 0;
  double care = 0;
  double elsewhere = 0.2;
  double floor_feed = 0;
  double floor_push = 0;
  double least_feed = -1.5;
  double least_push = -1.5;
  double annoyance = 0;
  double later = 0;
  double wait = 240;
  double gap = 0;
  double slot_price = 0;
  double position = 1.15;
  int feed_slots = 16;
  int push_slots = 16;

  void fields(Fields& f) override;
};

/// The rule at work in one world.
class IndexPolicy {
 public:
  IndexPolicy(const IndexRule& rule, const Spec& spec);

  /// What the rule looks at beside the outcomes. All may be beliefs.
  struct Situation {
    std::span<const ExpectedOutcome> outcomes;  ///< (M)
    std::span<const float> hidden;              ///< as in Spec::hidden_features
    const float* candidates;                    ///< (M, F)
    const float* context;                       ///< (C)
    int available;                              ///< candidates that may be shown; they come first
  };

  /// @param slate  (K) out
  void choose(const Situation& at, std::int32_t* slate) const;

 private:
  double left_after_waiting(const float* candidate) const;

  IndexRule rule_;
  int slots_, candidate_width_;
  int balance_, overload_;  // places in the hidden state
  int push_, since_;        // places in the context; -1: none
  int age_, half_life_;     // places in a candidate
  double reference_;        // A_ref [am]
};

}  // namespace infodiet
