#pragma once

#include <string>

namespace infodiet {

/// The parser's terse words with the usual cause and cure; what is not known stays as it is.
std::string explain_yaml_error(const std::string& message);

}  // namespace infodiet
