#include <map>

#include <fmt/format.h>

#include "env/core/config/config_keys.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/config/suggest.hpp"
#include "sim/facts/fact_report.hpp"
#include "sim/plot/xml.hpp"

namespace infodiet {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --ink: #1a1c20; --faint: #5a606b; --paper: #ffffff;
  --rule: #d5d8de; --panel: #f5f6f8; --good: #00664d; --bad: #a83e00; --link: #005a94; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --faint: #a2a8b4; --paper: #15171c;
  --rule: #363b45; --panel: #1e2128; --good: #4cc7a0; --bad: #ff9a5c; --link: #7cc4f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 58rem; padding: 1rem 1.2rem 4rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 .5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .6rem; }
a { color: var(--link); }
p { margin: .4rem 0; }
.summary { font-size: 1.1rem; font-weight: 600; }
.warning { border-left: .3rem solid var(--bad); padding: .2rem .8rem; }
.faint { color: var(--faint); }
.label { color: var(--faint); font-weight: 400; margin-right: .4rem; }
.pass { color: var(--good); font-weight: 600; }
.missed { color: var(--bad); font-weight: 600; }
article { border-top: 2px solid var(--rule); margin-top: 2.4rem; padding-top: 1.2rem; }
dl { margin: .6rem 0; }
dt { color: var(--faint); font-size: .85rem; margin-top: .5rem; }
dd { margin: 0; }
.wide { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; color: var(--faint); font-size: .85rem; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0;
  border-bottom: 1px solid var(--rule); }
th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
td.verdict { white-space: nowrap; }
code { font-size: .9em; }
figure { margin: 1.2rem 0; padding: .4rem; background: var(--panel); border-radius: .4rem; }
figure { overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 28rem; max-width: 44rem; height: auto;
  margin: 0 auto; }
@media screen and (max-width: 44rem) {
  /* rows become blocks, and every cell says what it is */
  thead { display: none; }
  table, tbody, tr, td, caption { display: block; width: 100%; }
  tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  td, td.number { border: 0; padding: .05rem 0; text-align: left; white-space: normal; }
  td:first-child { font-weight: 600; }
  td[title]::before { content: attr(title) ": "; color: var(--faint); font-weight: 400; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; }
  :root { --ink: #000; --paper: #fff; --panel: #fff; --rule: #999; --faint: #444;
    --good: #004d3a; --bad: #8a3300; --link: #000; }
  figure, tr, h2 { break-inside: avoid; } h2, caption { break-after: avoid; }
  figure svg { max-width: 14cm; } .wide { overflow: visible; } }
)css";

/// A setting of the person, as the page shows it.
struct Setting {
  std::string value, unit, help;
};

/// All settings by their dotted key.
class SettingsByKey final : public Fields {
 public:
  std::map<std::string, Setting> all;

  void operator()(const Field& field, bool& value) override { add(field, value); }
  void operator()(const Field& field, int& value) override { add(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { add(field, value); }
  void operator()(const Field& field, float& value) override { add(field, value); }
  void operator()(const Field& field, double& value) override { add(field, value); }
  void operator()(const Field& field, std::string& value) override { add(field, value); }
  void operator()(const Field& field, std::vector<double>& value) override { add(field, value); }
  void path(const Field& field, std::string& value) override { add(field, value); }
  void operator()(const Field& field, Config& section) override {
    const std::string outer = section_;
    section_ = dotted(outer, std::string(field.name));
    section.fields(*this);
    section_ = outer;
  }
  void operator()(const Field& field, Choice& choice) override { add(field, choice); }
  void operator()(const Field& field, std::vector<Choice>& choices, const Choice&) override {
    add(field, choices);
  }

 private:
  template <class Value>
  void add(const Field& field, const Value& value) {
    all[dotted(section_, std::string(field.name))] = {write_value(value), std::string(field.unit),
                                                      std::string(field.help)};
  }

  std::string section_;
};

/// A cell of a table. @param what  the title of its column, which a narrow screen puts before it
std::string cell(const char* what, const std::string& html, const char* kind = "") {
  std::string out = "<td";
  if (*what != '\0') out += fmt::format(" title=\"{}\"", what);
  if (*kind != '\0') out += fmt::format(" class=\"{}\"", kind);
  return out + ">" + html + "</td>";
}

/// A mark and words: it must be readable without colours.
std::string verdict_html(bool pass, const std::string& text) {
  return fmt::format("<span class=\"{}\">{} {}</span>", pass ? "pass" : "missed", pass ? "✓" : "✗",
                     xml_escaped(text));
}

std::string unit_html(const std::string& unit) {
  return unit == "-" || unit.empty() ? "" : " " + xml_escaped(unit);
}

std::string contents_html(const FactReport& report) {
  std::string out =
      "<div class=\"wide\"><table>\n<thead><tr><th>fact</th><th>finding</th><th>basis</th>"
      "<th>verdict</th></tr></thead>\n<tbody>\n";
  for (const FactResult& result : report.results) {
    const std::string label = xml_escaped(result.fact.label);
    out += "<tr>" + cell("", label) +
           cell("", fmt::format("<a href=\"#{}\">{}</a>", label, xml_escaped(result.fact.title))) +
           cell("basis", basis_text(result.fact.basis)) +
           cell("verdict", verdict_html(result.pass(), fact_verdict(result)), "verdict") +
           "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string bands_html(const FactResult& result) {
  std::string out = fmt::format(
      "<div class=\"wide\"><table>\n<caption>{}</caption>\n<thead><tr><th>number</th>"
      "<th>published</th><th class=\"number\">ours</th><th class=\"number\">must be</th>"
      "<th>basis</th><th>verdict</th></tr></thead>\n<tbody>\n",
      result.seeds > 1
          ? fmt::format("Ours: mean over {} simulated populations ± half of its 95 % interval "
                        "(Student's t).",
                        result.seeds)
          : "Ours: one simulated population.");
  for (std::size_t i = 0; i < result.bands.size(); ++i) {
    const Band& band = result.fact.bands[i];
    const std::string unit = unit_html(band.unit);
    const BandResult& found = result.bands[i];
    out += "<tr>" + cell("", xml_escaped(band.what)) +
           cell("published", band.published.empty() ? "<span class=\"faint\">a direction</span>"
                                                    : xml_escaped(band.published)) +
           cell("ours", measured_text(found.interval) + unit, "number") +
           cell("must be", band_text(band) + unit, "number") +
           cell("basis", basis_text(result.fact.basis_of(i))) +
           cell("verdict", verdict_html(found.pass, verdict_text(found)), "verdict") + "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string fact_html(const FactResult& result) {
  const Fact& fact = result.fact;
  std::string out = fmt::format(
      "<article id=\"{0}\">\n<h2><span class=\"label\">{0}</span>{1}</h2>\n<p>{2}, {3}</p>\n",
      xml_escaped(fact.label), xml_escaped(fact.title),
      verdict_html(result.pass(), fact_verdict(result)), basis_text(fact.basis));
  out += "<dl>\n";
  const auto add = [&out](const char* term, const std::string& text) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", term, xml_escaped(text));
  };
  add("What was published", fact.published);
  add("Where", fact.source);
  add("What is done here", fact.procedure);
  add("Parts of the person that take part",
      fact.parts.empty() ? "all, but for what the procedure takes out" : join(fact.parts));
  if (!fact.mechanisms.empty()) add("Those that it needs", join(fact.mechanisms));
  out += "</dl>\n" + bands_html(result);
  for (std::size_t i = 0; i < fact.plots.size(); ++i)
    out += "<figure>\n" + svg(fact_plot(result, i), SvgUse::kInline) + "</figure>\n";
  out += fmt::format("<p class=\"faint\">{} seed{}, {:.1f} s.</p>\n", result.seeds,
                     result.seeds == 1 ? "" : "s", result.seconds);
  return out + "</article>\n";
}

std::string parameters_html(const FactReport& report) {
  if (report.parameters.empty()) return "";
  SettingsByKey settings;
  report.person.clone()->fields(settings);
  std::string out =
      "<article id=\"parameters\">\n<h2>Parameters of the person</h2>\n"
      "<p>From a source: taken over from what was published. Fitted: set with a finding in "
      "sight, which is then no prediction. Free: neither.</p>\n"
      "<div class=\"wide\"><table>\n<thead><tr><th>parameter</th><th class=\"number\">value</th>"
      "<th>meaning</th><th>basis</th><th>from</th></tr></thead>\n<tbody>\n";
  for (const Parameter& parameter : report.parameters) {
    const auto found = settings.all.find(parameter.key);
    const Setting setting = found == settings.all.end() ? Setting{} : found->second;
    out += "<tr>" + cell("", "<code>" + xml_escaped(parameter.key) + "</code>") +
           cell("value", xml_escaped(setting.value) + unit_html(setting.unit), "number") +
           cell("meaning", xml_escaped(setting.help)) +
           cell("basis", xml_escaped(parameter.basis)) +
           cell("from", xml_escaped(parameter.source)) + "</tr>\n";
  }
  return out + "</tbody></table></div>\n</article>\n";
}

}  // namespace

std::string facts_html(const FactReport& report) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>InfoDiet: published findings</title>\n<style>";
  out += kStyle;
  out +=
      "</style>\n</head>\n<body>\n<header>\n<h1>Published findings, and what InfoDiet makes of "
      "them</h1>\n";
  out += fmt::format("<p class=\"summary\">{}</p>\n", xml_escaped(fact_summary(report)));
  for (const std::string& warning : fact_warnings(report))
    out += fmt::format("<p class=\"warning\">{}</p>\n", xml_escaped(warning));
  out +=
      "<p class=\"faint\">A fact passes if each of its numbers, averaged over simulated "
      "populations, lies in a band that was fixed before any run. Predicted: no parameter was set "
      "with the finding in sight. Fitted: one was. Built in: an equation or a parameter says so at "
      "once, so that it checks the program and no more.</p>\n</header>\n<main>\n";
  out += contents_html(report);
  for (const FactResult& result : report.results) out += fact_html(result);
  out += parameters_html(report) + "</main>\n";
  if (!report.program.empty())
    out += fmt::format("<footer><p class=\"faint\">{}</p></footer>\n", xml_escaped(report.program));
  return out + "</body>\n</html>\n";
}

}  // namespace infodiet
