#include "sim/build_info.hpp"

#include <fstream>

#include <fmt/format.h>

#include "git_commit.hpp"  // made by scripts/cmake/git_commit.cmake at every build

namespace infodiet {
namespace {

/// Sums are taken in another order under wider vectors, so bits are promised per kernel path.
constexpr const char* kKernels =
#if defined(__AVX512F__)
    "avx512";
#elif defined(__AVX2__)
    "avx2";
#elif defined(__AVX__)
    "avx";
#elif defined(__SSE4_2__)
    "sse4.2";
#elif defined(__SSE2__)
    "sse2";
#elif defined(__ARM_NEON)
    "neon";
#else
    "plain";
#endif

}  // namespace

BuildInfo build_info() {
  const std::string arch = INFODIET_ARCH_NAME;
  return {INFODIET_VERSION,  kGitCommit,          kGitDirty,
          INFODIET_COMPILER, INFODIET_BUILD_TYPE, arch.empty() ? "default" : arch,
          kKernels};
}

std::string version_line() {
  const BuildInfo build = build_info();
  return fmt::format("infodiet {} ({}{}), {}, {}, arch {}, kernels {}", build.version,
                     build.commit.substr(0, 12), build.dirty ? ", dirty" : "", build.compiler,
                     build.build_type, build.arch, build.kernels);
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != line.npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace infodiet
