#include "agents/learning/policy_gradient.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "env/core/error.hpp"

// What a learner is kept as.

namespace infodiet {
namespace {

template <class T>
void add(Tensors& into, const std::string& name, const std::vector<T>& values) {
  into.add(Tensor::of<T>(name, {static_cast<std::int64_t>(values.size())}, std::span(values)));
}

template <class T>
void get(const Tensors& from, const std::string& name, std::vector<T>& values) {
  const auto stored = from.at<T>(name, {static_cast<std::int64_t>(values.size())});
  std::copy(stored.begin(), stored.end(), values.begin());
}

/// Every parameter as a tensor of its own name and shape.
void add_block(Tensors& into, const std::string& prefix, const nn::ParameterTable& table,
               std::span<const float> block) {
  for (const nn::Parameter& parameter : table.parameters()) {
    const std::size_t count = static_cast<std::size_t>(parameter.rows) * parameter.cols;
    into.add(Tensor::of<float>(prefix + parameter.name, {parameter.rows, parameter.cols},
                               block.subspan(parameter.offset, count)));
  }
}

void get_block(const Tensors& from, const std::string& prefix, const nn::ParameterTable& table,
               std::span<float> block) {
  for (const nn::Parameter& parameter : table.parameters()) {
    const auto stored = from.at<float>(prefix + parameter.name, {parameter.rows, parameter.cols});
    std::copy(stored.begin(), stored.end(),
              block.begin() + static_cast<std::ptrdiff_t>(parameter.offset));
  }
}

/// What a normaliser does, and what it goes by.
void add_scales(Tensors& into, const std::string& prefix, const Normaliser& normaliser) {
  add(into, prefix + "shift", normaliser.shift());
  add(into, prefix + "scale", normaliser.scale());
}
void add_counts(Tensors& into, const std::string& prefix, const Normaliser& normaliser) {
  add(into, prefix + "count", normaliser.count());
  add(into, prefix + "mean", normaliser.mean());
  add(into, prefix + "square", normaliser.square());
}
void get_scales(const Tensors& from, const std::string& prefix, Normaliser& normaliser) {
  get(from, prefix + "shift", normaliser.shift());
  get(from, prefix + "scale", normaliser.scale());
}
void get_counts(const Tensors& from, const std::string& prefix, Normaliser& normaliser) {
  get(from, prefix + "count", normaliser.count());
  get(from, prefix + "mean", normaliser.mean());
  get(from, prefix + "square", normaliser.square());
}

}  // namespace

int PolicyGradient::num_rules() const {
  return config_.play == "best" ? static_cast<int>(kFirmness.size()) : 1;
}

std::size_t PolicyGradient::parameter_count() const {
  std::size_t count = 0;
  for (const nn::Parameter& parameter : network_->table().parameters())
    count += static_cast<std::size_t>(parameter.rows) * static_cast<std::size_t>(parameter.cols);
  return count;
}

void PolicyGradient::save_policy(Tensors& into) const {
  add_block(into, "", network_->table(), average_);
  add_scales(into, "normaliser.", normaliser_);
  add(into, "reward_scale", std::vector<double>{reward_scale_});
  add(into, "worth_scale", std::vector<double>{worth_scale_});
  add(into, "rule", std::vector<std::uint64_t>{static_cast<std::uint64_t>(rule_)});
}

void PolicyGradient::load_policy(const Tensors& from) {
  get_block(from, "", network_->table(), average_);
  get_scales(from, "normaliser.", normaliser_);
  std::vector<double> scale(1);
  get(from, "reward_scale", scale);
  reward_scale_ = scale[0];
  get(from, "worth_scale", scale);
  worth_scale_ = scale[0];
  std::vector<std::uint64_t> rule(1);
  get(from, "rule", rule);
  if (rule[0] >= kFirmness.size()) {
    throw Error(ErrorCode::kState, "rule",
                fmt::format("{} is none of {}", rule[0], kFirmness.size()));
  }
  rule_ = static_cast<int>(rule[0]);
}

void PolicyGradient::save_training(Tensors& into) const {
  add_block(into, "last.", network_->table(), parameters_);
  add_block(into, "adam.mean.", network_->table(), mean_);
  add_block(into, "adam.square.", network_->table(), square_);
  add_block(into, "forecast_adam.mean.", network_->table(), forecast_mean_);
  add_block(into, "forecast_adam.square.", network_->table(), forecast_square_);
  add_counts(into, "normaliser.", normaliser_);
  if (critic_ != nullptr) {
    const auto its_part = [this](const std::vector<float>& all) {
      return std::span(all).subspan(network_size());
    };
    add_block(into, "", critic_->table(), its_part(parameters_));
    add_block(into, "adam.mean.", critic_->table(), its_part(mean_));
    add_block(into, "adam.square.", critic_->table(), its_part(square_));
    add_scales(into, "critic.normaliser.", critic_->normaliser());
    add_counts(into, "critic.normaliser.", critic_->normaliser());
  }
  add(into, "advantage_variance", std::vector<double>{advantage_variance_});
  add(into, "counters", std::vector<std::uint64_t>{seed_, updates_, forecast_updates_, rollouts_});
}

void PolicyGradient::load_training(const Tensors& from) {
  get_block(from, "last.", network_->table(), parameters_);
  get_block(from, "adam.mean.", network_->table(), mean_);
  get_block(from, "adam.square.", network_->table(), square_);
  get_block(from, "forecast_adam.mean.", network_->table(), forecast_mean_);
  get_block(from, "forecast_adam.square.", network_->table(), forecast_square_);
  get_counts(from, "normaliser.", normaliser_);
  if (critic_ != nullptr) {
    const auto its_part = [this](std::vector<float>& all) {
      return std::span(all).subspan(network_size());
    };
    get_block(from, "", critic_->table(), its_part(parameters_));
    get_block(from, "adam.mean.", critic_->table(), its_part(mean_));
    get_block(from, "adam.square.", critic_->table(), its_part(square_));
    get_scales(from, "critic.normaliser.", critic_->normaliser());
    get_counts(from, "critic.normaliser.", critic_->normaliser());
  }
  std::vector<double> variance(1);
  get(from, "advantage_variance", variance);
  advantage_variance_ = variance[0];
  std::vector<std::uint64_t> counters(4);
  get(from, "counters", counters);
  seed_ = counters[0];
  updates_ = counters[1];
  forecast_updates_ = counters[2];
  rollouts_ = counters[3];
}

}  // namespace infodiet
