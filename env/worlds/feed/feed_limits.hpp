#pragma once

namespace infodiet {

// Bounds that the spec states and the observations keep.
inline constexpr float kLongAgo = 10080;   // min: "never shown" reads as a week ago
inline constexpr float kMany = 1e6f;       // a leaky sum reads no higher
inline constexpr float kMostPopular = 23;  // ln of ten billion
inline constexpr float kAppealRange = 10;
inline constexpr float kMostInterest = 1000;  // logit

}  // namespace infodiet
