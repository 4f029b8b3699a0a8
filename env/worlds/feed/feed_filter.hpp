#pragma once

#include <vector>

#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/taste_posterior.hpp"
#include "env/worlds/filter.hpp"

namespace infodiet {

/// What the best of observers could believe of a person of the world "feed".
///
/// Known to it: how people work (every setting of the person, what kinds there are, the common part
/// of taste), every item but its quality, what of quality goes with appeal, and what platforms see:
/// decisions and their times, what was shown, chosen, for how long read. From these it moves, for
/// each kind of person, a record of the world as that world itself would, by expectations where
/// chance decided unseen (what registered), and by E q where quality counts. Tastes are learnt from
/// what was chosen and from how long it held (TastePosterior). Kinds are told apart by the hour of
/// waking, which is seen; those that wake together keep their shares. What is believed is the mean
/// over kinds.
///
/// It does not learn the kind from responses: weighing kinds by the likelihood of choices and
/// dwell, at these point estimates, made the right kind less probable (.60) than the hour alone
/// (.62). Nor does it learn the quality of an item from how its story has fared.
class FeedFilter final : public Filter {
 public:
  /// @param optimism  see World::make_filter
  FeedFilter(const FeedWorld& world, double optimism);

  std::size_t belief_bytes() const override;
  void follow(const std::byte* state, std::byte* belief) const override;
  void expected_outcomes(const std::byte* belief,
                         std::span<ExpectedOutcome> candidates) const override;
  void write_hidden(const std::byte* belief, float* out) const override;

  /// P(kind of person), for the i-th kind that has a share in the settings.
  double probability_of(const std::byte* belief, std::size_t i) const;
  const std::vector<int>& kinds() const { return kinds_; }

 private:
  /// The belief about a person of one kind: a record, and what is known of his tastes.
  struct Hypothesis {
    Feed feed;
    TastePosterior* tastes;
    double& log_weight;
  };
  Hypothesis hypothesis(std::byte* belief, std::size_t i) const;
  const std::byte* record(const std::byte* belief, std::size_t i) const;
  const double* log_weights(const std::byte* belief) const;
  std::size_t hypothesis_bytes() const;

  // feed_filter.cpp: moving
  void begin(const ConstFeed& seen, std::size_t i, Hypothesis& belief) const;
  void follow_one(const ConstFeed& seen, Hypothesis& belief) const;
  void advance(Feed belief, double time) const;
  void replay(const Event* const* shown, int count, Hypothesis& belief) const;

  // feed_filter_learning.cpp: learning
  void assume(Hypothesis& belief) const;
  void learn_choice(const Event* const* shown, int count, double overload,
                    Hypothesis& belief) const;
  void learn_dwell(const Event& event, double overload, Hypothesis& belief) const;
  TasteEvidence evidence(const Item& item, float quality, float per_interest, float per_worth,
                         const Hypothesis& belief) const;

  FeedWorld model_;         // the world as the platform knows it
  float optimism_;          // standard deviations
  float quality_spread_;    // standard deviation of what appeal does not say of quality
  std::vector<int> kinds_;  // those with a share
  std::vector<double> log_share_;
};

}  // namespace infodiet
