#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

/// Fewest insertions, deletions, changes and swaps of neighbours that make `b` of `a`; no part is
/// edited twice (optimal string alignment, the restricted Damerau-Levenshtein distance).
int edit_distance(std::string_view a, std::string_view b);

/// What may have been meant by `word`: the candidate that differs only by '-' for '_' or by case,
/// else those within an edit distance of max(1, length / 3), the nearest first, at most three.
std::vector<std::string> similar(std::string_view word, const std::vector<std::string>& candidates);

/// " (did you mean 'a' or 'b'?)"; "" for an empty list.
std::string did_you_mean(const std::vector<std::string>& candidates);

/// "a, b, c"
std::string join(const std::vector<std::string>& words);

}  // namespace infodiet
