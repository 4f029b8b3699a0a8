#pragma once

#include <string>
#include <vector>

#include "env/person/mechanisms.hpp"
#include "sim/facts/fact_run.hpp"
#include "sim/plot/plot.hpp"
#include "sim/table.hpp"

namespace infodiet {

/// All that a report on facts tells.
struct FactReport {
  std::vector<FactResult> results;  ///< of the facts that are complete
  int chosen = 0;                   ///< facts that were asked for
  bool quick = false;
  std::vector<std::string> removed;   ///< mechanisms that were switched off
  Person person;                      ///< whom the facts were measured on
  std::vector<Parameter> parameters;  ///< where his settings come from
  std::string program = "";           ///< which program measured: `version_line()`
};

/// "31 parameters from sources, 4 fitted, 12 facts predicted (11 pass); 3 facts fitted (3 pass)"
std::string fact_summary(const FactReport& report);

/// What else a reader must know, one line each: a quick run, a part of the person that is missing,
/// facts that are not complete.
std::vector<std::string> fact_warnings(const FactReport& report);

/// What there is to measure: label, name, basis, bands and finding, one row each and more where the
/// finding is long.
Table fact_list(const std::vector<Fact>& facts, int max_width = 120);

/// One row per band. Long texts are broken into lines so that it takes `max_width` columns, if it
/// can.
Table fact_table(const std::vector<FactResult>& results, int max_width = 120);

/// label,name,what,unit,estimate,low,high,seeds,band_low,band_high,basis,verdict,miss
std::string facts_csv(const std::vector<FactResult>& results);

/// fact,plot,curve,x,mean,low,high,published: `published` is a published number, the three before
/// it are measured ones.
std::string curves_csv(const std::vector<FactResult>& results);

/// A plot of a fact as measured. @param plot  position in `fact.plots`
Plot fact_plot(const FactResult& result, std::size_t plot);

/// The name of a plot's file: T1_knee.svg
std::string plot_file(const Fact& fact, const PlotClaim& plot);

/// One page that needs nothing else: no script, no font, no network.
std::string facts_html(const FactReport& report);

/// The same in Markdown, without the plots: a table of the facts, then the bands of each.
std::string facts_markdown(const FactReport& report);

// How reports write single things.

/// "0.953 ± 0.021", with two digits of the half width; three digits of a number that has none.
std::string measured_text(const Interval& interval);
/// "0.9 to 1.1", "at least 2", "at most 3"
std::string band_text(const Band& band);
/// "pass", "MISSED by 0.04", "MISSED: no number"
std::string verdict_text(const BandResult& result);
/// "pass", or "2 of 3 missed"
std::string fact_verdict(const FactResult& result);
/// "fitted", "predicted" or "built in"
std::string basis_text(Basis basis);

}  // namespace infodiet
