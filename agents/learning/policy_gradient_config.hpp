#pragma once

#include <string>

#include "agents/policy/network.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// A policy that is trained for a range of reward weights at once, and told which one holds.
struct ConditionConfig : ConfigOf<ConditionConfig> {
  std::string part;
  double low = 0;
  double high = 4;

  void fields(Fields& f) override {
    f({"part", "-",
       "The part of the reward whose weight is drawn anew for every episode of training, and told "
       "to the policy; empty = the weights of the world alone"},
      part);
    f({"low", "-", "Smallest weight drawn; above 0 they are drawn on a log scale", 0, 1e6}, low);
    f({"high", "-", "Largest weight drawn", 0, 1e6}, high);
  }
  void check(const Complain& complain) const override {
    if (low > high) complain("high", "is below low (must be at least low)");
  }
};

/// What policy-gradient learners share. Each says in its constructor what its defaults are, and
/// whether it goes over its experience more than once.
struct PolicyGradientConfig : Config {
  Choice policy{NetworkRegistry<float>::instance(), "cross"};
  bool estimates = true;
  int history = -1;
  bool memory = true;
  ConditionConfig condition;
  std::string play = "best";
  double horizon = 1440;
  double lambda = 0.9;
  int steps = 64;
  double lr = 1e-3;
  double critic_lr = 4e-3;
  double forecast_lr = 1e-3;
  int warmup = 16;
  std::string schedule = "linear";
  double weight_decay = 0;
  double average = 0.1;
  double gradient_limit = 5;
  double entropy = 0;
  double value_weight = 0.01;
  std::string critic = "hidden";
  double reward_scale = 0;
  double reward_clip = 5;
  double first_show = 0.5;
  double first_push = 0.02;
  // of those that go over their experience more than once
  int epochs = 1;
  int minibatch = 2048;
  double clip = 0.2;
  double value_clip = 0;
  double target_kl = 0.03;

  void fields(Fields& f) override;

 protected:
  explicit PolicyGradientConfig(bool reuses) : reuses_(reuses) {}

 private:
  void fields_of_playing(Fields& f);
  void fields_of_learning(Fields& f);
  void fields_of_scales(Fields& f);
  void fields_of_reuse(Fields& f);

  bool reuses_;
};

}  // namespace infodiet
