#include "agents/learning/policy_gradient.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include <fmt/format.h>

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
  return {.clips = clips,
          .clip = config.clip,
          .value_clip = clips ? config.value_clip : 0,
          .value_weight = config.value_weight,
          .forecast_weight = config.forecast_weight,
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
      gradient_(*network_, critic_.get()) {
  begin(0);
}

void PolicyGradient::begin(std::uint64_t seed) {
  seed_ = agent_seed(seed);
  const nn::ParameterTable& table = network_->table();
  table.initialize(parameters_.data(), seed_);
  // the first policy shows little, and hardly ever pushes
  const auto logit = [](double p) { return std::log(p / (1 - p)); };
  const int push = encoder_.push_column();
  for (const nn::Parameter& parameter : table.parameters()) {
    auto values = parameter.of(parameters_.data());
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
  normaliser_ = Normaliser(encoder_.shape(), encoder_.unbounded());
  reward_scale_ = config_.reward_scale;
  worth_scale_ = 0;
  advantage_variance_ = 0;
  rule_ = 0;
  updates_ = rollouts_ = 0;
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
  const Rates rates{config_.lr * left, config_.critic_lr * left};

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
  if (rollouts_ > 1) sums = improve(all, rates, workers);
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

/// Steps of the optimiser over minibatches in random order, again and again.
GradientFigures PolicyGradient::improve(const Experience& all, const Rates& rates,
                                        Workers& workers) {
  GradientFigures sums;
  const std::size_t count = order_.size();
  const int epochs = objective_.clips ? config_.epochs : 1;
  const std::size_t size = objective_.clips ? static_cast<std::size_t>(config_.minibatch) : count;
  const std::size_t minibatches = std::max<std::size_t>(1, (count + size / 2) / size);
  // over the whole rollout: a minibatch that happens to hold a catastrophe must weigh what it
  // weighs
  double mean = 0, square = 0;
  for (const std::uint32_t row : order_) mean += double{advantages_[row]};
  mean /= static_cast<double>(count);
  for (const std::uint32_t row : order_) {
    const double d = double{advantages_[row]} - mean;
    square += d * d;
  }
  // over many rollouts: in one that holds a catastrophe it must weigh more than what others hold
  constexpr double kKeep = 0.95;
  const double variance = square / static_cast<double>(count);
  advantage_variance_ =
      advantage_variance_ > 0 ? kKeep * advantage_variance_ + (1 - kKeep) * variance : variance;
  const double deviation = std::sqrt(advantage_variance_);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const EpisodeKey dice{seed_, static_cast<std::uint32_t>(rollouts_),
                          static_cast<std::uint32_t>(epoch)};
    for (std::size_t i = count - 1; i > 0; --i) {  // Fisher-Yates
      const auto index = static_cast<std::uint32_t>(i);
      const auto words = random_words(dice, Purpose::kShuffle, index / 4);
      std::swap(order_[i], order_[uniform_below(words[index % 4], index + 1)]);
    }
    for (std::size_t b = 0; b < minibatches; ++b) {
      const std::size_t begin = count * b / minibatches, end = count * (b + 1) / minibatches;
      const auto rows = std::span(order_).subspan(begin, end - begin);
      GradientFigures figures = gradient_.compute(
          {all, normaliser_, objective_, parameters_.data(), advantages_, returns_, outcomes_, rows,
           static_cast<float>(mean), static_cast<float>(1 / (deviation + 1e-8)), spec_.slate_min,
           spec_.slate_max},
          workers);
      const auto place = [this] { return fmt::format("step {} of learning", updates_ + 1); };
      if (!std::isfinite(figures.loss)) {
        throw Error(ErrorCode::kState, place(),
                    "the loss is not finite (lower agent.lr, or look at the rewards)");
      }
      if (objective_.clips && config_.target_kl > 0 &&
          figures.kl / figures.count > 1.5 * config_.target_kl) {
        return sums;
      }
      try {
        figures.gradient_norm =
            nn::clip_gradients(network_->table(), config_.gradient_limit, gradient_.sum().data());
        if (critic_ != nullptr) {
          nn::clip_gradients(critic_->table(), config_.gradient_limit,
                             gradient_.sum().data() + network_size());
        }
        figures.minibatches = 1;
      } catch (const Error& error) {
        throw Error(ErrorCode::kState, place(), error.what());
      }
      ++updates_;
      adam_.step(network_->table(), updates_, rates.policy, gradient_.sum().data(), mean_.data(),
                 square_.data(), parameters_.data());
      if (critic_ != nullptr) {
        const std::size_t at = network_size();
        adam_.step(critic_->table(), updates_, rates.critic, gradient_.sum().data() + at,
                   mean_.data() + at, square_.data() + at, parameters_.data() + at);
      }
      average();
      sums.add(figures);
    }
  }
  return sums;
}

void PolicyGradient::average() {
  const double window = config_.average * static_cast<double>(updates_);  // in steps
  const auto share = static_cast<float>(window > 1 ? 1 / window : 1.0);
  for (std::size_t i = 0; i < average_.size(); ++i)
    average_[i] += share * (parameters_[i] - average_[i]);
}

}  // namespace infodiet
