#pragma once

#include <set>
#include <string>
#include <vector>

#include "env/core/fields.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

/// One key that a config could hold, whichever plug-ins were chosen.
struct ConfigKey {
  std::string section;  ///< "world.person", "eval.agents[]"; "" at the top
  std::string name;
  std::string plugin;  ///< the plug-in whose key it is; "" if it is there under all of them
};

/// Every key of a config and of all plug-ins it could choose. Inside a plug-in, plug-ins of a kind
/// that is already open are not opened again.
std::vector<ConfigKey> list_config_keys(const Config& config);

/// The plug-in's own keys, without `name`.
std::set<std::string> own_keys(const Choice& choice);

/// "agent.lr"; "lr" at the top.
std::string dotted(const std::string& section, const std::string& name);

/// The ending of the message on an unknown key: " (did you mean 'entropy_coef'?)", or where the key
/// belongs, or the keys there are.
/// @param section  with the places in lists, as in "eval.agents[2]"
/// @param here     the keys of this section
/// @param plugin   the plug-in chosen here, if it is one
std::string explain_unknown_key(const std::string& key, const std::string& section,
                                const std::vector<std::string>& here, const std::string& plugin,
                                const std::vector<ConfigKey>& all);

/// The message on a name that no plug-in of this kind has.
std::string explain_unknown_plugin(const Catalogue& catalogue, const std::string& name);

}  // namespace infodiet
