#pragma once

#include <string>

namespace infodiet {

/// Which program this is: all that a result must name to be made again.
struct BuildInfo {
  std::string version;     ///< "0.1.0"
  std::string commit;      ///< of git, in full; "unknown" if built outside a checkout
  bool dirty = false;      ///< the sources differed from that commit
  std::string compiler;    ///< "GNU 12.2.0"
  std::string build_type;  ///< "Release"
  std::string arch;        ///< INFODIET_ARCH, or "default"
  std::string kernels;     ///< which vector instructions the numbers come from: "avx2", "sse2" ...
};

BuildInfo build_info();

/// "infodiet 0.1.0 (3f2a91c, dirty), GNU 12.2.0, Release, arch x86-64-v3, kernels avx2"
std::string version_line();

/// The processor as the system calls it; "unknown" where it does not say.
std::string cpu_model();

}  // namespace infodiet
