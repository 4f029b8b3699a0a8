#include "sim/training/train_session.hpp"

#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/build_info.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/evaluation.hpp"
#include "sim/training/metric_names.hpp"
#include "sim/training/trained_policy.hpp"

namespace infodiet {
namespace {

constexpr std::size_t kRecent = 100;
constexpr const char* kRecentEpisodes = "session.recent_episodes";
constexpr const char* kSums = "session.sums";

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<std::string> names_of(const Spec& spec) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : training_metrics(spec)) names.push_back(metric.name);
  return names;
}

/// Whether one of `times` evenly spaced marks lies in (before, after].
bool passes(std::uint64_t before, std::uint64_t after, std::uint64_t total, int times) {
  const auto marks = [&](std::uint64_t at) {
    return std::floor(static_cast<double>(at) * times / static_cast<double>(total));
  };
  return marks(after) > marks(before);
}

}  // namespace

TrainSession::TrainSession(LearningWorld learning, RunDirectory& run, Workers& workers,
                           bool resumes)
    : learning_(std::move(learning)),
      experiment_(learning_.experiment),
      spec_(learning_.world->spec()),
      run_(run),
      workers_(workers),
      plan_(make_train_plan(experiment_, experiment_.run.seed)),
      trainer_(learning_.world, experiment_.agent, plan_) {
  if (resumes) {
    resume();
  } else {
    metrics_.emplace(run_.path(), names_of(spec_));
    tensorboard_.emplace(run_.path(), training_metrics(spec_));
    tensorboard_->text(0, "experiment", markdown_code(write_yaml(experiment_), "yaml"));
  }
  started_ = steady_seconds();
  first_decision_ = trainer_.decisions();
}

void TrainSession::resume() {
  const auto folder = run_.path() / "checkpoints";
  const LatestCheckpoint latest = latest_checkpoint(folder, true);
  warning_ = latest.warning;
  const Checkpoint checkpoint = read_checkpoint(latest.path, true);
  if (checkpoint.spec_fingerprint != spec_fingerprint(spec_) ||
      checkpoint.agent_yaml != agent_to_yaml(experiment_.agent)) {
    throw Error(ErrorCode::kState, latest.path.string(),
                "is of another agent or world than the run's config.yaml (was a file changed?)");
  }
  trainer_.load(checkpoint.policy, checkpoint.training);
  const auto sums = checkpoint.training.at<double>(kSums, {4});
  minutes_ = sums[0];
  elapsed_before_ = sums[1];
  if (!std::isnan(sums[2])) best_ = sums[2];
  const Tensor& recent = checkpoint.training.at(kRecentEpisodes);
  const auto values = recent.as<double>();
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
    recent_.push_back({values[i], values[i + 1]});
  // it may have been killed between a checkpoint and the word that it is the best
  const auto best = best_checkpoint(folder);
  if (best_ && checkpoint.score == best_ && (!best || read_checkpoint(*best, false).score != best_))
    write_best(folder, checkpoint.decisions);
  metrics_.emplace(run_.path(), names_of(spec_), static_cast<std::uint64_t>(sums[3]));
  tensorboard_.emplace(run_.path(), training_metrics(spec_),
                       static_cast<std::int64_t>(trainer_.decisions()) + 1);
}

TrainEnd TrainSession::train(const std::atomic<bool>& cancel,
                             const std::function<void(const TrainNews&)>& tell) {
  bool stopped = cancel;  // looked at once a rollout: the one it stops after must be kept
  while (!trainer_.done() && !stopped) {
    const std::uint64_t before = trainer_.decisions();
    const Iteration iteration = trainer_.iterate(workers_);
    const std::uint64_t after = trainer_.decisions();
    minutes_ += iteration.rollout.minutes;
    for (const Episode& episode : iteration.rollout.episodes) recent_.push_back(episode);
    while (recent_.size() > kRecent) recent_.pop_front();

    std::optional<double> evaluated;
    if (passes(before, after, plan_.decisions, experiment_.train.evaluations) || trainer_.done())
      evaluated = evaluate_policy();
    log(iteration, evaluated);
    const bool due = passes(before, after, plan_.decisions, experiment_.train.checkpoints);
    stopped = cancel;
    if (due || evaluated || trainer_.done() || stopped) keep(evaluated);

    TrainNews news{after, 0, iteration.rollout.rewards, evaluated};
    const double days = iteration.rollout.minutes / 1440;
    const auto ended = static_cast<double>(iteration.rollout.episodes.size());
    const double per = spec_.score_per == ScorePer::kDay ? days : ended;
    news.score = iteration.rollout.score / per;
    for (double& reward : news.rewards) reward /= per;
    tell(news);
  }
  return {!trainer_.done(), trainer_.decisions(), best_};
}

/// The score of the policy, by the rule that plays it best, on people that training never meets.
double TrainSession::evaluate_policy() {
  const std::vector<Contestant> contestants = trainer_.policies();
  EvalPlan plan;
  plan.first_seed = experiment_.train.first_seed - 1;
  plan.seeds = 1;
  plan.envs = experiment_.train.episodes;
  plan.episodes_per_env = 1;
  const Evaluation played = evaluate(learning_.world, contestants, plan, workers_);
  const auto score_by = [&](int rule) { return played.value(rule, 0, 0); };
  int best = 0;
  for (int rule = 1; rule < static_cast<int>(contestants.size()); ++rule) {
    if (score_by(rule) > score_by(best)) best = rule;
  }
  trainer_.set_rule(best);
  return score_by(best);
}

void TrainSession::log(const Iteration& iteration, std::optional<double> evaluated) {
  const RolloutFigures& rollout = iteration.rollout;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto ended = static_cast<double>(rollout.episodes.size());
  const double per =
      spec_.score_per == ScorePer::kDay ? rollout.minutes / 1440 : (ended > 0 ? ended : nan);
  double score = 0, length = 0;
  for (const Episode& episode : recent_) {
    score += episode.score;
    length += episode.decisions;
  }
  const double count = recent_.empty() ? nan : static_cast<double>(recent_.size());
  const double seconds = steady_seconds() - started_;

  std::vector<std::string> names;  // of what lives no longer than this row
  names.reserve(rollout.rewards.size() + iteration.learning.size());
  std::vector<Metric> row = {
      {"time/iterations", static_cast<double>(trainer_.iterations())},
      {"time/total_timesteps", static_cast<double>(trainer_.decisions())},
      {"time/simulated_days", minutes_ / 1440},
      {"time/time_elapsed", elapsed()},
      {"time/fps", static_cast<double>(trainer_.decisions() - first_decision_) / seconds},
      {"rollout/ep_rew_mean", score / count},
      {"rollout/ep_len_mean", length / count},
      {"rollout/score", rollout.score / per},
      {"rollout/silence", rollout.silent / rollout.decisions},
      {"rollout/shown", rollout.shown / rollout.decisions}};
  for (std::size_t i = 0; i < rollout.rewards.size(); ++i) {
    names.push_back("rollout/" + spec_.rewards[i].name);
    row.push_back({names.back(), rollout.rewards[i] / per});
  }
  for (const LearningFigure& figure : iteration.learning) {
    names.push_back("train/" + figure.name);
    row.push_back({names.back(), figure.value});
  }
  if (evaluated) {
    const bool daily = spec_.score_per == ScorePer::kDay;
    row.push_back({"eval/score", *evaluated});
    row.push_back({"eval/mean_reward", daily ? *evaluated * spec_.episode_days : *evaluated});
  }
  const auto step = static_cast<std::int64_t>(trainer_.decisions());
  metrics_->row(step, row);
  tensorboard_->row(step, row);
}

void TrainSession::keep(std::optional<double> evaluated) {
  const bool is_best = evaluated && (!best_ || *evaluated > *best_);
  if (is_best) best_ = evaluated;
  metrics_->sync();
  tensorboard_->sync();

  Checkpoint checkpoint;
  checkpoint.decisions = trainer_.decisions();
  checkpoint.score = evaluated;
  checkpoint.agent_yaml = agent_to_yaml(experiment_.agent);
  checkpoint.spec_fingerprint = spec_fingerprint(spec_);
  checkpoint.notes = {
      {"world", spec_.world}, {"part", learning_.part}, {"run", experiment_.run.name}};
  trainer_.save_policy(checkpoint.policy);
  trainer_.save_training(checkpoint.training);
  const double sums[] = {minutes_, elapsed(),
                         best_.value_or(std::numeric_limits<double>::quiet_NaN()),
                         static_cast<double>(metrics_->rows())};
  checkpoint.training.add(Tensor::of<double>(kSums, {4}, sums));
  std::vector<double> recent;
  for (const Episode& episode : recent_) {
    recent.push_back(episode.score);
    recent.push_back(episode.decisions);
  }
  checkpoint.training.add(Tensor::of<double>(
      kRecentEpisodes, {static_cast<std::int64_t>(recent_.size()), 2}, std::span(recent)));
  const auto folder = run_.path() / "checkpoints";
  write_checkpoint(folder, checkpoint);
  if (is_best) write_best(folder, checkpoint.decisions);
  prune_checkpoints(folder, experiment_.output.keep);
}

double TrainSession::elapsed() const { return elapsed_before_ + steady_seconds() - started_; }

}  // namespace infodiet
