#include <algorithm>
#include <cmath>

#include "env/worlds/feed/feed_appraisal.hpp"
#include "env/worlds/feed/feed_filter.hpp"

// What responses tell of tastes.

namespace infodiet {

/// Puts what is believed of tastes into the record.
void FeedFilter::assume(Hypothesis& belief) const {
  Feed feed = belief.feed;
  const Taste& taste = model_.person_of(feed.s).taste;
  feed.s.worth_sum = 0;
  for (int t = 0; t < model_.spec().topics; ++t) {
    const float moved = feed.interest[t] - feed.own_interest[t];
    feed.own_interest[t] = belief.tastes[t].interest(taste, optimism_);
    feed.interest[t] = feed.own_interest[t] + moved;
    feed.worth[t] = belief.tastes[t].worth(optimism_);
    feed.s.worth_sum += feed.worth[t];
  }
}

/// How a quantity that grows by `per_interest` with interest and by `per_worth` with expected worth
/// depends on tastes.
TasteEvidence FeedFilter::evidence(const Item& item, float quality, float per_interest,
                                   float per_worth, const Hypothesis& belief) const {
  const FeedState& s = belief.feed.s;
  const Person& person = model_.person_of(s);
  const float known = person.forgetting.kept(s.settled - s.read_at);
  TasteEvidence out;
  for (int i = 0; i < item.num_topics; ++i) {
    const int t = item.topic[i];
    const float novelty = 1 - belief.feed.known[t] * known;
    const float by_worth =
        per_worth * Knowledge::seen_quality(quality) * novelty * belief.tastes[t].worth_slope();
    out.slope[out.count++] = {
        t, item.weight[i] * (per_interest * person.taste.interest_shared + by_worth),
        item.weight[i] * per_interest * person.taste.interest_own};
  }
  return out;
}

/// Each shown item was chosen or was not: taken as independent responses of probability P_i.
void FeedFilter::learn_choice(const Event* const* shown, int count, double overload,
                              Hypothesis& belief) const {
  const FeedState& s = belief.feed.s;
  const Person& person = model_.person_of(s);
  const double time = shown[0]->time;
  const Appraiser appraise(person, ConstFeed(belief.feed), time, model_.stream_time(s, time));
  Appraisal seen[FeedWorld::kMaxSlots];
  float total = 1;
  for (int i = 0; i < count; ++i) {
    seen[i] = appraise(model_.stream_->items[shown[i]->item], shown[i]->rank);
    total += seen[i].weight;
  }
  const auto noticed = static_cast<float>(1 - overload);
  for (int i = 0; i < count; ++i) {
    const float whole = model_.each_ ? 1 + seen[i].weight : total;
    const float chosen = std::clamp(noticed * seen[i].weight / whole, 1e-6f, 1 - 1e-6f);
    const float slope = 1 - seen[i].weight / whole;  // d ln P / dU
    const bool response = shown[i]->clicked != 0;
    const float score = slope * ((response ? 1.0f : 0.0f) - chosen) / (1 - chosen);
    const float information = slope * slope * chosen / (1 - chosen);
    evidence(model_.stream_->items[shown[i]->item], seen[i].quality, 1, person.choice.worth, belief)
        .teach(belief.tastes, score, information);
  }
}

/// How long it held him tells of its worth (dwell.hpp): ln scale grows by ln depth per y. Quality
/// is not known, which blurs what the scale tells of tastes.
void FeedFilter::learn_dwell(const Event& event, double overload, Hypothesis& belief) const {
  const FeedState& s = belief.feed.s;
  const Person& person = model_.person_of(s);
  const Item& item = model_.stream_->items[event.item];
  const Appraiser appraise(person, ConstFeed(belief.feed), event.time,
                           model_.stream_time(s, event.time));
  const Appraisal seen = appraise(item, event.rank);
  const float scale = person.dwell.draw(item.length, seen.worth, static_cast<float>(overload), 1);
  const float depth = log_fast(person.dwell.depth);
  const float shape = person.dwell.shape;
  // the dwell in scales, to the power of the shape: exponential with mean 1
  const float power = exp2_fast(shape * log2_fast(std::max(1e-6f, event.dwell / scale)));
  const bool whole = event.dwell >= item.length * 0.9999f;  // then it was cut
  const float blur = depth * 0.5f * quality_spread_ * seen.worth /
                     std::max(1e-3f, Knowledge::seen_quality(seen.quality));
  float information =
      shape * shape * one_minus_exp(exp2_fast(shape * log2_fast(item.length / scale)));
  const float blurred = 1 / (1 + information * blur * blur);
  const float score =
      std::clamp(shape * (whole ? power : power - 1), -3 * shape, 3 * shape) * blurred;
  information *= blurred;
  evidence(item, seen.quality, 0, depth, belief).teach(belief.tastes, score, information);
}

}  // namespace infodiet
