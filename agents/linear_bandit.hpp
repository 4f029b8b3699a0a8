#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "agents/estimates.hpp"
#include "agents/linear_model.hpp"
#include "agents/memory.hpp"
#include "agents/serving.hpp"

namespace infodiet {

/// What linear bandits share: one linear model of an item's value for all items, learned while the
/// episode runs from what the items shown last came to (`Estimates::outcome`).
///
/// Features, where a world has them: a constant, topics, length, freshness, popularity, appeal,
/// whether it was shown before, whether this is a push, the load estimate, and the value that
/// `Estimates` predicts. The last begins with weight 1 and all others with 0: an agent that has
/// learned nothing yet goes by that prediction.
class LinearBandit {
 public:
  struct Settings {
    float floor = 0.02f;
    float noise = 0.3f;
    float prior_sd = 0.1f;
    Serving serving;
    Estimates::Settings estimates;

    void fields(Fields& f);
  };

  /// Of one environment. All zero: nothing known yet.
  struct Memory {
    LinearModel model;
    int waiting;                                     ///< items shown last, outcome unknown
    std::array<LinearModel::Row, kMaxSlots> waited;  ///< their features, by slot
  };

  LinearBandit(const Settings& settings, const Spec& spec);

  const Columns& columns() const { return columns_; }
  int features() const { return size_; }

  /// Answers the decisions of a block: those at or above the floor, best first.
  /// @param score  (decision, model, features (M), out (M)) -> higher is better
  template <class Score>
  void act(const Observations& seen, std::span<std::byte> memory, Slates slates,
           const Score& score) const {
    for (int env = 0; env < seen.size; ++env) {
      const Decision now(seen, columns_, env);
      auto& kept = memory_row<Memory>(memory, env);
      std::int32_t* const slate = &slates[env * columns_.slots];
      learn(now, kept);
      show_nothing(slate, columns_.slots);
      const int room = settings_.serving.room(now);
      if (room == 0) continue;
      std::array<LinearModel::Row, kMaxCandidates> rows;  // of those, the first `valid` are set
      std::array<float, kMaxCandidates> scores;
      describe(now, rows.data());
      score(now, kept.model, rows.data(), scores.data());
      const int good = count_above(scores.data(), now.valid(), settings_.floor);
      const int count = now.allowed(std::min(room, good));
      show_best(scores.data(), now.valid(), count, slate, columns_.slots);
      for (int i = 0; i < count; ++i) kept.waited[i] = rows[slate[i]];
      kept.waiting = count;
    }
  }

  /// What `act` is about to rank the candidates of one decision by, for people who look.
  /// @param name   of the score
  /// @param score  as there
  template <class Score>
  Explanation explain(const Observations& seen, int env, std::span<const std::byte> memory,
                      const std::string& name, const Score& score) const {
    Memory kept;  // a copy, which may learn
    std::memcpy(&kept, memory.data(), sizeof kept);
    learn(Decision(seen, columns_, env), kept);
    return explain_best(seen, env, columns_, name, [&](const Decision& now, float* out) {
      std::array<LinearModel::Row, kMaxCandidates> rows;  // the first `valid` are set
      describe(now, rows.data());
      score(now, kept.model, rows.data(), out);
    });
  }

 private:
  void learn(const Decision& now, Memory& kept) const;
  void describe(const Decision& now, LinearModel::Row* rows) const;

  Settings settings_;
  Estimates estimates_;
  Columns columns_;
  int topic_columns_;  // of the model
  int size_;
};

}  // namespace infodiet
