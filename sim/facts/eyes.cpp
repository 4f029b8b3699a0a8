#include "sim/facts/eyes.hpp"

#include <string>

#include "env/worlds/feed/feed_world.hpp"

namespace infodiet {

Eyes::Eyes(const FeedConfig& config) : person_(config.person) {
  const FeedWorld world(config);
  const Spec& spec = world.spec();
  topics_ = spec.topics;
  const auto hidden = [&](const std::string& name) {
    return Spec::find(spec.context_features, name + spec.topic_names.front());
  };
  topic_ = Spec::find(spec.candidate_features, Role::kTopic, 0);
  length_ = Spec::find(spec.candidate_features, Role::kLength);
  age_ = Spec::find(spec.candidate_features, Role::kAge);
  half_life_ = Spec::find(spec.candidate_features, Role::kHalfLife);
  appeal_ = Spec::find(spec.candidate_features, Role::kAppeal);
  quality_ = Spec::find(spec.candidate_features, "quality");
  push_ = Spec::find(spec.context_features, Role::kPush);
  session_ = Spec::find(spec.context_features, Role::kSession);
  pushes_today_ = Spec::find(spec.context_features, Role::kPushesToday);
  hour_ = Spec::find(spec.context_features, Role::kHour);
  last_dwell_ = Spec::find(spec.context_features, "last_dwell");
  goodwill_ = Spec::find(spec.context_features, "goodwill");
  fatigue_ = Spec::find(spec.context_features, "fatigue");
  gap_ = Spec::find(spec.context_features, "knowledge_gap");
  strain_ = Spec::find(spec.context_features, "strain");
  known_ = hidden("known_");
  worth_ = hidden("worth_");
  satiation_ = hidden("satiation_");
  interest_ = hidden("interest_");
}

float Eyes::quality(const Look& look, int i) const {
  const float halves = look.candidate(i, age_) / look.candidate(i, half_life_);
  return look.candidate(i, quality_) * std::exp2(-std::pow(std::max(halves, 0.0f), 0.4f));
}

float Eyes::novelty(const Look& look, int i) const {
  float sum = 0;
  for (int t = 0; t < topics_; ++t) {
    sum +=
        look.candidate(i, topic_ + t) * look.context(worth_ + t) * (1 - look.context(known_ + t));
  }
  return sum;
}

float Eyes::pull(const Look& look, int i) const {
  float u = person_.choice.base + person_.temptation.appeal * look.candidate(i, appeal_) +
            person_.choice.worth * Knowledge::seen_quality(quality(look, i)) * novelty(look, i);
  for (int t = 0; t < topics_; ++t) {
    u += look.candidate(i, topic_ + t) * (person_.choice.interest * look.context(interest_ + t) -
                                          person_.satiation.cost * look.context(satiation_ + t));
  }
  return u;
}

}  // namespace infodiet
