#pragma once

#include "env/api/batch.hpp"
#include "env/api/explain.hpp"
#include "env/api/snapshot.hpp"
#include "env/api/spec.hpp"

namespace infodiet {

/// Writes what an agent says of a decision into a snapshot, and into its record what of it fits
/// into a number: the chance of silence, and how undecided and how unfocused it is.
void write_explanation(const Explanation& why, Snapshot& into);

/// Writes what was seen at decision `env` of a block.
void write_seen(const Observations& seen, int env, const Spec& spec, Snapshot& into);

/// What "candidate 3", "context" and "event 0" name (agents/policy/token_names.hpp).
Token token_of(const std::string& name);

}  // namespace infodiet
