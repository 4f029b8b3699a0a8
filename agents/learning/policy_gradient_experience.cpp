#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "agents/learning/policy_gradient.hpp"
#include "env/core/error.hpp"

// What a learner makes of what was lived through, before it learns from it.

namespace infodiet {

/// Refuses what no learning could make sense of, before it has spoilt scale, means or parameters.
void PolicyGradient::check(const Experience& all) const {
  for (std::size_t row = 0; row < all.count(); ++row) {
    if (all.valid[row] == 0) continue;
    const InputRows used = all.rows[row];
    const auto in =
        PolicyInput<float>::of(all.record_of(row), encoder_.shape(), used.candidates, used.events);
    std::string what;
    if (!in.candidates.allFinite() || !in.history.allFinite() || !in.context.allFinite())
      what = "an observation";
    for (const float hidden : all.hidden_of(row))
      if (!std::isfinite(hidden)) what = "the hidden state";
    if (!std::isfinite(all.minutes[row])) what = "the time of a decision";
    for (int r = 0; r < all.rewards; ++r) {
      if (!std::isfinite(all.reward[row * all.rewards + r]))
        what = "a reward (" + spec_.rewards[r].name + ")";
    }
    if (what.empty()) continue;
    throw Error(ErrorCode::kState, fmt::format("rollout {} of learning", rollouts_ + 1),
                fmt::format("{} is not finite, at decision {} of environment {} (look at the world "
                            "'{}')",
                            what, row % all.steps, row / all.steps, spec_.world));
  }
}

/// The root mean square of returns as far as the rollout goes: a size, not an estimate of value.
void PolicyGradient::set_reward_scale(const Experience& all) {
  double squares = 0, count = 0;
  for (int env = 0; env < all.envs; ++env) {
    double later = 0;
    for (int t = all.steps - 1; t >= 0; --t) {
      const std::size_t row = all.row(env, t);
      if (all.valid[row] == 0) {
        later = 0;
        continue;
      }
      const bool ended = all.terminated[row] != 0 || all.truncated[row] != 0;
      const double discount = std::exp(-double{all.minutes[row]} / config_.horizon);
      later = double{all.score(row)} + (ended ? 0.0 : discount * later);
      squares += later * later;
      count += 1;
    }
  }
  // room for what a careless policy can do to people, which is more than a careful one can do for
  // them: values must be able to follow
  constexpr double kRoom = 8;
  const double size = kRoom * std::sqrt(squares / std::max(count, 1.0));
  reward_scale_ = size > 1e-6 ? size : 1;
}

/// What a decision earned is put down to what was chosen in it; if nothing was, to all that was
/// shown in equal parts. The unit is the root mean square over the choices of the first rollout in
/// which there were any.
void PolicyGradient::attribute_outcomes(const Experience& all) {
  outcomes_.assign(all.clicked.size(), {});
  double squares = 0, clicks = 0;
  for (std::size_t row = 0; row < all.count(); ++row) {
    if (all.valid[row] == 0) continue;
    const auto slate = all.slate_of(row);
    const auto shown =
        static_cast<std::size_t>(std::find(slate.begin(), slate.end(), kNothing) - slate.begin());
    const float earned = all.score(row) + debt_made(all, row);
    bool any = false;
    for (std::size_t k = 0; k < shown; ++k) any = any || all.clicked[row * slate.size() + k] != 0;
    for (std::size_t k = 0; k < shown; ++k) {
      const std::size_t at = row * slate.size() + k;
      const bool clicked = all.clicked[at] != 0;
      outcomes_[at] = {clicked, any ? earned : earned / static_cast<float>(shown), clicked == any};
      if (!clicked) continue;
      squares += double{earned} * double{earned};
      clicks += 1;
    }
  }
  if (!(worth_scale_ > 0) && squares > 0) worth_scale_ = std::sqrt(squares / clicks);
  const auto unit = static_cast<float>(worth_scale_ > 0 ? 1 / worth_scale_ : 0.0);
  for (auto& outcome : outcomes_) outcome.worth = compressed(outcome.worth * unit);
}

/// By how much what is owed grew with a decision, in units of the reward; 0 where nobody looked
/// again.
float PolicyGradient::debt_made(const Experience& all, std::size_t row) const {
  const bool last = (row + 1) % static_cast<std::size_t>(all.steps) == 0;
  if (last || all.valid[row + 1] == 0 || all.terminated[row] != 0 || all.truncated[row] != 0)
    return 0;
  return (all.owed[row + 1] - all.owed[row]) * static_cast<float>(reward_scale_);
}

}  // namespace infodiet
