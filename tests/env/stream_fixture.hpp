#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "env/stream/stream.hpp"

#ifndef INFODIET_SOURCE_DIR
#define INFODIET_SOURCE_DIR "."
#endif

namespace infodiet::test {

/// A folder of its own, gone at the end.
class TempFolder {
 public:
  TempFolder() {
    const auto base = std::filesystem::temp_directory_path();
    for (int i = 0;; ++i) {
      path_ = base / ("infodiet_stream_" + std::to_string(i) + "_" +
                      std::to_string(reinterpret_cast<std::uintptr_t>(this)));
      if (std::filesystem::create_directory(path_)) break;
    }
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file; @returns its path
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return file(name);
  }
  void remove(const std::string& name) const { std::filesystem::remove(path_ / name); }

 private:
  std::filesystem::path path_;
};

inline std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

/// CRC-32 of RFC 1952, bit by bit.
inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

/// gzip data that holds the text as it is, in one stored block (RFC 1951, 1952): at most 65535
/// bytes.
inline std::string gzip_stored(std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", 11);
  out += little_endian(size, 2) + little_endian(~size, 2) + std::string(text);
  return out + little_endian(crc32(text), 4) + little_endian(size, 4);
}

/// Whether two items are the same, bit by bit of each member.
inline bool same_item(const Item& a, const Item& b) {
  const bool same_topics = std::equal(a.topic, a.topic + Item::kTopics, b.topic) &&
                           std::equal(a.weight, a.weight + Item::kTopics, b.weight);
  return a.arrival == b.arrival && a.expiry == b.expiry && a.appeal == b.appeal &&
         a.quality == b.quality && a.length == b.length && a.half_life == b.half_life &&
         a.audience == b.audience && a.story == b.story && a.num_topics == b.num_topics &&
         same_topics;
}

/// Whether the first `count` items are the same.
inline bool same_items(const std::vector<Item>& a, const std::vector<Item>& b, std::size_t count) {
  return a.size() >= count && b.size() >= count &&
         std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin(),
                    same_item);
}

/// A folder of recorded streams to test against, or "" where it is not at hand: the environment
/// variable INFODIET_STREAMS, else ../shared/streams beside the sources.
inline std::string recorded_streams() {
  const char* given = std::getenv("INFODIET_STREAMS");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(INFODIET_SOURCE_DIR) / "../shared/streams";
  return std::filesystem::exists(folder / "cofacts" / "meta.json") ? folder.string() : "";
}

}  // namespace infodiet::test
