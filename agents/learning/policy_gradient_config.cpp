#include "agents/learning/policy_gradient_config.hpp"

namespace infodiet {

void PolicyGradientConfig::fields(Fields& f) {
  fields_of_playing(f);
  fields_of_learning(f);
  fields_of_scales(f);
  if (reuses_) fields_of_reuse(f);
}

/// What decides, what it is given, and how it acts.
void PolicyGradientConfig::fields_of_playing(Fields& f) {
  f({"policy", "-", "The network that decides"}, policy);
  f({"estimates", "-",
     "Whether the network is also given what the baselines go by: estimated odds and value of a "
     "candidate"},
    estimates);
  f({"history", "-",
     "How many of the last items shown the policy is given, and its estimates with it; 0 = none, "
     "-1 = all that the world tells of. Its books are kept from all",
     -1, 1e6},
    history);
  f({"memory", "-",
     "Whether the policy is given its books of the person's attention, days and tastes, which it "
     "keeps "
     "from decision to decision; they are left out with the estimates, too"},
    memory);
  f({"condition", "-", "One policy for a range of reward weights"}, condition);
  f({"play",
     "-",
     "How it acts once trained. gates = whether a slot is filled is drawn, and filled by the best "
     "left; greedy = the likeliest slate; best = gates, as they are or with log odds times 4 or "
     "16, whichever did best on people of training; sampled = all is drawn, as in training",
     -kInfinity,
     kInfinity,
     {"best", "gates", "greedy", "sampled"}},
    play);
}

void PolicyGradientConfig::fields_of_learning(Fields& f) {
  f({"horizon",
     "min",
     "A reward so far ahead counts 1/e; nights count",
     1,
     1e9,
     {},
     Search::log(240, 10080)},
    horizon);
  f({"lambda",
     "-",
     "How far an advantage looks ahead before it trusts the value estimate, per decision (GAE)",
     0,
     1,
     {},
     Search::linear(0.5, 1)},
    lambda);
  f({"steps", "-", "Decisions of each environment between two rounds of learning", 1, 100000},
    steps);
  f({"lr", "-", "Learning rate at the start", 0, 1, {}, Search::log(3e-4, 1e-2)}, lr);
  f({"critic_lr", "-",
     "The same of a hidden critic: larger, since a judge must learn what a debt costs before the "
     "policy has led many into one",
     0, 1},
    critic_lr);
  f({"forecast_lr",
     "-",
     "The same of forecasting whether a candidate will be chosen, and what it brings at once, "
     "chosen "
     "or left; 0 = no forecast",
     0,
     1,
     {},
     Search::log(1e-4, 1e-2)},
    forecast_lr);
  f({"warmup", "-",
     "Rollouts over which the policy's rate rises to lr: forecasts and critic learn first, or "
     "silence "
     "would be all that is learned",
     0, 1e6},
    warmup);
  f({"schedule",
     "-",
     "How they fall over the training: constant, linear or cosine, to 0",
     -kInfinity,
     kInfinity,
     {"constant", "linear", "cosine"}},
    schedule);
  f({"weight_decay", "-", "Decoupled decay of weight matrices, per step, times the rate", 0, 10},
    weight_decay);
  f({"average",
     "-",
     "What plays is the mean over about this part of the steps so far, the latest; 0 = the last "
     "one",
     0,
     1,
     {},
     Search::linear(0.02, 0.3)},
    average);
  f({"gradient_limit", "-",
     "The gradients of the policy's parameters and of the critic's are each no longer than this",
     1e-6, 1e9},
    gradient_limit);
}

/// How much counts what, and where it begins.
void PolicyGradientConfig::fields_of_scales(Fields& f) {
  f({"entropy",
     "-",
     "Weight of the bonus on undecided policies",
     0,
     10,
     {},
     Search::linear(0, 0.02)},
    entropy);
  f({"value_weight", "-",
     "Weight of the network's own value in its loss; small beside a hidden critic, or its rare "
     "large "
     "errors drown what the policy learns",
     0, 100},
    value_weight);
  f({"critic",
     "-",
     "What the judge of decisions sees in training: hidden = the hidden state of the person too, "
     "which the policy never sees; public = what the policy sees, by a value of its own",
     -kInfinity,
     kInfinity,
     {"hidden", "public"}},
    critic);
  f({"reward_scale", "-",
     "Rewards are divided by this; 0 = by the root mean square of the returns of the first "
     "rollout, "
     "and so ever after",
     0, 1e9},
    reward_scale);
  f({"reward_clip", "-", "And then kept within plus and minus this", 1e-3, 1e9}, reward_clip);
  f({"first_show", "-",
     "Chance that a slot of the feed is filled before anything was learned: a policy that knows "
     "nothing must not overload anybody",
     0.001, 0.999},
    first_show);
  f({"first_push", "-", "The same for the slots of a push", 0.001, 0.999}, first_push);
}

/// Of those that learn from a decision more than once.
void PolicyGradientConfig::fields_of_reuse(Fields& f) {
  f({"epochs", "-", "How often each decision is learned from", 1, 1000, {}, Search::linear(1, 4)},
    epochs);
  f({"minibatch",
     "-",
     "About how many decisions make one step of the optimiser",
     1,
     1 << 24,
     {},
     Search::log(256, 4096)},
    minibatch);
  f({"clip",
     "-",
     "How far the chance of a slate may move, as a ratio, before it stops counting",
     1e-3,
     10,
     {},
     Search::linear(0.1, 0.4)},
    clip);
  f({"value_clip", "-", "How far a value may move from the old one, likewise; 0 = anywhere", 0,
     1e6},
    value_clip);
  f({"target_kl", "-",
     "A round of learning stops when the policy has moved further than 1.5 times this; 0 = never",
     0, 1e6},
    target_kl);
}

}  // namespace infodiet
