// A program built for a newer processor dies of "Illegal instruction" on an older one, without a
// word. This file says the word. It is built without -march (CMakeLists.txt), runs before every
// other constructor of ours, and calls nothing that could hold a newer instruction: no library
// function, no inline function of a header that other files use too.
//
// CMake defines INFODIET_NEEDS_* for each feature the compiler takes for granted under the flags
// of this build; a build for the plain processor defines none.

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>
#include <unistd.h>

namespace {

void say(const char* text) {
  unsigned long length = 0;
  while (text[length] != '\0') ++length;
  if (::write(2, text, length) < 0) return;  // nobody listens; the exit code still tells
}

/// A bit of CPUID: false where the leaf does not exist.
[[maybe_unused]] bool cpuid_bit(unsigned leaf, unsigned subleaf, char reg, unsigned bit) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(leaf, subleaf, &a, &b, &c, &d) == 0) return false;
  return ((reg == 'b' ? b : c) >> bit & 1u) != 0;
}

[[maybe_unused]] void require(bool supported, const char* name, bool& complete) {
  if (supported) return;
  say(complete ? "infodiet: this program was built for a processor with " : ", ");
  say(name);
  complete = false;
}

/// 101 is the earliest priority open to programs.
__attribute__((constructor(101))) void check_processor() {
  __builtin_cpu_init();
  bool complete = true;
#ifdef INFODIET_NEEDS_SSE3
  require(__builtin_cpu_supports("sse3"), "SSE3", complete);
#endif
#ifdef INFODIET_NEEDS_SSSE3
  require(__builtin_cpu_supports("ssse3"), "SSSE3", complete);
#endif
#ifdef INFODIET_NEEDS_SSE4_1
  require(__builtin_cpu_supports("sse4.1"), "SSE4.1", complete);
#endif
#ifdef INFODIET_NEEDS_SSE4_2
  require(__builtin_cpu_supports("sse4.2"), "SSE4.2", complete);
#endif
#ifdef INFODIET_NEEDS_POPCNT
  require(__builtin_cpu_supports("popcnt"), "POPCNT", complete);
#endif
#ifdef INFODIET_NEEDS_AVX
  require(__builtin_cpu_supports("avx"), "AVX", complete);
#endif
#ifdef INFODIET_NEEDS_AVX2
  require(__builtin_cpu_supports("avx2"), "AVX2", complete);
#endif
#ifdef INFODIET_NEEDS_BMI
  require(__builtin_cpu_supports("bmi"), "BMI", complete);
#endif
#ifdef INFODIET_NEEDS_BMI2
  require(__builtin_cpu_supports("bmi2"), "BMI2", complete);
#endif
#ifdef INFODIET_NEEDS_FMA
  require(__builtin_cpu_supports("fma"), "FMA", complete);
#endif
// clang 14 knows no names for the next three
#ifdef INFODIET_NEEDS_F16C
  require(cpuid_bit(1, 0, 'c', 29), "F16C", complete);
#endif
#ifdef INFODIET_NEEDS_MOVBE
  require(cpuid_bit(1, 0, 'c', 22), "MOVBE", complete);
#endif
#ifdef INFODIET_NEEDS_LZCNT
  require(cpuid_bit(0x80000001u, 0, 'c', 5), "LZCNT", complete);
#endif
#ifdef INFODIET_NEEDS_AVX512F
  require(__builtin_cpu_supports("avx512f"), "AVX512F", complete);
#endif
#ifdef INFODIET_NEEDS_AVX512BW
  require(__builtin_cpu_supports("avx512bw"), "AVX512BW", complete);
#endif
#ifdef INFODIET_NEEDS_AVX512CD
  require(__builtin_cpu_supports("avx512cd"), "AVX512CD", complete);
#endif
#ifdef INFODIET_NEEDS_AVX512DQ
  require(__builtin_cpu_supports("avx512dq"), "AVX512DQ", complete);
#endif
#ifdef INFODIET_NEEDS_AVX512VL
  require(__builtin_cpu_supports("avx512vl"), "AVX512VL", complete);
#endif
  if (complete) return;
  say(", which this one lacks.\n"
      "Configure it for any 64-bit PC with -DINFODIET_ARCH=x86-64, and build it again.\n");
  ::_exit(2);
}

}  // namespace

#endif
