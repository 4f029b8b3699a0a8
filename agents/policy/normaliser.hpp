#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "agents/policy/encoder.hpp"
#include "agents/policy/input.hpp"

namespace infodiet {

/// Brings the columns of records to mean 0 and deviation 1, and within +-kLimit.
///
/// Means and deviations are those of the decisions of early training, and from then on fixed: a
/// policy whose inputs go on moving under it never stops relearning them. They are part of the
/// policy, and of its checkpoints. Sums are in double and in the order of the rows.
class Normaliser {
 public:
  static constexpr float kLimit = 8;

  Normaliser(const InputShape& shape, std::vector<std::uint8_t> unbounded)
      : shape_(shape),
        unbounded_(std::move(unbounded)),
        count_(3),
        mean_(unbounded_.size()),
        square_(unbounded_.size()),
        shift_(unbounded_.size(), 0.0f),
        scale_(unbounded_.size(), 1.0f) {}

  /// Counts the rows of one record in; changes nothing before `fix`.
  void observe(const float* record, InputRows rows) {
    each_part(rows, [&](int part, int first, int width, std::ptrdiff_t at, int count) {
      for (int r = 0; r < count; ++r) {
        const double n = ++count_[part];
        const float* const row = record + at + std::ptrdiff_t{r} * width;
        for (int c = 0; c < width; ++c) {
          const double x = row[c];
          const double step = x - mean_[first + c];
          mean_[first + c] += step / n;
          square_[first + c] += step * (x - mean_[first + c]);
        }
      }
    });
  }

  /// Takes over what was counted.
  void fix() {
    each_part({}, [&](int part, int first, int width, std::ptrdiff_t, int) {
      if (count_[part] < 2) return;
      for (int c = first; c < first + width; ++c) {
        if (unbounded_[c] == 0) continue;
        const double deviation = std::sqrt(square_[c] / count_[part]);
        shift_[c] = static_cast<float>(mean_[c]);
        // a column that hardly ever moves must not be blown up when it does
        scale_[c] = static_cast<float>(1 / std::max(deviation, 0.1));
      }
    });
  }

  /// @param out  another record; only the rows in use are written
  template <class S>
  void apply(const float* record, InputRows rows, S* out) const {
    each_part(rows, [&](int, int first, int width, std::ptrdiff_t at, int count) {
      for (int r = 0; r < count; ++r) {
        const float* const row = record + at + std::ptrdiff_t{r} * width;
        S* const to = out + at + std::ptrdiff_t{r} * width;
        for (int c = 0; c < width; ++c) {
          to[c] = std::clamp((row[c] - shift_[first + c]) * scale_[first + c], -kLimit, kLimit);
        }
      }
    });
  }

  // For checkpoints.
  std::vector<double>& count() { return count_; }
  std::vector<double>& mean() { return mean_; }
  std::vector<double>& square() { return square_; }
  std::vector<float>& shift() { return shift_; }
  std::vector<float>& scale() { return scale_; }
  const std::vector<double>& count() const { return count_; }
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& square() const { return square_; }
  const std::vector<float>& shift() const { return shift_; }
  const std::vector<float>& scale() const { return scale_; }

 private:
  /// Calls `body(part, first column, width, place in the record, rows in use)` for candidates,
  /// history and context.
  template <class Body>
  void each_part(InputRows rows, const Body& body) const {
    const int f = shape_.candidate_width, g = shape_.event_width;
    const std::ptrdiff_t history = std::ptrdiff_t{shape_.candidates} * f;
    body(0, 0, f, std::ptrdiff_t{0}, rows.candidates);
    body(1, f, g, history, rows.events);
    body(2, f + g, shape_.context_width, history + std::ptrdiff_t{shape_.history} * g, 1);
  }

  InputShape shape_;
  std::vector<std::uint8_t> unbounded_;  // (F + G + C)
  std::vector<double> count_;            // rows seen of candidates, events, context
  std::vector<double> mean_, square_;    // (F + G + C); square: sum of squared distances
  std::vector<float> shift_, scale_;     // (F + G + C)
};

}  // namespace infodiet
