#include "tests/support/count_allocations.hpp"

#ifndef INFODIET_SANITIZED
#include <cerrno>

// malloc itself is replaced and not operator new, because Eigen's temporaries come from malloc
// directly. The __libc_ names are glibc's: what its own malloc would have called.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace {
thread_local std::size_t calls = 0;  // needs no constructor, so malloc may use it before main
}

extern "C" {
void* malloc(std::size_t size) {
  ++calls;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++calls;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  ++calls;
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++calls;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++calls;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  ++calls;
  void* const memory = __libc_memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *out = memory;
  return 0;
}
}

namespace infodiet::test {
CountAllocations::CountAllocations() : start_(calls) {}
std::size_t CountAllocations::count() const { return calls - start_; }
}  // namespace infodiet::test

#else

namespace infodiet::test {
CountAllocations::CountAllocations() : start_(0) {}
std::size_t CountAllocations::count() const { return start_; }
}  // namespace infodiet::test

#endif
