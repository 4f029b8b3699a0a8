#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "agents/decision.hpp"
#include "agents/slate.hpp"
#include "env/api/explain.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// How much an agent shows at a time, and how often it may push: the same settings for all, so that
/// they differ by what they show. Written among an agent's own settings.
struct Serving {
  int slots = kMaxSlots;
  bool push = false;
  int push_slots = 1;
  float push_gap = 120;
  int pushes_per_day = 4;

  void fields(Fields& f) {
    f({.name = "slots",
       .unit = "-",
       .help = "Most items shown in the feed at once (the world's own limit holds too).",
       .low = 1,
       .high = kMaxSlots,
       .search = Search::linear(1, 6)},
      slots);
    f({.name = "push",
       .unit = "",
       .help = "Whether pushes are sent, or only the feed is served.",
       .search = Search::any()},
      push);
    f({.name = "push_slots",
       .unit = "-",
       .help = "Most items in a push.",
       .low = 1,
       .high = kMaxSlots,
       .search = Search::linear(1, 3)},
      push_slots);
    f({.name = "push_gap",
       .unit = "min",
       .help = "Least time between two pushes.",
       .low = 0,
       .high = 1e6,
       .search = Search::log(15, 1440)},
      push_gap);
    f({.name = "pushes_per_day",
       .unit = "-",
       .help = "Most pushes between two nights.",
       .low = 1,
       .high = 1440,
       .search = Search::log(1, 32)},
      pushes_per_day);
  }

  /// For tables: 'newest+push'.
  std::string variant() const { return push ? "push" : ""; }

  /// How many items may be shown now.
  int room(const Decision& now) const {
    if (!now.is_push()) return now.allowed(slots);
    const float today = now.context(now.columns().context.pushes_today, 0);
    const bool may =
        push && today < static_cast<float>(pushes_per_day) && now.since_push() >= push_gap;
    return now.allowed(may ? push_slots : 0);
  }
};

/// Answers every decision of a block with its best candidates.
/// @param room   (decision) -> how many to show
/// @param score  (decision, out (M)) -> higher is better; asked only where something is shown
template <class Room, class Score>
void serve_best(const Observations& seen, const Columns& columns, Slates slates, const Room& room,
                const Score& score) {
  for (int env = 0; env < seen.size; ++env) {
    const Decision now(seen, columns, env);
    std::int32_t* const slate = &slates[env * columns.slots];
    const int count = room(now);
    if (count == 0) {
      show_nothing(slate, columns.slots);
      continue;
    }
    std::array<float, kMaxCandidates> scores;  // the first `valid` are set
    score(now, scores.data());
    show_best(scores.data(), now.valid(), count, slate, columns.slots);
  }
}

/// What `serve_best` ranks by, for people who look.
/// @param score  as there
template <class Score>
Explanation explain_best(const Observations& seen, int env, const Columns& columns,
                         const std::string& name, const Score& score) {
  const Decision now(seen, columns, env);
  std::vector<float> scores(kMaxCandidates);
  score(now, scores.data());
  scores.resize(static_cast<std::size_t>(now.valid()));
  Explanation why;
  why.score_name = name;
  why.scores = std::move(scores);
  return why;
}

}  // namespace infodiet
