#pragma once

#include <span>

#include "agents/nn/view.hpp"

namespace infodiet {

/// How wide the encoded rows of one decision are, and how many there are at most.
struct InputShape {
  int candidates, candidate_width;  ///< M, F
  int history, event_width;         ///< H, G
  int context_width;                ///< C
  int slots;                        ///< K

  /// Numbers in the fixed-size record of one decision: (M, F), (H, G), (1, C), row after row.
  std::size_t size() const {
    return static_cast<std::size_t>(candidates) * static_cast<std::size_t>(candidate_width) +
           static_cast<std::size_t>(history) * static_cast<std::size_t>(event_width) +
           static_cast<std::size_t>(context_width);
  }
};

/// One decision as a network sees it: only the rows that are there, so nothing is ever masked and
/// no work is done on what is missing.
template <class S>
struct PolicyInput {
  nn::ConstView<S> candidates;  ///< (m, F), m <= M
  nn::ConstView<S> history;     ///< (h, G), h <= H, newest first
  nn::ConstView<S> context;     ///< (1, C)

  /// The part of a record that is in use.
  static PolicyInput of(const S* record, const InputShape& shape, int m, int h) {
    const S* const history = record + std::ptrdiff_t{shape.candidates} * shape.candidate_width;
    const S* const context = history + std::ptrdiff_t{shape.history} * shape.event_width;
    return {nn::matrix(record, m, shape.candidate_width), nn::matrix(history, h, shape.event_width),
            nn::matrix(context, 1, shape.context_width)};
  }
};

/// What a network answers, or the gradients of a loss by it.
template <class S>
struct PolicyOutput {
  std::span<S> scores;  ///< (m) logits: who is chosen, if something is shown
  std::span<S> gates;   ///< (K) logits: whether slot k is filled, or the slate ends before it
  std::span<S> clicks;  ///< (m) logits, forecast: whether a candidate is chosen if it is shown
  std::span<S> worths;  ///< (m) forecast: what the decision brings at once if it is chosen, in
                        ///< units of the worth scale, compressed
  std::span<S> lefts;  ///< (m) forecast: what it brings at once if nothing of it is chosen, by item
                       ///< shown, in the same units
  S value = 0;         ///< the discounted reward to come, in units of the reward scale
};

}  // namespace infodiet
