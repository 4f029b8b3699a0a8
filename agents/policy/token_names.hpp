#pragma once

#include <string>
#include <vector>

namespace infodiet {

/// What the tokens of a decision are, in the order of the embedding.
inline std::vector<std::string> token_names(int candidates, int events) {
  std::vector<std::string> names;
  for (int i = 0; i < candidates; ++i) names.push_back("candidate " + std::to_string(i));
  names.emplace_back("context");
  for (int i = 0; i < events; ++i) names.push_back("event " + std::to_string(i));
  return names;
}

}  // namespace infodiet
