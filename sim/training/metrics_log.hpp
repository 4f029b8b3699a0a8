#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/training/append_file.hpp"
#include "sim/training/training_sink.hpp"

namespace infodiet {

/// metrics.csv and metrics.jsonl in the folder of a run: one row, or one object, per iteration. All
/// rows have the same names in the same order. Without a value: an empty field, or null. Numbers
/// keep all their bits.
///
/// A run that was killed goes on behind the rows its checkpoint knows of. The files then hold what
/// those of a run without interruption hold, but for what clocks tell.
class MetricsLog final : public TrainingSink {
 public:
  /// Begins both files.
  /// @param names  of the columns
  /// @throws Error kState if there are such files already, kIo if they cannot be written
  MetricsLog(const std::filesystem::path& folder, std::vector<std::string> names);

  /// Goes on with files of the same names: cuts both back to their first `rows` rows.
  /// @throws Error kState if they hold fewer, have other columns, or are being written by another
  ///         process; kIo if a line to be kept is damaged. Both files are then as they were,
  ///         or empty if there were none
  MetricsLog(const std::filesystem::path& folder, std::vector<std::string> names,
             std::uint64_t rows);

  /// @throws Error kInternal if a name is none of the columns or comes twice; kIo. In either case
  ///         neither file has the row
  void row(std::int64_t step, std::span<const Metric> metrics) override;

  void sync() override;

  std::uint64_t rows() const { return rows_; }

 private:
  /// Bytes of `head` and the rows to be kept; 0 if none are and it is torn within its head.
  std::uint64_t kept_bytes(const AppendFile& file, const std::string& head, bool json) const;
  std::string header() const;
  bool is_whole(std::string_view line, bool json) const;

  std::vector<std::string> names_;
  AppendFile csv_, jsonl_;
  std::uint64_t rows_ = 0;
};

}  // namespace infodiet
