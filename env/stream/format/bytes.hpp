#pragma once

#include <cstddef>
#include <string>

namespace infodiet {

/// The most a file of a stream may hold once unpacked: a thousand times the largest stream we know,
/// and small enough that a damaged or hostile file cannot fill the memory.
inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

/// Reads a whole file, unpacking it if it is gzip (recognised by its first bytes; several members
/// in a row are one file).
/// @throws Error kIo if it is missing, torn, damaged (by its own checksum), followed by something
///         that is not gzip, holds more than `cap` bytes, or is named .gz and is not gzip
std::string read_bytes(const std::string& path, std::size_t cap = kMaxFileBytes);

}  // namespace infodiet
