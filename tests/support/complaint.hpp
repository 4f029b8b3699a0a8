#pragma once

#include <functional>
#include <string>

#include "env/core/error.hpp"

namespace infodiet::test {

/// What an action complains of: "io: message", with the kind of error first; "" if nothing.
inline std::string complaint(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    switch (error.code()) {
      case ErrorCode::kConfig:
        return std::string("config: ") + error.what();
      case ErrorCode::kShape:
        return std::string("shape: ") + error.what();
      case ErrorCode::kState:
        return std::string("state: ") + error.what();
      case ErrorCode::kIo:
        return std::string("io: ") + error.what();
      case ErrorCode::kInternal:
        return std::string("internal: ") + error.what();
    }
  }
  return "";
}

}  // namespace infodiet::test
