#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace infodiet {

inline constexpr std::uint64_t kHashStart = 0xcbf29ce484222325;

/// FNV-1a, 64 bits: against damage and mix-ups, not against an attacker.
inline std::uint64_t hash_bytes(const void* data, std::size_t size, std::uint64_t hash) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return hash;
}

/// A number or a plain value without padding.
template <class T>
std::uint64_t hash_value(const T& value, std::uint64_t hash) {
  static_assert(std::is_arithmetic_v<T> || std::has_unique_object_representations_v<T>);
  return hash_bytes(&value, sizeof value, hash);
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t hash) {
  return hash_bytes(text.data(), text.size(), hash_value(std::uint64_t{text.size()}, hash));
}

}  // namespace infodiet
