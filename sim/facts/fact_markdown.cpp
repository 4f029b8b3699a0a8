#include <fmt/format.h>

#include "env/core/config/suggest.hpp"
#include "sim/facts/fact_report.hpp"

namespace infodiet {
namespace {

/// A text as it may stand in a cell.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string with_unit(const std::string& number, const Band& band) {
  return band.unit == "-" ? number : number + " " + band.unit;
}

std::string contents(const FactReport& report) {
  std::string out = "| fact | finding | basis | verdict |\n|---|---|---|---|\n";
  for (const FactResult& result : report.results) {
    const Fact& fact = result.fact;
    out += fmt::format("| {} {} | {} | {} | {} |\n", fact.label, fact.name, cell(fact.title),
                       basis_text(fact.basis), fact_verdict(result));
  }
  return out;
}

std::string section(const FactResult& result) {
  const Fact& fact = result.fact;
  std::string out = fmt::format("\n## {} {}: {}\n\n", fact.label, fact.name, fact.title);
  out += fmt::format("- Published: {} ({})\n", fact.published, fact.source);
  out += fmt::format("- Here: {}\n", fact.procedure);
  out += fmt::format(
      "- Parts of the person that take part: {}; needed: {}\n\n",
      fact.parts.empty() ? "all, but for what the procedure takes out" : join(fact.parts),
      join(fact.mechanisms));
  out += fmt::format("| number | published | ours ({} seed{}) | must be | basis | verdict |\n",
                     result.seeds, result.seeds == 1 ? "" : "s");
  out += "|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < result.bands.size(); ++i) {
    const Band& band = fact.bands[i];
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", cell(band.what),
                       band.published.empty() ? "a direction" : cell(band.published),
                       with_unit(measured_text(result.bands[i].interval), band),
                       with_unit(band_text(band), band), basis_text(fact.basis_of(i)),
                       verdict_text(result.bands[i]));
  }
  return out;
}

}  // namespace

std::string facts_markdown(const FactReport& report) {
  std::string out = "# Published findings, and what InfoDiet makes of them\n\n";
  out += fact_summary(report) + "\n\n";
  for (const std::string& warning : fact_warnings(report)) out += warning + "\n\n";
  out += contents(report);
  for (const FactResult& result : report.results) out += section(result);
  if (!report.program.empty()) out += "\n" + report.program + "\n";
  return out;
}

}  // namespace infodiet
