#include "sim/facts/fact_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "env/core/config/suggest.hpp"
#include "sim/csv.hpp"

namespace infodiet {
namespace {

int count_basis(const std::vector<Parameter>& parameters, const std::string& basis) {
  return static_cast<int>(
      std::count_if(parameters.begin(), parameters.end(),
                    [&basis](const Parameter& parameter) { return parameter.basis == basis; }));
}

std::string counted(int count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// Decimals that show `digits` digits of a number of this size.
int decimals(double size, int digits) {
  if (!(size > 0) || !std::isfinite(size)) return digits - 1;
  return std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(size))), 0, 9);
}

Table table_with(const std::vector<FactResult>& results, int room) {
  Table table({{"fact", "", true},
               {"number", "", true},
               {"ours"},
               {"unit", "", true},
               {"must be", "", true},
               {"basis", "", true},
               {"verdict", "", true}});
  for (const FactResult& result : results) {
    std::string fact = result.fact.label + " " + result.fact.name;
    for (std::size_t i = 0; i < result.bands.size(); ++i) {
      const Band& band = result.fact.bands[i];
      std::string basis = basis_text(result.fact.basis_of(i));
      std::string ours = measured_text(result.bands[i].interval), unit = band.unit;
      std::string must = band_text(band), verdict = verdict_text(result.bands[i]);
      for (std::string& line : wrapped(band.what, room)) {
        table.add_row({fact, std::move(line), ours, unit == "-" ? "" : unit, must, basis, verdict});
        for (std::string* cell : {&fact, &ours, &unit, &must, &basis, &verdict}) cell->clear();
      }
    }
  }
  return table;
}

}  // namespace

std::string fact_summary(const FactReport& report) {
  int facts[3] = {}, passed[3] = {};
  for (const FactResult& result : report.results) {
    const auto kind = static_cast<int>(result.fact.basis);
    ++facts[kind];
    passed[kind] += result.pass() ? 1 : 0;
  }
  const int free = count_basis(report.parameters, "free");
  const auto tally = [&](Basis basis) {
    const auto kind = static_cast<int>(basis);
    return fmt::format("{} {} ({} pass)", counted(facts[kind], "fact"), basis_text(basis),
                       passed[kind]);
  };
  return fmt::format("{} from sources, {} fitted, {}; {}{}{}",
                     counted(count_basis(report.parameters, "source"), "parameter"),
                     count_basis(report.parameters, "fitted"), tally(Basis::kPredicted),
                     tally(Basis::kFitted), facts[2] == 0 ? "" : "; " + tally(Basis::kBuiltIn),
                     free == 0 ? "" : "; " + counted(free, "free parameter"));
}

std::vector<std::string> fact_warnings(const FactReport& report) {
  std::vector<std::string> out;
  if (!report.removed.empty())
    out.push_back("Measured without a part of the person: " + join(report.removed) + ".");
  if (report.quick)
    out.emplace_back(
        "A quick run, with fewer people and shorter times: it shows that all facts run, and its "
        "verdicts do not count.");
  const auto complete = static_cast<int>(report.results.size());
  if (complete < report.chosen)
    out.push_back(fmt::format("{} of {} are complete.", complete, counted(report.chosen, "fact")));
  const bool alone = std::any_of(report.results.begin(), report.results.end(),
                                 [](const FactResult& result) { return result.seeds < 2; });
  if (alone && !report.quick)
    out.emplace_back("One seed gives no interval: what is measured may be luck.");
  return out;
}

Table fact_list(const std::vector<Fact>& facts, int max_width) {
  Table table({{"label", "", true},
               {"name", "", true},
               {"basis", "", true},
               {"bands"},
               {"finding", "", true}});
  const int width = std::max(40, max_width - 46);  // the other columns take 46
  for (const Fact& fact : facts) {
    std::vector<std::string> row = {fact.label, fact.name, basis_text(fact.basis),
                                    std::to_string(fact.bands.size()), ""};
    for (std::string& line : wrapped(fact.title, width)) {
      row.back() = std::move(line);
      table.add_row(std::move(row));
      row.assign(5, "");
    }
  }
  return table;
}

Table fact_table(const std::vector<FactResult>& results, int max_width) {
  constexpr int kMost = 60, kLeast = 20;  // columns of what is measured
  for (int room = kMost; room > kLeast; room -= 4) {
    Table table = table_with(results, room);
    if (table.width() <= max_width) return table;
  }
  return table_with(results, kLeast);
}

std::string facts_csv(const std::vector<FactResult>& results) {
  std::string out =
      "label,name,what,unit,estimate,low,high,seeds,band_low,band_high,basis,verdict,miss\n";
  for (const FactResult& result : results) {
    for (std::size_t i = 0; i < result.bands.size(); ++i) {
      const Band& band = result.fact.bands[i];
      const BandResult& found = result.bands[i];
      const Interval& interval = found.interval;
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_text(result.fact.label),
                         csv_text(result.fact.name), csv_text(band.what), csv_text(band.unit),
                         csv_number(interval.estimate), csv_number(interval.low),
                         csv_number(interval.high), interval.count, csv_number(band.low),
                         csv_number(band.high), basis_text(result.fact.basis_of(i)),
                         found.pass ? "pass" : "missed", csv_number(found.miss));
    }
  }
  return out;
}

std::string curves_csv(const std::vector<FactResult>& results) {
  std::string out = "fact,plot,curve,x,mean,low,high,published\n";
  for (const FactResult& result : results) {
    for (std::size_t p = 0; p < result.fact.plots.size(); ++p) {
      const Plot plot = fact_plot(result, p);
      for (const PlotSeries& series : plot.series) {
        const bool published = series.look == PlotSeries::Look::kPoints;
        for (std::size_t i = 0; i < series.x.size(); ++i) {
          out += fmt::format(
              "{},{},{},{},{}\n", csv_text(result.fact.name), csv_text(result.fact.plots[p].name),
              csv_text(series.label), csv_number(series.x[i]),
              published ? ",,," + csv_number(series.y[i])
                        : fmt::format("{},{},{},", csv_number(series.y[i]),
                                      csv_number(series.low[i]), csv_number(series.high[i])));
        }
      }
    }
  }
  return out;
}

Plot fact_plot(const FactResult& result, std::size_t plot) {
  std::size_t measured = 0;  // curves of the plots before this one
  for (std::size_t p = 0; p < plot; ++p) {
    for (const Curve& curve : result.fact.plots[p].curves) measured += curve.published() ? 0 : 1;
  }
  const PlotClaim& claim = result.fact.plots[plot];
  Plot out{claim.title,
           {claim.x.label, claim.x.unit, claim.x.log, claim.x.names},
           {claim.y.label, claim.y.unit, claim.y.log},
           {},
           ""};
  for (const Curve& curve : claim.curves) {
    PlotSeries series{curve.label, curve.x, curve.y, {}, {}, PlotSeries::Look::kPoints};
    if (!curve.published()) {
      series.look = PlotSeries::Look::kLine;
      for (const Interval& point : result.curves[measured++]) {
        series.y.push_back(point.estimate);
        series.low.push_back(point.low);
        series.high.push_back(point.high);
      }
    }
    out.series.push_back(std::move(series));
  }
  const bool any_published = std::any_of(claim.curves.begin(), claim.curves.end(),
                                         [](const Curve& curve) { return curve.published(); });
  const bool named = !claim.x.names.empty();
  if (result.seeds > 1)
    out.note =
        fmt::format("{}: mean of {} simulated populations; {}: its 95 % interval.",
                    named ? "Filled markers" : "Lines", result.seeds, named ? "bars" : "shaded");
  else
    out.note = fmt::format("{}: one simulated population.", named ? "Filled markers" : "Lines");
  if (any_published) out.note += " Open markers: published.";
  return out;
}

std::string plot_file(const Fact& fact, const PlotClaim& plot) {
  return fmt::format("{}_{}.svg", fact.label, plot.name);
}

std::string measured_text(const Interval& interval) {
  if (!std::isfinite(interval.estimate)) return "no number";
  const double half = interval.half_width();
  const bool known = interval.known() && half > 0;
  const int digits = known ? decimals(half, 2) : decimals(std::abs(interval.estimate), 3);
  std::string text = fmt::format("{:.{}f}", interval.estimate, digits);
  if (text.find_first_not_of("-0.") == text.npos && text.front() == '-') text.erase(0, 1);
  if (interval.known()) text += fmt::format(" ± {:.{}f}", half, digits);
  return text;
}

std::string band_text(const Band& band) {
  if (std::isinf(band.low)) return fmt::format("at most {}", band.high);
  if (std::isinf(band.high)) return fmt::format("at least {}", band.low);
  return fmt::format("{} to {}", band.low, band.high);
}

std::string verdict_text(const BandResult& result) {
  if (result.pass) return "pass";
  if (std::isnan(result.miss)) return "MISSED: no number";
  return fmt::format("MISSED by {:.2g}", std::abs(result.miss));
}

std::string fact_verdict(const FactResult& result) {
  if (result.pass()) return "pass";
  return fmt::format("{} of {} missed", result.missed(), result.bands.size());
}

std::string basis_text(Basis basis) {
  if (basis == Basis::kBuiltIn) return "built in";
  return basis == Basis::kFitted ? "fitted" : "predicted";
}

}  // namespace infodiet
