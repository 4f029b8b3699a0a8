#include "sim/facts/ablation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "env/core/config/suggest.hpp"
#include "sim/csv.hpp"

namespace infodiet {
namespace {

std::string change_text(const AblationCell& cell) {
  if (!cell.part) return "-";
  if (cell.breaks()) return "breaks";
  return cell.mended > 0 ? "mends" : ".";
}

std::string cell_text(const std::optional<AblationCell>& cell) {
  if (!cell) return "";
  return change_text(*cell) + (cell->surprises() ? "*" : "");
}

}  // namespace

AblationCell compare(const FactResult& before, const FactResult& after,
                     const std::string& mechanism) {
  AblationCell cell;
  for (std::size_t i = 0; i < before.bands.size(); ++i) {
    cell.broken += before.bands[i].pass && !after.bands[i].pass ? 1 : 0;
    cell.mended += !before.bands[i].pass && after.bands[i].pass ? 1 : 0;
  }
  const std::vector<std::string>& needed = before.fact.mechanisms;
  cell.declared = std::find(needed.begin(), needed.end(), mechanism) != needed.end();
  cell.part = before.fact.has_part(mechanism);
  return cell;
}

int ablation_seeds(const Ablation& ablation, const Mechanism& mechanism, const FactPlan& plan) {
  int seeds = 0;
  for (const FactResult& result : ablation.whole)
    seeds += result.fact.has_part(mechanism.name) ? plan.seeds_of(result.fact) : 0;
  return seeds;
}

void ablate(Ablation& ablation, const Mechanism& mechanism, FactPlan plan, Workers& workers,
            const std::atomic<bool>* cancel, const FactCallbacks& callbacks) {
  mechanism.remove(plan.person);
  plan.without.push_back(mechanism.name);
  std::vector<Fact> facts;
  for (const FactResult& result : ablation.whole) {
    if (result.fact.has_part(mechanism.name)) facts.push_back(result.fact);
  }
  const std::vector<FactResult> results = run_facts(facts, plan, workers, cancel, callbacks);
  std::vector<std::optional<AblationCell>> row;
  std::size_t measured = 0;
  for (const FactResult& whole : ablation.whole) {
    row.emplace_back();
    if (!whole.fact.has_part(mechanism.name))
      row.back() = compare(whole, whole, mechanism.name);
    else if (measured < results.size())
      row.back() = compare(whole, results[measured++], mechanism.name);
  }
  ablation.mechanisms.push_back(mechanism.name);
  ablation.cells.push_back(std::move(row));
}

Table ablation_table(const Ablation& ablation) {
  std::vector<Table::Column> columns = {{"without", "", true}};
  for (const FactResult& result : ablation.whole) columns.push_back({result.fact.label, "", true});
  Table table(std::move(columns));
  for (std::size_t m = 0; m < ablation.mechanisms.size(); ++m) {
    std::vector<std::string> row = {ablation.mechanisms[m]};
    for (const auto& cell : ablation.cells[m]) row.push_back(cell_text(cell));
    table.add_row(std::move(row));
  }
  return table;
}

std::string ablation_notes(const Ablation& ablation) {
  int as_declared = 0, holds = 0, breaks = 0, missing = 0;
  for (const auto& row : ablation.cells) {
    for (const auto& cell : row) {
      if (!cell)
        ++missing;
      else if (!cell->surprises())
        ++as_declared;
      else if (cell->declared)
        ++holds;
      else
        ++breaks;
    }
  }
  std::string out =
      ". as with the whole person; breaks: a band that he meets is missed; mends: the reverse; "
      "- takes no part in the fact; * not what the fact declares.\n";
  std::vector<std::string> names;
  for (const FactResult& result : ablation.whole)
    names.push_back(result.fact.label + " " + result.fact.name);
  out += join(names);
  out += fmt::format(
      ".\n{} cells as declared, {} declared to break that do not, {} that break undeclared{}.\n",
      as_declared, holds, breaks, missing == 0 ? "" : fmt::format("; {} not measured", missing));
  return out;
}

std::string ablation_csv(const Ablation& ablation) {
  std::string out = "mechanism,fact,change,broken,mended,declared,surprise\n";
  for (std::size_t m = 0; m < ablation.mechanisms.size(); ++m) {
    for (std::size_t f = 0; f < ablation.whole.size(); ++f) {
      const auto& cell = ablation.cells[m][f];
      if (!cell) continue;
      out += fmt::format("{},{},{},{},{},{},{}\n", csv_text(ablation.mechanisms[m]),
                         csv_text(ablation.whole[f].fact.name), change_text(*cell), cell->broken,
                         cell->mended, cell->declared ? 1 : 0, cell->surprises() ? 1 : 0);
    }
  }
  return out;
}

}  // namespace infodiet
