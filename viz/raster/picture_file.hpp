#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace infodiet::viz {

/// Writes a picture, whole or not at all; folders on the way are made.
/// @throws Error kIo with the file and what the system said
void write_png(const std::string& file, std::span<const std::uint8_t> pixels, int width,
               int height);

/// The name under which a file is made before it has its own. Folders on the way are made.
/// @throws Error kIo
std::string unfinished_name(const std::string& file);

/// Gives a finished file its name.
/// @throws Error kIo
void finish_file(const std::string& unfinished, const std::string& file);

}  // namespace infodiet::viz
