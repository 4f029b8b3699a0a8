#pragma once

#include "env/core/config/config_layers.hpp"
#include "env/core/config/config_problems.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// Fills `config` from a tree; what is absent keeps its value. A value that is wrong is a problem
/// and leaves its field as it was.
void read_config(Config& config, const YamlTree& root, ConfigProblems& problems);

}  // namespace infodiet
