#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/training/append_file.hpp"
#include "sim/training/metric_names.hpp"
#include "sim/training/training_sink.hpp"

namespace infodiet {

/// Curves for TensorBoard: a file `events.out.tfevents.<time>.<host>.<pid>.<n>`.
///
///   tensorboard --logdir runs
class TensorBoardWriter final : public TrainingSink {
 public:
  /// Begins a file. It sorts behind those the folder has, since TensorBoard reads them in that
  /// order.
  /// @param metrics     shown with their units and meanings; others may come too
  /// @param first_step  of this part of the run: what other files of the folder have of it and
  ///                    later is taken back. 0 unless a run is resumed; then one more than the step
  ///                    of the last row that is kept
  /// @throws Error kIo
  explicit TensorBoardWriter(const std::filesystem::path& folder,
                             const std::vector<MetricInfo>& metrics = {},
                             std::int64_t first_step = 0);

  /// NaN is no point of a curve.
  void row(std::int64_t step, std::span<const Metric> metrics) override;

  void sync() override { file_.sync(); }

  /// A page of the tab "Text", in Markdown.
  /// @throws Error kIo
  void text(std::int64_t step, std::string_view tag, std::string_view markdown);

  /// The settings of the run, for the tab "HParams".
  /// @param settings  (key, value as in YAML)
  /// @throws Error kIo
  void settings(std::span<const std::pair<std::string, std::string>> settings);

  const std::filesystem::path& path() const { return file_.path(); }

 private:
  std::vector<MetricInfo> metrics_;
  AppendFile file_;
  std::set<std::string, std::less<>> described_;  // tags this file has said how to show
};

/// A text that Markdown shows as it is, letter by letter.
std::string markdown_code(std::string_view text, std::string_view language);

}  // namespace infodiet
