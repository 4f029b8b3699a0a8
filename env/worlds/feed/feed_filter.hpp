#pragma once

#include "env/worlds/feed/feed_world.hpp"
#include "env/worlds/feed/taste_posterior.hpp"
#include "env/worlds/filter.hpp"

namespace infodiet {

/// What the best of observers could believe of a person of the world "feed".
///
/// Known to it: how people work (every setting of the person, the kind `typical`, the common part
/// of taste), every item but its quality, what of quality goes with appeal, and what platforms see:
/// decisions and their times, what was shown, chosen, for how long read. From these it moves a
/// record as the world would, by expectations where chance decided unseen (what registered), and by
/// E q where quality counts; tastes are learnt from what was chosen and from how long it held
/// (TastePosterior).
///
/// It does not guess the kind of person, nor the quality of an item from how others fared.
class FeedFilter final : public Filter {
 public:
  FeedFilter(const FeedWorld& world, double optimism);

  const World& model() const override { return model_; }
  std::size_t belief_bytes() const override;
  void follow(const std::byte* state, std::byte* belief) const override;

 private:
  void begin(const ConstFeed& seen, Feed belief, TastePosterior* tastes) const;
  void advance(Feed belief, double time) const;
  void replay(const Event* const* shown, int count, Feed belief, TastePosterior* tastes) const;
  void learn_choice(const Event* const* shown, int count, double overload, ConstFeed belief,
                    TastePosterior* tastes) const;
  void learn_dwell(const Event& event, double overload, ConstFeed belief,
                   TastePosterior* tastes) const;
  void assume(const TastePosterior* tastes, Feed belief) const;
  TasteEvidence evidence(const Item& item, float quality, float per_interest, float per_worth,
                         const ConstFeed& belief, const TastePosterior* tastes) const;

  FeedWorld model_;
  float optimism_;        // standard deviations
  float quality_spread_;  // standard deviation of what appeal does not say of quality
};

}  // namespace infodiet
