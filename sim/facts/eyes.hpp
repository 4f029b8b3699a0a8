#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "env/person/person.hpp"
#include "sim/facts/trial.hpp"

namespace infodiet {

/// Reads a full observation (`observe: full`) as test policies need it: how an item pulls a person,
/// and what a minute of it is worth to him, at this moment.
class Eyes {
 public:
  /// @param config  of the world that is looked at; `observe` must be full
  explicit Eyes(const FeedConfig& config);

  bool push(const Look& look) const { return look.context(push_) > 0; }
  /// A session has just begun.
  bool opening(const Look& look) const { return !push(look) && look.context(session_) <= 0; }
  int pushes_today(const Look& look) const { return static_cast<int>(look.context(pushes_today_)); }

  float length(const Look& look, int i) const { return look.candidate(i, length_); }
  float age(const Look& look, int i) const { return look.candidate(i, age_); }
  /// Quality in effect at its age.
  float quality(const Look& look, int i) const;
  /// What its first minute is worth: q sum phi w (1 - k) [wsm/min].
  float worth(const Look& look, int i) const { return quality(look, i) * novelty(look, i); }
  /// U in the first place of a slate, but for what fatigue takes from all alike [logit].
  float pull(const Look& look, int i) const;

  double last_dwell(const Look& look) const {
    return static_cast<double>(look.context(last_dwell_));
  }
  double knowledge_gap(const Look& look) const { return static_cast<double>(look.context(gap_)); }
  double goodwill(const Look& look) const { return static_cast<double>(look.context(goodwill_)); }
  double fatigue(const Look& look) const { return static_cast<double>(look.context(fatigue_)); }
  double strain(const Look& look) const { return static_cast<double>(look.context(strain_)); }
  double hour(const Look& look) const { return static_cast<double>(look.context(hour_)); }

  float known(const Look& look, int topic) const { return look.context(known_ + topic); }
  float satiation(const Look& look, int topic) const { return look.context(satiation_ + topic); }
  float interest(const Look& look, int topic) const { return look.context(interest_ + topic); }

 private:
  float novelty(const Look& look, int i) const;

  Person person_;
  int topics_, topic_, length_, age_, half_life_, appeal_, quality_, push_, session_, pushes_today_,
      hour_, known_, worth_, satiation_, interest_, last_dwell_, goodwill_, fatigue_, strain_, gap_;
};

/// Writes the candidates with the highest marks, best first.
/// @param mark  of a candidate by position
/// @param most  how many at most; those with a mark of -infinity never
template <class Mark>
void show_best(const Look& look, std::span<std::int32_t> slate, int most, const Mark& mark) {
  std::vector<std::pair<float, std::int32_t>> ranked;
  for (int i = 0; i < look.candidates(); ++i) {
    const float m = mark(i);
    if (m > -INFINITY) ranked.emplace_back(-m, i);
  }
  std::sort(ranked.begin(), ranked.end());
  const std::size_t count = std::min({static_cast<std::size_t>(most), slate.size(), ranked.size()});
  for (std::size_t slot = 0; slot < count; ++slot) slate[slot] = ranked[slot].second;
}

}  // namespace infodiet
