#include "agents/learning/policy_gradient.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "agents/policy/decision_head.hpp"
#include "env/core/error.hpp"

namespace infodiet {
namespace {

/// Inputs are standardised by what is seen in the rollouts 1, 2 and 4. Each look anew changes what
/// a policy does; the fewer of them after it has learned, the better.
constexpr std::uint64_t kLooks = 4;

int part_named(const Spec& spec, const std::string& name) {
  if (name.empty()) return -1;
  std::string known;
  for (std::size_t i = 0; i < spec.rewards.size(); ++i) {
    if (spec.rewards[i].name == name) return static_cast<int>(i);
    known += (i > 0 ? ", " : "") + spec.rewards[i].name;
  }
  throw Error(ErrorCode::kConfig, "agent.condition.part",
              "'" + name + "' is no part of this world's reward (allowed: " + known + ")");
}

std::unique_ptr<PolicyNetwork<float>> make_network(const Choice& choice, const InputShape& shape) {
  return NetworkRegistry<float>::instance().make(choice, shape);
}

std::unique_ptr<HiddenCritic> make_critic(const PolicyGradientConfig& config, const Spec& spec,
                                          const Encoder& encoder) {
  if (config.critic != "hidden" || spec.hidden_features.empty()) return nullptr;
  return std::make_unique<HiddenCritic>(spec.hidden_features, encoder.shape(), encoder.unbounded());
}

Objective make_objective(const PolicyGradientConfig& config, bool clips) {
  return {.foretells = false,
          .clips = clips,
          .clip = config.clip,
          .value_clip = clips ? config.value_clip : 0,
          .value_weight = config.value_weight,
          .entropy_weight = config.entropy};
}

/// How much of the spread of the returns the values foretold: 1 all, 0 none, below 0 worse than
/// their mean.
double explained_variance(const Experience& all, const std::vector<float>& returns,
                          const std::vector<std::uint32_t>& rows) {
  double mean = 0, mean_error = 0;
  for (const std::uint32_t row : rows) {
    mean += double{returns[row]};
    mean_error += double{returns[row]} - double{all.value[row]};
  }
  const auto count = static_cast<double>(rows.size());
  mean /= count;
  mean_error /= count;
  double spread = 0, error = 0;
  for (const std::uint32_t row : rows) {
    const double d = double{returns[row]} - mean;
    const double e = double{returns[row]} - double{all.value[row]} - mean_error;
    spread += d * d;
    error += e * e;
  }
  return spread > 0 ? 1 - error / spread : 0;
}

}  // namespace

PolicyGradient::PolicyGradient(const PolicyGradientConfig& config, bool clips, const Spec& spec)
    : spec_(spec),
      config_owner_(config.clone()),
      config_(static_cast<const PolicyGradientConfig&>(*config_owner_)),
      condition_part_(part_named(spec, config.condition.part)),
      encoder_(spec, {.estimates = config.estimates,
                      .memory = config.memory,
                      .history = config.history,
                      .extra_context = conditioned() ? 1 : 0}),
      network_(make_network(config_.policy, encoder_.shape())),
      critic_(make_critic(config_, spec, encoder_)),
      objective_(make_objective(config, clips)),
      adam_{.epsilon = 1e-5, .decay = config.weight_decay},
      parameters_(network_size() + (critic_ != nullptr ? critic_->table().size() : 0)),
      average_(network_size()),
      normaliser_(encoder_.shape(), encoder_.unbounded()),
      reward_scale_(config.reward_scale),
      mean_(parameters_.size()),
      square_(parameters_.size()),
      forecast_mean_(network_size()),
      forecast_square_(network_size()),
      gradient_(*network_, critic_.get()) {
  begin(0);
}

void PolicyGradient::begin(std::uint64_t seed) {
  seed_ = agent_seed(seed);
  const nn::ParameterTable& table = network_->table();
  table.initialize(parameters_.data(), seed_);
  // the first policy shows little, and hardly ever pushes
  const auto logit = [](double p) {
    return std::log(p / (1 - p)) / nn::DecisionHead<float>::kSharp;
  };
  const int push = encoder_.push_column();
  for (const nn::Parameter& parameter : table.parameters()) {
    auto values = parameter.of(parameters_.data());
    // and tries more than what it foretells most of
    if (parameter.name == "head.use") values(0, 0) = 0.5f;
    if (parameter.name == "head.gate.bias")
      values.setConstant(static_cast<float>(logit(config_.first_show)));
    if (parameter.name == "head.direct_gate.weight" && push >= 0) {
      values.col(push).setConstant(
          static_cast<float>(logit(config_.first_push) - logit(config_.first_show)));
    }
  }
  if (critic_ != nullptr) {
    critic_->table().initialize(parameters_.data() + network_size(), seed_);
    *critic_ = *make_critic(config_, spec_, encoder_);
  }
  average_.assign(parameters_.begin(), parameters_.begin() + network_size());
  std::fill(mean_.begin(), mean_.end(), 0.0f);
  std::fill(square_.begin(), square_.end(), 0.0f);
  std::fill(forecast_mean_.begin(), forecast_mean_.end(), 0.0f);
  std::fill(forecast_square_.begin(), forecast_square_.end(), 0.0f);
  normaliser_ = Normaliser(encoder_.shape(), encoder_.unbounded());
  reward_scale_ = config_.reward_scale;
  worth_scale_ = 0;
  advantage_variance_ = 0;
  rule_ = 0;
  updates_ = forecast_updates_ = rollouts_ = 0;
}

// --- learning

Experience PolicyGradient::make_experience(int envs) const {
  return {envs, config_.steps, encoder_.shape(), static_cast<int>(spec_.rewards.size()),
          critic_ != nullptr ? spec_.hidden_features.size() : 0};
}

void PolicyGradient::look(const Experience& all) {
  if (!std::has_single_bit(rollouts_) || rollouts_ > kLooks) return;
  HiddenCritic::Scratch scratch;
  for (std::size_t row = 0; row < all.count(); ++row) {
    if (all.valid[row] == 0) continue;
    normaliser_.observe(all.record_of(row), all.rows[row]);
    if (critic_ != nullptr) critic_->observe(all.record_of(row), all.offer[row], scratch);
  }
  normaliser_.fix();
  if (critic_ != nullptr) critic_->normaliser().fix();
}

std::vector<LearningFigure> PolicyGradient::learn(const Experience& all, double done,
                                                  Workers& workers) {
  check(all);
  ++rollouts_;
  if (!(reward_scale_ > 0)) set_reward_scale(all);
  nn::Schedule schedule{.peak = 1, .steps = 1'000'000};
  if (config_.schedule == "linear") schedule.shape = nn::Schedule::Shape::kLinear;
  if (config_.schedule == "cosine") schedule.shape = nn::Schedule::Shape::kCosine;
  const double left = schedule.rate(static_cast<std::uint64_t>(std::clamp(done, 0.0, 1.0) * 1e6));
  const double begun =
      config_.warmup > 0 ? std::min(1.0, static_cast<double>(rollouts_) / config_.warmup) : 1.0;
  const Rates rates{config_.lr * left * begun, config_.critic_lr * left,
                    config_.forecast_lr * left};

  const Returns how{.horizon = config_.horizon,
                    .lambda = config_.lambda,
                    .reward_scale = static_cast<float>(reward_scale_),
                    .reward_clip = static_cast<float>(config_.reward_clip)};
  attribute_outcomes(all);
  estimate_advantages(all, how, advantages_, returns_);
  order_.clear();
  for (std::size_t row = 0; row < all.count(); ++row) {
    if (all.valid[row] != 0) order_.push_back(static_cast<std::uint32_t>(row));
  }
  if (order_.empty()) return {};
  const double foretold = explained_variance(all, returns_, order_);
  GradientFigures sums;
  if (rollouts_ > 1) {
    sums = improve(all, rates, workers);
    if (rates.forecast > 0) sums.forecast_loss = foretell(all, rates, workers) * sums.count;
  }
  look(all);

  const double n = std::max(sums.count, 1.0);
  return {{"loss", sums.loss / n},
          {"policy_gradient_loss", sums.policy_loss / n},
          {"value_loss", sums.value_loss / n},
          {"forecast_loss", sums.forecast_loss / n},
          {"entropy_loss", -sums.entropy / n},
          {"approx_kl", sums.kl / n},
          {"clip_fraction", sums.clipped / n},
          {"explained_variance", foretold},
          {"clip_range", objective_.clips ? objective_.clip : std::nan("")},
          {"grad_norm", sums.gradient_norm / std::max(sums.minibatches, 1.0)},
          {"learning_rate", rates.policy},
          {"n_updates", static_cast<double>(updates_)}};
}

}  // namespace infodiet
