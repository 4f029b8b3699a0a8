#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "agents/learning/experience.hpp"

namespace infodiet {

/// How rewards to come are weighed.
struct Returns {
  double horizon = 1440;    ///< min; a reward so far ahead counts 1/e
  double lambda = 0.95;     ///< per decision: how far advantages look beyond the next value
  float reward_scale = 1;   ///< rewards are divided by it
  float reward_clip = 100;  ///< and then kept within +- this
};

/// Generalised advantage estimation where decisions are minutes or a night apart:
///
///   discount_t = exp(-minutes_t / horizon)
///   delta_t    = reward_t + discount_t V_{t+1} - V_t
///   A_t        = delta_t + discount_t lambda A_{t+1}          return_t = A_t + V_t
///
/// An episode that ended by itself has V_{t+1} = 0; one that was cut has the value of its last
/// observation, for life would have gone on. Neither passes anything on across the reset.
/// Source: Schulman, Moritz, Levine, Jordan & Abbeel 2016, "High-dimensional continuous control
/// using generalized advantage estimation", eq. 16, arXiv:1506.02438; discounting by elapsed time
/// as in semi-Markov decision processes: Bradtke & Duff 1994, "Reinforcement learning methods for
/// continuous-time Markov decision problems".
/// @param advantages, returns  (B T) out; not set where a row is not valid
inline void estimate_advantages(const Experience& all, const Returns& how,
                                std::vector<float>& advantages, std::vector<float>& returns) {
  advantages.assign(all.count(), 0.0f);
  returns.assign(all.count(), 0.0f);
  for (int env = 0; env < all.envs; ++env) {
    float later = 0;  // the advantage of the next decision
    for (int t = all.steps - 1; t >= 0; --t) {
      const std::size_t row = all.row(env, t);
      if (all.valid[row] == 0) {
        later = 0;
        continue;
      }
      const bool ended = all.terminated[row] != 0 || all.truncated[row] != 0;
      const bool last = t == all.steps - 1;
      float next_value = 0;
      if (all.terminated[row] == 0) {
        next_value = ended || last ? all.value_after[row] : all.value[row + 1];
      }
      const auto discount = static_cast<float>(std::exp(-double{all.minutes[row]} / how.horizon));
      const float reward =
          std::clamp(all.score(row) / how.reward_scale, -how.reward_clip, how.reward_clip);
      const float delta = reward + discount * next_value - all.value[row];
      const float onward = ended ? 0.0f : later;
      later = delta + discount * static_cast<float>(how.lambda) * onward;
      advantages[row] = later;
      returns[row] = later + all.value[row];
    }
  }
}

}  // namespace infodiet
