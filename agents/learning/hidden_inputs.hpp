#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "env/api/spec.hpp"
#include "env/core/math.hpp"

namespace infodiet {

/// The hidden state on scales that a network can use. They are those that the world declares, and
/// not what early training happened to see: nobody is in debt then, and a scale by which a tenth of
/// an overload is already much cannot tell it from a whole one.
///
///   names     a column for each: 1 where it is that one
///   bounded   4 x / max(|low|, |high|)
///   others    sign(x) ln(1 + |x|)
class HiddenInputs {
 public:
  explicit HiddenInputs(const std::vector<Feature>& features) {
    for (const Feature& feature : features) {
      const float most = std::max(std::abs(feature.low), std::abs(feature.high));
      Column column;
      if (feature.is_name) {
        column.names = static_cast<int>(feature.high) + 1;
      } else if (most < kUnbounded) {
        column.scale = kMost / std::max(most, 1e-6f);
      }
      width_ += std::max(column.names, 1);
      columns_.push_back(column);
    }
  }

  int width() const { return width_; }

  /// @param hidden  (H)
  /// @param out     (width)
  void write(std::span<const float> hidden, float* out) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const float x = hidden[i];
      if (columns_[i].names > 0) {
        for (int name = 0; name < columns_[i].names; ++name)
          *out++ = x == static_cast<float>(name) ? 1.0f : 0.0f;
      } else if (columns_[i].scale > 0) {
        *out++ = columns_[i].scale * x;
      } else {
        *out++ = std::copysign(log_fast(1 + std::abs(x)), x);
      }
    }
  }

 private:
  static constexpr float kMost = 4, kUnbounded = 1e4f;

  struct Column {
    int names = 0;
    float scale = 0;  // 0: by the logarithm
  };
  std::vector<Column> columns_;
  int width_ = 0;
};

}  // namespace infodiet
