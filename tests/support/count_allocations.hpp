#pragma once

#include <cstddef>

namespace infodiet::test {

/// Counts the heap allocations of this thread while it lives, those of Eigen and of the C library
/// included. Always 0 under a sanitizer, which needs malloc for itself: ask `kWorks` first.
class CountAllocations {
 public:
#ifdef INFODIET_SANITIZED
  static constexpr bool kWorks = false;
#else
  static constexpr bool kWorks = true;
#endif

  CountAllocations();
  std::size_t count() const;

 private:
  std::size_t start_;
};

}  // namespace infodiet::test
