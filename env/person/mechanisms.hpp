#pragma once

#include <string>
#include <vector>

#include "env/person/person.hpp"

namespace infodiet {

/// Where the default of a setting of the person comes from.
struct Parameter {
  std::string key;     ///< within the person: "attention.kappa"
  std::string basis;   ///< "source", "fitted" or "free"
  std::string source;  ///< citation, or what it was fitted to
};

/// A part of the person that can be taken out of him.
struct Mechanism {
  std::string name;
  std::string summary;
  void (*remove)(Person&);
};

inline const std::vector<Mechanism>& all_mechanisms() {
  static const std::vector<Mechanism> all = {
      {"attention", "attention that runs out, and what is lost then",
       [](Person& person) { person.attention.kappa = kInfinity; }},
      {"interruptions", "what pushes cost, and opting out",
       [](Person& person) {
         person.interruptions.cost = 0;
         person.interruptions.tolerance = kInfinity;
       }},
      {"knowledge", "what is known already is worth less",
       [](Person& person) { person.knowledge.minutes_per_topic = kInfinity; }},
      {"liking", "the explicit signal", [](Person& person) { person.liking.probability = 0; }},
  };
  return all;
}

inline const std::vector<Parameter>& all_parameters() {
  static const std::vector<Parameter> all = {
      {"attention.kappa", "source", "Gomez-Rodriguez, Gummadi & Schoelkopf 2014, arXiv:1403.6838"},
  };
  return all;
}

}  // namespace infodiet
