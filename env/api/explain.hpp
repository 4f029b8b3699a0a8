#pragma once

#include <string>
#include <vector>

namespace infodiet {

/// What one layer of attention looked at.
struct AttentionRead {
  std::string layer;
  int heads = 0;
  std::vector<std::string> queries;  ///< (Q) who looks: "candidate 3", "context"
  std::vector<std::string> keys;     ///< (N) at what: "context", "event 0" (the last item shown)
  std::vector<float> weights;        ///< (heads, Q, N); each row sums to 1
};

/// Why an agent answers a decision as it does, as far as it can say. What it cannot is empty.
struct Explanation {
  std::string score_name;            ///< what candidates are ranked by: "logit"
  std::vector<float> scores;         ///< (valid candidates)
  std::vector<float> chances;        ///< (valid candidates) of being chosen for the first slot,
                                     ///< if it is filled
  std::vector<float> click_chances;  ///< (valid candidates) forecast: chosen, if shown
  std::vector<float> worths;         ///< (valid candidates) forecast: what the decision then brings
                                     ///< at once, in score units; less than the mean where
                                     ///< outcomes are seldom and large (objective.hpp)
  std::vector<float>
      lefts;  ///< (valid candidates) what it brings, by item shown, if none is chosen
  std::vector<float> gates;              ///< (K) chance that slot k is filled if it is reached
  std::vector<float> values;             ///< (0 or 1) the reward still to come, in score units
  std::vector<AttentionRead> attention;  ///< layer by layer
};

}  // namespace infodiet
