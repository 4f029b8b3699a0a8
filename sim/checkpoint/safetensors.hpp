#pragma once

#include <map>
#include <string>
#include <string_view>

#include "env/core/tensors.hpp"

namespace infodiet {

// Tensors as a file that Python, Rust and web tools read without us: 8 bytes with the length of a
// header, the header in JSON, then all values.
// Source: the format's description and reference reader, github.com/huggingface/safetensors at
// 24b0b28.

/// What such a file holds.
struct SafetensorsFile {
  Tensors tensors;                              ///< in the order of their values
  std::map<std::string, std::string> metadata;  ///< `__metadata__`
};

/// @returns the bytes of the file. Tensors with the largest values come first, which puts every
///          value at a multiple of its size; else in the order given. The same content gives the
///          same bytes.
/// @throws Error kState if a name or a text of `metadata` is not UTF-8, or a tensor is called
///         `__metadata__`, the one name that the format keeps for itself
std::string to_safetensors(const Tensors& tensors,
                           const std::map<std::string, std::string>& metadata);

/// Reads the bytes of a file strictly: every value belongs to one tensor.
/// @param where  the file, for messages
/// @throws Error kIo that says what is wrong with it
SafetensorsFile read_safetensors(std::string_view bytes, const std::string& where);

}  // namespace infodiet
