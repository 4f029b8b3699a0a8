#pragma once

#include <string>
#include <vector>

#include "env/person/person.hpp"

namespace infodiet {

/// A part of the person that can be taken out of him. Its equation, units and source stand in
/// env/person/<name>.hpp, unless `where` names another file.
struct Mechanism {
  std::string name;
  std::string summary;
  void (*remove)(Person&);  ///< sets its neutral value
  std::string where = "";
  bool by_default = true;  ///< whether a default person has it

  std::string file() const { return where.empty() ? name + ".hpp" : where; }
};

/// All mechanisms, in the order in which they act.
const std::vector<Mechanism>& all_mechanisms();

/// Where the default of a setting of the person comes from.
struct Parameter {
  std::string key;     ///< within the person: "attention.kappa"
  std::string basis;   ///< "source", "fitted" or "free"
  std::string source;  ///< what it was taken from or fitted to; "" if free
};

/// One for every setting of the person, in their order.
const std::vector<Parameter>& all_parameters();

}  // namespace infodiet
