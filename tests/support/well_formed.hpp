#pragma once

#include <string>

namespace infodiet::test {

/// What keeps a text from being well-formed XML, as far as our own writers go: tags that nest,
/// attributes in quotes and once each, no bare '&' or '<', no control characters. "" if nothing.
std::string not_well_formed(const std::string& text);

}  // namespace infodiet::test
