#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace infodiet {

/// One number of one iteration of a training.
struct Metric {
  std::string_view name;  ///< as in metric_names.hpp
  double value = 0;       ///< NaN: there is none this time
};

/// Takes what a training tells of itself, so that a trainer need not know who listens.
class TrainingSink {
 public:
  virtual ~TrainingSink() = default;

  /// The numbers of one iteration. When it returns they outlive the process.
  /// @param step     decisions trained on so far; grows from row to row
  /// @param metrics  in any order; what is left out has no value
  /// @throws Error kIo; the row is then not there
  virtual void row(std::int64_t step, std::span<const Metric> metrics) = 0;

  /// Forces all rows to disk: before a checkpoint that counts on them.
  /// @throws Error kIo
  virtual void sync() = 0;
};

}  // namespace infodiet
