#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "agents/learning/policy_gradient.hpp"
#include "env/core/error.hpp"

// Steps of the optimisers: of the policy and its critic, and then of the forecasts.

namespace infodiet {

/// Fisher-Yates, with dice of their own for every round.
void PolicyGradient::shuffle(std::vector<std::uint32_t>& rows, std::uint32_t round) const {
  const EpisodeKey dice{seed_, static_cast<std::uint32_t>(rollouts_), round};
  for (std::size_t i = rows.size() - 1; i > 0; --i) {
    const auto index = static_cast<std::uint32_t>(i);
    const auto words = random_words(dice, Purpose::kShuffle, index / 4);
    std::swap(rows[i], rows[uniform_below(words[index % 4], index + 1)]);
  }
}

/// Calls `step` with the rows of one minibatch after another, in random order, epoch by epoch,
/// until it says false. @param first_round  of the dice
template <class Step>
void PolicyGradient::in_minibatches(std::vector<std::uint32_t>& rows, std::uint32_t first_round,
                                    const Step& step) const {
  const std::size_t count = rows.size();
  const int epochs = objective_.clips ? config_.epochs : 1;
  const std::size_t size = objective_.clips ? static_cast<std::size_t>(config_.minibatch) : count;
  const std::size_t minibatches = std::max<std::size_t>(1, (count + size / 2) / size);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    shuffle(rows, first_round + static_cast<std::uint32_t>(epoch));
    for (std::size_t b = 0; b < minibatches; ++b) {
      const std::size_t begin = count * b / minibatches, end = count * (b + 1) / minibatches;
      if (!step(std::span<const std::uint32_t>(rows).subspan(begin, end - begin))) return;
    }
  }
}

/// The gradient over some rows, or a word on what is wrong with it.
GradientFigures PolicyGradient::gradient(const ShardedGradient::Batch& batch, Workers& workers) {
  GradientFigures figures = gradient_.compute(batch, workers);
  const auto place = [this] { return fmt::format("step {} of learning", updates_ + 1); };
  if (!std::isfinite(figures.loss)) {
    throw Error(ErrorCode::kState, place(),
                "the loss is not finite (lower agent.lr, or look at the rewards)");
  }
  try {
    figures.gradient_norm =
        nn::clip_gradients(network_->table(), config_.gradient_limit, gradient_.sum().data());
    if (critic_ != nullptr) {
      nn::clip_gradients(critic_->table(), config_.gradient_limit,
                         gradient_.sum().data() + network_size());
    }
  } catch (const Error& error) {
    throw Error(ErrorCode::kState, place(), error.what());
  }
  figures.minibatches = 1;
  return figures;
}

/// Steps of the policy and of the critic.
GradientFigures PolicyGradient::improve(const Experience& all, const Rates& rates,
                                        Workers& workers) {
  // over the whole rollout: a minibatch that happens to hold a catastrophe must weigh what it
  // weighs
  const auto count = static_cast<double>(order_.size());
  double mean = 0, square = 0;
  for (const std::uint32_t row : order_) mean += double{advantages_[row]};
  mean /= count;
  for (const std::uint32_t row : order_) {
    const double d = double{advantages_[row]} - mean;
    square += d * d;
  }
  // over many rollouts: in one that holds a catastrophe it must weigh more than what others hold
  constexpr double kKeep = 0.95;
  const double variance = square / count;
  advantage_variance_ =
      advantage_variance_ > 0 ? kKeep * advantage_variance_ + (1 - kKeep) * variance : variance;
  const double deviation = std::sqrt(advantage_variance_);

  GradientFigures sums;
  in_minibatches(order_, 0, [&](std::span<const std::uint32_t> rows) {
    const GradientFigures figures =
        gradient({all, normaliser_, objective_, parameters_.data(), advantages_, returns_,
                  outcomes_, rows, static_cast<float>(mean),
                  static_cast<float>(1 / (deviation + 1e-8)), spec_.slate_min, spec_.slate_max},
                 workers);
    if (objective_.clips && config_.target_kl > 0 &&
        figures.kl / figures.count > 1.5 * config_.target_kl) {
      return false;
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
    return true;
  });
  return sums;
}

/// Steps of the forecasts, after those of the policy. What is foretold better moves the policy,
/// too, and further than a step of its own may; of decisions that it made itself before, the next
/// rollout is the first that it learns from. With an optimiser of its own. @returns the mean loss
/// Source: Cobbe, Hilton, Klimov & Schulman 2021, "Phasic policy gradient", section 2,
/// arXiv:2009.04416: phases apart, of which ours are short.
double PolicyGradient::foretell(const Experience& all, const Rates& rates, Workers& workers) {
  std::vector<std::uint32_t>& shown = shown_;
  shown.clear();
  for (const std::uint32_t row : order_) {
    if (all.slate_of(row)[0] != kNothing) shown.push_back(row);
  }
  if (shown.empty()) return 0;
  Objective objective = objective_;
  objective.acts = false;
  objective.foretells = true;
  double loss = 0, count = 0;
  in_minibatches(
      shown, static_cast<std::uint32_t>(config_.epochs), [&](std::span<const std::uint32_t> rows) {
        const GradientFigures figures =
            gradient({all, normaliser_, objective, parameters_.data(), advantages_, returns_,
                      outcomes_, rows, 0.0f, 1.0f, spec_.slate_min, spec_.slate_max},
                     workers);
        ++forecast_updates_;
        adam_.step(network_->table(), forecast_updates_, rates.forecast, gradient_.sum().data(),
                   forecast_mean_.data(), forecast_square_.data(), parameters_.data());
        average();
        loss += figures.forecast_loss;
        count += figures.count;
        return true;
      });
  return loss / count;
}

void PolicyGradient::average() {
  const double window =
      config_.average * static_cast<double>(updates_ + forecast_updates_);  // in steps
  const auto share = static_cast<float>(window > 1 ? 1 / window : 1.0);
  for (std::size_t i = 0; i < average_.size(); ++i)
    average_[i] += share * (parameters_[i] - average_[i]);
}

}  // namespace infodiet
