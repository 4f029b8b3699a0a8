#pragma once

#include <string>
#include <utility>
#include <vector>

#include "env/core/registry.hpp"

namespace infodiet::test {

/// A plug-in with some of its numbers changed from their defaults, without a YAML file.
/// @throws Error kConfig if it has no number field of that name at its top level
Choice with_numbers(const Catalogue& catalogue, const std::string& name,
                    const std::vector<std::pair<std::string, double>>& numbers);

}  // namespace infodiet::test
