#include "sim/training/metric_names.hpp"

#include "sim/measures.hpp"

namespace infodiet {

std::vector<MetricInfo> training_metrics(const Spec& spec) {
  const std::vector<Measure> measures = measures_of(spec);
  const std::string rate = measures.at(0).unit;  // of the score: "min/day"
  const std::string sum = rate.substr(0, rate.rfind('/'));
  const std::string total = sum == "1" ? "-" : sum;
  const std::string over = spec.score_per == ScorePer::kDay
                               ? "per simulated day, over the decisions of this iteration"
                               : "per episode, over those that ended in this iteration";

  std::vector<MetricInfo> metrics = {
      {"time/iterations", "-", "rollouts collected and learnt from so far"},
      {"time/total_timesteps", "decision", "decisions trained on so far: the step of every row"},
      {"time/simulated_days", "d", "simulated time trained on so far, over all environments"},
      {"time/time_elapsed", "s", "time spent training, without the time between resumptions", true},
      {"time/fps", "decision/s", "speed since the start or the last resumption", true},
      {"rollout/ep_rew_mean", total, "score of a whole episode, mean of the last 100 that ended"},
      {"rollout/ep_len_mean", "decision",
       "decisions of an episode, mean of the last 100 that ended"},
      {"rollout/score", rate, "what is maximised, " + over},
  };
  for (const Measure& measure : measures) {
    if (measure.kind != Measure::Kind::kReward) continue;
    metrics.push_back({"rollout/" + measure.name, measure.unit,
                       "the part `" + measure.name + "` of the reward, likewise"});
  }
  const std::vector<MetricInfo> others = {
      {"rollout/silence", "-",
       "share of the decisions of this iteration in which nothing was shown"},
      {"rollout/shown", "item", "items shown in a decision of this iteration, mean"},
      {"train/learning_rate", "-", "step size of the optimiser in this iteration"},
      {"train/n_updates", "-", "steps of the optimiser so far"},
      {"train/loss", "-",
       "what steps of the policy minimise, policy, value and entropy together: mean over decisions"},
      {"train/policy_gradient_loss", "-", "PPO's clipped loss of the policy, mean over decisions"},
      {"train/value_loss", "-", "squared error of the predicted return, mean over decisions"},
      {"train/forecast_loss", "-",
       "of foretelling what comes of the items shown: mean over decisions that showed any"},
      {"train/entropy_loss", "nat", "minus the entropy of the policy, mean over decisions"},
      {"train/approx_kl", "nat",
       "how far the policy moved: KL divergence from that which collected the rollout, estimated"},
      {"train/clip_fraction", "-", "share of decisions at which PPO's ratio was clipped"},
      {"train/clip_range", "-", "how far PPO's ratio may be from 1 before it is clipped"},
      {"train/explained_variance", "-",
       "share of the variance of returns that the predicted ones explain: 1 is all, 0 none"},
      {"train/grad_norm", "-",
       "length of the gradient before it is clipped, mean over minibatches"},
      {"eval/mean_reward", total, "score of a whole episode of evaluation, mean"},
      {"eval/score", rate, "what is maximised, as `infodiet eval` has it"},
  };
  metrics.insert(metrics.end(), others.begin(), others.end());
  return metrics;
}

}  // namespace infodiet
