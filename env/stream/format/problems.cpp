#include "env/stream/format/problems.hpp"

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet {

void Problems::add(const std::string& file, std::string_view message) {
  if (++counts_[file] <= per_file_) kept_.emplace_back(message);
}

void Problems::add(const std::string& file, std::uint32_t line, std::string_view column,
                   std::string_view what) {
  if (++counts_[file] <= per_file_) {
    kept_.push_back(
        fmt::format("{}:{}: {}{}{}", file, line, column, column.empty() ? "" : ": ", what));
  }
}

std::size_t Problems::count() const {
  std::size_t sum = 0;
  for (const auto& [file, count] : counts_) sum += count;
  return sum;
}

std::size_t Problems::count(const std::string& file) const {
  const auto found = counts_.find(file);
  return found == counts_.end() ? 0 : found->second;
}

std::vector<std::string> Problems::messages() const {
  std::vector<std::string> all = kept_;
  for (const auto& [file, count] : counts_) {
    if (count > per_file_) {
      all.push_back(fmt::format("{}: and {} more problems", file, count - per_file_));
    }
  }
  return all;
}

void Problems::throw_if_any() const {
  if (none()) return;
  std::string text;
  for (const std::string& message : messages()) text += (text.empty() ? "" : "\n") + message;
  throw Error(ErrorCode::kIo, "", text);
}

}  // namespace infodiet
