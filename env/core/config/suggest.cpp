#include "env/core/config/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace infodiet {

namespace {

std::string normal(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  const std::size_t columns = b.size() + 1;
  std::vector<int> before(columns), last(columns), now(columns);
  for (std::size_t j = 0; j < columns; ++j) last[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = static_cast<int>(i);
    for (std::size_t j = 1; j < columns; ++j) {
      const int change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::vector<std::string> similar(std::string_view word,
                                 const std::vector<std::string>& candidates) {
  constexpr std::size_t kMost = 3;
  constexpr std::size_t kLongest = 100;  // no key is longer; keeps the distance cheap
  if (word.size() > kLongest) return {};
  const std::string wanted = normal(word);
  const int limit = std::max(1, static_cast<int>(word.size()) / 3);
  std::vector<std::pair<int, std::string>> found;
  for (const std::string& candidate : candidates) {
    if (normal(candidate) == wanted) return {candidate};
    if (std::abs(static_cast<int>(candidate.size()) - static_cast<int>(word.size())) > limit)
      continue;
    const int distance = edit_distance(wanted, normal(candidate));
    if (distance <= limit && distance < static_cast<int>(word.size()))
      found.emplace_back(distance, candidate);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> words;
  for (const auto& [distance, candidate] : found) {
    if (words.size() < kMost) words.push_back(candidate);
  }
  return words;
}

std::string did_you_mean(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "";
  std::string text;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i > 0) text += i + 1 == candidates.size() ? " or " : ", ";
    text += "'" + candidates[i] + "'";
  }
  return " (did you mean " + text + "?)";
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace infodiet
