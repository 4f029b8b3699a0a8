#include "sim/training/metrics_log.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "env/core/config/config_json.hpp"
#include "env/core/error.hpp"
#include "sim/csv.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

fs::path csv_of(const fs::path& folder) { return folder / "metrics.csv"; }
fs::path jsonl_of(const fs::path& folder) { return folder / "metrics.jsonl"; }

/// A run never writes over another's numbers.
const fs::path& without_log(const fs::path& folder) {
  for (const fs::path& file : {csv_of(folder), jsonl_of(folder)}) {
    std::error_code unreadable;  // the file is opened next, and will say why
    if (fs::exists(file, unreadable)) {
      throw Error(ErrorCode::kState, file.string(),
                  "it is there already (resume the run it belongs to, or begin in a new folder)");
    }
  }
  return folder;
}

}  // namespace

MetricsLog::MetricsLog(const fs::path& folder, std::vector<std::string> names)
    : names_(std::move(names)),
      csv_(csv_of(without_log(folder)), AppendFile::Open::kNew),
      jsonl_(jsonl_of(folder), AppendFile::Open::kNew) {
  csv_.append(header());
}

MetricsLog::MetricsLog(const fs::path& folder, std::vector<std::string> names, std::uint64_t rows)
    : names_(std::move(names)),
      csv_(csv_of(folder), AppendFile::Open::kExtend),
      jsonl_(jsonl_of(folder), AppendFile::Open::kExtend),
      rows_(rows) {
  // both are looked at before either is cut
  const std::uint64_t csv_size = kept_bytes(csv_, header(), false);
  const std::uint64_t jsonl_size = kept_bytes(jsonl_, "", true);
  csv_.cut(csv_size);
  jsonl_.cut(jsonl_size);
  if (csv_size == 0) csv_.append(header());  // killed before it was written
}

std::uint64_t MetricsLog::kept_bytes(const AppendFile& file, const std::string& head,
                                     bool json) const {
  const std::string text = file.read();
  const bool torn_head = text.size() < head.size() && head.starts_with(text);
  if (torn_head && rows_ == 0) return 0;
  if (!torn_head && !text.starts_with(head)) {
    throw Error(
        ErrorCode::kState, file.path().string() + ":1",
        "its columns are not those of this run (which are: " + head.substr(0, head.size() - 1) +
            "; resume with the program and the settings that began the run)");
  }
  std::size_t size = std::min(head.size(), text.size());
  for (std::uint64_t row = 0; row < rows_; ++row) {
    const std::size_t end = text.find('\n', size);
    if (end == text.npos) {
      throw Error(
          ErrorCode::kState, file.path().string(),
          fmt::format("it holds {} whole rows, but the run is to go on behind row {} (resume "
                      "from an earlier checkpoint)",
                      row, rows_));
    }
    if (!is_whole(std::string_view(text).substr(size, end - size), json)) {
      throw Error(ErrorCode::kIo, fmt::format("{}:{}", file.path().string(), row + (json ? 1 : 2)),
                  "the line is damaged (resume from a checkpoint before it)");
    }
    size = end + 1;
  }
  return size;
}

bool MetricsLog::is_whole(std::string_view line, bool json) const {
  if (line.find('\0') != line.npos) return false;  // blocks that never reached the disk
  if (json) return line.starts_with('{') && line.ends_with('}');
  return std::count(line.begin(), line.end(), ',') + 1 == static_cast<long>(names_.size());
}

std::string MetricsLog::header() const {
  std::string line;
  for (const std::string& name : names_) line += (line.empty() ? "" : ",") + csv_text(name);
  return line + '\n';
}

void MetricsLog::row(std::int64_t /*step*/, std::span<const Metric> metrics) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values(names_.size(), kNone);
  std::vector<bool> given(names_.size());
  for (const Metric& metric : metrics) {
    const auto found = std::find(names_.begin(), names_.end(), metric.name);
    const auto column = static_cast<std::size_t>(found - names_.begin());
    if (found == names_.end() || given[column]) {
      throw Error(ErrorCode::kInternal, csv_.path().string(),
                  fmt::format("metric '{}' {}", metric.name,
                              found == names_.end() ? "has no column" : "is given twice"));
    }
    given[column] = true;
    values[column] = metric.value;
  }

  std::string csv, json;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    csv += (i > 0 ? "," : "") + csv_number(values[i]);
    json += fmt::format("{}{}: {}", i > 0 ? ", " : "{", json_string(names_[i]),
                        std::isfinite(values[i]) ? fmt::format("{}", values[i]) : "null");
  }
  const std::uint64_t before = csv_.size();
  csv_.append(csv + '\n');
  try {
    jsonl_.append(json + "}\n");
  } catch (const Error&) {
    csv_.cut(before);
    throw;
  }
  ++rows_;
}

void MetricsLog::sync() {
  csv_.sync();
  jsonl_.sync();
}

}  // namespace infodiet
