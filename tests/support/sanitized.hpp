#pragma once

namespace infodiet::test {

/// Whether sanitizers watch.
#ifdef INFODIET_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// How often to go round. Sanitizers look at memory and arithmetic, of which many rounds show them
/// no more than a few, and they take ten times as long.
constexpr int rounds(int usual, int sanitized) { return kSanitized ? sanitized : usual; }

}  // namespace infodiet::test
