#pragma once

#include <string>
#include <string_view>

namespace infodiet {

/// Whether the text is UTF-8: shortest form, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// A piece of a file as it can stand in a message: quoted, cut after 40 bytes, bytes that a
/// terminal might obey written as \xNN.
std::string shown(std::string_view text);

}  // namespace infodiet
