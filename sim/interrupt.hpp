#pragma once

#include <atomic>

namespace infodiet {

/// From now on the first SIGINT or SIGTERM sets a flag, for work to come to an orderly end; the
/// second ends the program at once.
/// @returns the flag
const std::atomic<bool>& catch_interrupts();

}  // namespace infodiet
