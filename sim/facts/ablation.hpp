#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "env/person/mechanisms.hpp"
#include "sim/facts/fact_run.hpp"
#include "sim/table.hpp"

// Which part of the person makes which fact: all facts again without one part after another.

namespace infodiet {

/// What became of one fact without one mechanism.
struct AblationCell {
  int broken = 0;         ///< bands that the whole person met and that are missed now
  int mended = 0;         ///< the reverse
  bool declared = false;  ///< the fact says that it needs the mechanism
  bool part = true;       ///< the mechanism takes part in the fact; else nothing can change

  bool breaks() const { return broken > 0; }
  /// Whether what the fact declares and what happened differ.
  bool surprises() const { return breaks() != declared; }
};

struct Ablation {
  std::vector<FactResult> whole;        ///< with the whole person
  std::vector<std::string> mechanisms;  ///< that were taken out, one at a time
  /// (mechanisms, facts); empty: not measured before an interrupt
  std::vector<std::vector<std::optional<AblationCell>>> cells;
};

/// @param before  as measured on the person with, and `after` without, the mechanism
AblationCell compare(const FactResult& before, const FactResult& after,
                     const std::string& mechanism);

/// Measures the facts of `ablation.whole` in which a mechanism takes part without it, and adds a
/// row.
/// @param plan    that of `ablation.whole`
/// @param cancel  if it becomes true, cells that are not complete stay empty
void ablate(Ablation& ablation, const Mechanism& mechanism, FactPlan plan, Workers& workers,
            const std::atomic<bool>* cancel = nullptr, const FactCallbacks& callbacks = {});

/// How many pairs of fact and seed that takes.
int ablation_seeds(const Ablation& ablation, const Mechanism& mechanism, const FactPlan& plan);

/// Mechanisms down, facts across: "." as before, "breaks", "mends", "-" takes no part; '*' where
/// that is not what the fact declares.
Table ablation_table(const Ablation& ablation);

/// What the marks mean, and how many cells are not as declared.
std::string ablation_notes(const Ablation& ablation);

/// mechanism,fact,change,broken,mended,declared,surprise
std::string ablation_csv(const Ablation& ablation);

}  // namespace infodiet
