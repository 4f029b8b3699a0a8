#pragma once

#include <string>

#include "env/core/fields.hpp"
#include "env/core/registry.hpp"
#include "env/person/person.hpp"
#include "env/reward/reward.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

/// The platform's own guess of how loaded the person is, from what it can see: the equation of
/// Attention with the average person's kappa, a day from 7 h to 23 h, and everything shown taken
/// as looked at.
struct LoadEstimate : ConfigOf<LoadEstimate> {
  bool enabled = true;
  double kappa = 5;

  void fields(Fields& f) override {
    f({"enabled", "", "Whether agents see the estimate."}, enabled);
    f({"kappa", "am/h", "Attention that an average person regains per hour awake.", 0, 1e6}, kappa);
  }
};

/// The world "feed": one person a time, an endless stream, an agent between them.
struct FeedConfig : ConfigOf<FeedConfig> {
  double days = 6;
  double push_interval = 15;
  double browse_pause = 1;
  int candidates = 32;
  int slots = 5;
  int history = 32;
  bool repeats = false;
  std::string observe = "public";
  LoadEstimate load_estimate;
  Choice stream{StreamRegistry::instance(), "synthetic"};
  Person person;
  Reward reward;

  void fields(Fields& f) override;
  void check(const Complain& complain) const override;
};

}  // namespace infodiet
