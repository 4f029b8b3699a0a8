#pragma once

#include <algorithm>
#include <limits>

#include "agents/columns.hpp"
#include "agents/slate.hpp"
#include "env/api/batch.hpp"

namespace infodiet {

/// One number of a row, or `otherwise` where a world has none (columns.hpp).
inline float number(const float* row, int column, float otherwise) {
  return column >= 0 ? row[column] : otherwise;
}

/// What is seen at one decision of a block.
class Decision {
 public:
  /// @param most_events  as if the world remembered no more; the newest are kept
  Decision(const Observations& seen, const Columns& columns, int env,
           int most_events = std::numeric_limits<int>::max())
      : columns_(columns),
        key_(seen.key[env]),
        candidates_(row(seen.candidates, env * columns.candidates * columns.candidate_width)),
        events_(row(seen.history, env * columns.history * columns.event_width)),
        event_mask_(row(seen.history_mask, env * columns.history)),
        context_(row(seen.context, env * columns.context_width)),
        num_events_(std::min(columns.history, most_events)),
        valid_(available(&seen.mask[env * columns.candidates], columns.candidates)) {}

  const Columns& columns() const { return columns_; }
  const DecisionKey& key() const { return key_; }
  /// How many candidates there are; they come first.
  int valid() const { return valid_; }
  const float* candidate(int i) const { return candidates_ + i * columns_.candidate_width; }
  const float* context() const { return context_; }
  float context(int column, float otherwise) const { return number(context_, column, otherwise); }

  /// The i-th last item shown, or null if there were not so many or the world forgets them.
  const float* event(int i) const {
    return i < num_events_ && event_mask_[i] != 0 ? events_ + i * columns_.event_width : nullptr;
  }

  bool is_push() const { return context(columns_.context.push, 0) > 0; }

  /// Hour of the day, or -1 in a world without.
  float hour() const { return context(columns_.context.hour, -1); }

  /// Minutes since the last push, at least: it is infinity if there was none, and where the history
  /// is too short to tell, the age of the oldest item it holds.
  float since_push() const {
    const auto& at = columns_.event;
    if (num_events_ == 0 || at.push < 0 || at.since < 0)
      return context(columns_.context.since_show, kNever);
    for (int i = 0; i < num_events_; ++i) {
      const float* const shown = event(i);
      if (shown == nullptr) return kNever;
      if (shown[at.push] > 0) return shown[at.since];
    }
    return event(num_events_ - 1)[at.since];
  }

  /// The number of items nearest to `wanted` that may be shown.
  int allowed(int wanted) const {
    return std::min(std::clamp(wanted, columns_.slate_min, columns_.slate_max), valid_);
  }

 private:
  /// Null where the float arrays were not asked for.
  template <class T>
  static const T* row(std::span<const T> all, int begin) {
    return all.empty() ? nullptr : all.data() + begin;
  }

  static constexpr float kNever = std::numeric_limits<float>::infinity();

  const Columns& columns_;
  const DecisionKey& key_;
  const float* candidates_;
  const float* events_;
  const std::uint8_t* event_mask_;
  const float* context_;
  int num_events_;
  int valid_;
};

}  // namespace infodiet
