#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "env/core/config/yaml_tree.hpp"

namespace infodiet {

using YamlTree = std::shared_ptr<const YamlNode>;

/// Reads a file, all that it extends and the overrides, and merges them: what is extended first,
/// then the file itself, then the command line. All are text still; nothing is known of fields.
///
/// @param problems  out: what is wrong but does not keep the rest from being checked
/// @throws Error kIo if the file cannot be read; kConfig if a text is broken or an `extends` leads
///         nowhere
YamlTree load_layers(const std::string& path, const std::vector<std::string>& overrides,
                     ConfigProblems& problems);
/// The same from a text; paths in it are relative to the working directory.
YamlTree load_text_layers(const std::string& text, const std::string& shown_name,
                          const std::vector<std::string>& overrides, ConfigProblems& problems);

/// The layer of the command line, or null if it says nothing. A malformed override is a problem
/// and left out.
/// @param order  of the first override among the sources
YamlTree read_overrides(const std::vector<std::string>& overrides, int order,
                        ConfigProblems& problems);

/// What layers, the lowest first, say together of one value. Maps merge; a later scalar or list
/// replaces what was there; a key without a value says nothing; null returns to the default. A name
/// beside a map is that map's `name`.
YamlTree merge_layers(const std::vector<YamlTree>& layers);

/// The layers of a plug-in that count. A layer that names another plug-in than those below it
/// starts afresh: what they say was meant for the former one.
struct SettledChoice {
  YamlTree node;
  std::vector<YamlTree> superseded;  ///< what no longer counts, one for each former plug-in
  std::set<std::string> unnamed;     ///< keys from below the first layer that has a name
};
SettledChoice settle_choice(const YamlTree& node);

/// Makes a path written in a source one that can be opened from anywhere; "" stays.
/// @param folder  absolute
std::string resolve_path(const std::string& path, const std::string& folder);
/// @returns what is wrong with a path; "" if nothing
std::string check_path(const std::string& path);
std::string working_folder();

}  // namespace infodiet
