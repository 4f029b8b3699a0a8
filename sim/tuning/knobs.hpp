#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/core/fields.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

/// A setting that `infodiet tune` may turn: a field that declares where to look (Field::search).
struct Knob {
  std::string key;    ///< "feed_load"; dotted within a section: "policy.lr"
  std::string unit;   ///< "" if it has none
  std::string help;   ///< what it does
  std::string range;  ///< "0.1 to 10, log scale"; "true, false"
  std::string value;  ///< as YAML writes it
};

/// Every knob of a plug-in and of the plug-ins it holds, with its value.
std::vector<Knob> knobs_of(const Choice& choice);

/// The same settings with knobs drawn anew: uniform on the scale of their search, whole numbers
/// and words each as likely as the others. Numbers get four digits, and stay within what the field
/// allows. A knob's draw is its own: neither other knobs nor the number of draws change it.
/// @param fixed  keys that are left as they are
/// @param index  which draw
/// @throws Error kConfig if a hundred draws in a row break the rules the settings have together
Choice draw_knobs(const Choice& choice, const std::vector<std::string>& fixed, std::uint64_t seed,
                  std::uint32_t index);

/// Sets what a user writes, "push=false", in the settings of a plug-in.
/// @throws Error kConfig naming key and place
void fix_settings(Choice& choice, const std::vector<std::string>& fixes);

/// The key of "push=false".
std::string fixed_key(const std::string& fix);

/// Settings that can be tried, the agent's own first.
struct Candidate {
  enum class From { kDefaults, kGiven, kDrawn };
  From from = From::kDrawn;
  Choice agent;
};

/// The defaults of an agent, then what is given, then as many draws as are missing. None twice: a
/// small space gives fewer. The n-th is the same however many are asked for.
/// @param given  further settings of this agent to begin with
/// @param fixes  "key=value": holds for all of them
/// @param near   share of the draws in which each knob keeps, with probability 2/3, the value it
/// has
///               in the defaults or in one of the given
std::vector<Candidate> make_candidates(const Choice& defaults, const std::vector<Choice>& given,
                                       const std::vector<std::string>& fixes, std::uint64_t seed,
                                       int count, double near = 0);

}  // namespace infodiet
