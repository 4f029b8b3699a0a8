#include "env/core/config/yaml_messages.hpp"

#include <yaml-cpp/exceptions.h>

#include <map>
#include <string_view>

namespace infodiet {

std::string explain_yaml_error(const std::string& message) {
  static const std::map<std::string_view, std::string_view> kCures = {
      {YAML::ErrorMsg::MAP_VALUE,
       "a ':' where no key can be (is the indentation right? does a text need quotes?)"},
      {YAML::ErrorMsg::MAP_KEY, "a key where none can be (is the indentation right?)"},
      {YAML::ErrorMsg::BLOCK_ENTRY, "a '-' where no list can be (is the indentation right?)"},
      {YAML::ErrorMsg::END_OF_MAP,
       "this does not belong to the map above (is the indentation right? does a text need "
       "quotes?)"},
      {YAML::ErrorMsg::END_OF_SEQ,
       "this does not belong to the list above (a '-' is missing, or "
       "the indentation is wrong)"},
      {YAML::ErrorMsg::FLOW_END, "this bracket closes nothing"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN, "no value can begin with this character (put it in quotes)"},
      {YAML::ErrorMsg::UNKNOWN_ANCHOR, "no value above is marked with this name (&name ... *name)"},
      {YAML::ErrorMsg::TAB_IN_INDENTATION, "tab in the indentation (use spaces)"},
  };
  const auto found = kCures.find(message);
  return found == kCures.end() ? message : std::string(found->second);
}

}  // namespace infodiet
