#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "env/api/snapshot.hpp"
#include "env/api/spec.hpp"

namespace infodiet::viz {

/// The topics of an item, heaviest first.
struct TopicMix {
  static constexpr int kMost = 3;
  int count = 0;
  std::array<int, kMost> topic{};
  std::array<float, kMost> weight{};
};

/// Where the numbers of a world stand, found by what they mean, once. What a world lacks is -1, and
/// reads as NaN.
class Columns {
 public:
  explicit Columns(const Spec& spec);

  TopicMix topics(std::span<const float> row, bool is_event) const;
  /// "03" for "topic_03", else the first two letters.
  const std::string& code(int topic) const { return codes_[static_cast<std::size_t>(topic)]; }

  static float at(std::span<const float> row, int column) {
    return column >= 0 && column < static_cast<int>(row.size())
               ? row[static_cast<std::size_t>(column)]
               : StepRecord::kNone;
  }

  struct OfCandidate {
    int topic, length, age, half_life, popularity, appeal, shown_before;
  } candidate;
  struct OfEvent {
    int topic, since, rank, push, clicked, dwell, liked;
  } event;
  struct OfContext {
    int push, session, load;
  } context;
  /// Of the hidden state; also places in StepRecord::person where they are among the first.
  struct OfPerson {
    int balance, overload, fatigue, goodwill, habit, annoyance, tolerance, type;
    int known, interest, satiation;  ///< first of the topics
  } person;
  /// What is counted in what; "-" or "" where it has no unit.
  struct Units {
    std::string score, value, attention, overload;
  } unit;
  int topics_shown = 0;  ///< T

 private:
  std::vector<std::string> codes_;
};

/// What attention of a snapshot can be drawn: one layer, and who asks in it.
struct AttentionView {
  const Snapshot::Read* read = nullptr;
  std::size_t query = 0;      ///< who asks
  bool by_candidate = false;  ///< candidates ask, each by itself

  explicit operator bool() const { return read != nullptr; }
  /// (keys) of one head, or the mean of all for head -1.
  std::vector<float> weights(const Snapshot& shot, int head) const;
  /// Which query of the layer is a candidate; -1 if it does not ask.
  static int query_of(const Snapshot& shot, const Snapshot::Read& read, int candidate);
};

/// The attention of a layer as candidate `focus` asks it, or the context where candidates do not.
AttentionView attention_of(const Snapshot& shot, int layer, int focus);

/// Candidates from the first to be shown to the last: those in the slate in their order, then by
/// chance, or score; without either as they stand, newest first.
std::vector<int> ranked(const Snapshot& shot);

/// Where an item stands among the candidates, or -1.
int place_of(const Snapshot& shot, std::int32_t item);

/// The place of a candidate in the slate, or -1.
int slot_of(const Snapshot& shot, int candidate);

/// Chance that the first slot is filled by this candidate; NaN if the agent cannot say.
float chance_of(const Snapshot& shot, int candidate);

}  // namespace infodiet::viz
