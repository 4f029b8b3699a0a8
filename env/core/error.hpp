#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace infodiet {

/// What kind of mistake was made. All but `kInternal` are the caller's and end the program with
/// exit code 2; `kInternal` ends it with 1.
enum class ErrorCode {
  kConfig,    ///< a YAML file, an override or a config value is wrong
  kShape,     ///< an array has the wrong shape, a slate is not allowed
  kState,     ///< a call came at the wrong time
  kIo,        ///< a file cannot be read or written
  kInternal,  ///< our own mistake
};

/// The only exception this library throws.
class Error : public std::runtime_error {
 public:
  /// @param where  the place the reader can mend, e.g. "configs/quickstart.yaml:12:5"
  /// @param what   what was seen, and what is allowed
  Error(ErrorCode code, const std::string& where, std::string_view what)
      : std::runtime_error(where.empty() ? std::string(what) : where + ": " + std::string(what)),
        code_(code) {}

  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace infodiet
