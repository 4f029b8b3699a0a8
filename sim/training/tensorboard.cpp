#include "sim/training/tensorboard.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "sim/training/tensorboard_events.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "events.out.tfevents.";

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The time in the name of an event file, or -1.
std::int64_t time_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return -1;
  std::int64_t time = -1;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), time);
  return time;
}

/// Later than every event file there is, even if the clock was set back or a second has not passed.
std::int64_t next_time(const fs::path& folder) {
  auto time = static_cast<std::int64_t>(wall_time());
  std::error_code unreadable;  // opening the file will say why
  for (fs::directory_iterator entry(folder, unreadable), end; entry != end;
       entry.increment(unreadable)) {
    time = std::max(time, time_of(entry->path().filename().string()) + 1);
    if (unreadable) break;
  }
  return time;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

fs::path next_file(const fs::path& folder) {
  static std::atomic<int> count = 0;  // of this process
  return folder / fmt::format("{}{:010}.{}.{}.{}", kPrefix, next_time(folder), host_name(),
                              ::getpid(), count++);
}

/// A value of YAML as a truth, a number or a text.
std::variant<bool, double, std::string_view> typed_value(std::string_view yaml) {
  if (yaml == "true" || yaml == "false") return yaml == "true";
  double number = 0;
  const auto [end, error] = std::from_chars(yaml.data(), yaml.data() + yaml.size(), number);
  if (error == std::errc() && end == yaml.data() + yaml.size() && std::isfinite(number)) {
    return number;
  }
  const bool in_quotes = yaml.size() >= 2 && yaml.front() == '"' && yaml.back() == '"';
  return in_quotes ? yaml.substr(1, yaml.size() - 2) : yaml;
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(const fs::path& folder, const std::vector<MetricInfo>& metrics,
                                     std::int64_t first_step)
    : metrics_(metrics), file_(next_file(folder), AppendFile::Open::kNew) {
  const double now = wall_time();
  file_.append(tensorboard::framed(tensorboard::file_version_event(now)) +
               tensorboard::framed(tensorboard::session_start_event(now, first_step)));
}

void TensorBoardWriter::row(std::int64_t step, std::span<const Metric> metrics) {
  std::vector<std::string> descriptions(metrics.size());  // outlive the views of them
  std::vector<tensorboard::Scalar> scalars;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto& [name, value] = metrics[i];
    if (std::isnan(value)) continue;
    scalars.push_back({name, value, described_.find(name) == described_.end(), {}});
    const auto known = std::find_if(metrics_.begin(), metrics_.end(),
                                    [n = name](const MetricInfo& info) { return info.name == n; });
    if (!scalars.back().described || known == metrics_.end()) continue;
    descriptions[i] =
        known->unit == "-" ? known->meaning : fmt::format("[{}] {}", known->unit, known->meaning);
    scalars.back().description = descriptions[i];
  }
  if (scalars.empty()) return;
  file_.append(tensorboard::framed(tensorboard::scalars_event(wall_time(), step, scalars)));
  for (const tensorboard::Scalar& scalar : scalars) described_.emplace(scalar.tag);
}

void TensorBoardWriter::text(std::int64_t step, std::string_view tag, std::string_view markdown) {
  file_.append(tensorboard::framed(tensorboard::text_event(wall_time(), step, tag, markdown)));
}

void TensorBoardWriter::settings(std::span<const std::pair<std::string, std::string>> settings) {
  std::vector<tensorboard::Setting> typed;
  for (const auto& [key, value] : settings) typed.push_back({key, typed_value(value)});
  file_.append(tensorboard::framed(tensorboard::settings_event(wall_time(), typed)));
}

std::string markdown_code(std::string_view text, std::string_view language) {
  // a fence is longer than any inside it
  std::string fence = "```";
  while (text.find(fence) != text.npos) fence += '`';
  const bool ends = text.empty() || text.back() == '\n';
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, ends ? "" : "\n", fence);
}

}  // namespace infodiet
