#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/error.hpp"
#include "env/core/philox.hpp"
#include "sim/csv.hpp"
#include "sim/facts/ablation.hpp"
#include "sim/facts/fact_report.hpp"
#include "sim/facts/fact_run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/well_formed.hpp"

namespace infodiet::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A fact with one band [0, 10] that measures the seed, and one plot of two curves.
Fact toy(const std::string& label, const std::string& name) {
  Fact fact;
  fact.label = label;
  fact.name = name;
  fact.title = "The number is the seed";
  fact.published = "it was";
  fact.source = "Doe 2020";
  fact.procedure = "counting";
  fact.bands = {{"seed", "min", 0, 10, "5"}};
  fact.plots = {{"line",
                 "Against x",
                 {"x", "h", false},
                 {"y", "-", false},
                 {{"ours", {1, 2}, {}}, {"Doe", {1, 2, 3}, {4, 5, 6}}}}};
  fact.seeds = 3;
  fact.run = [](const FactSetting& setting) {
    const auto seed = static_cast<double>(setting.seed);
    return FactSample{{seed}, {{seed, 10 * seed}}};
  };
  return fact;
}

FactResult measured(const Fact& fact, const FactPlan& plan = {}) {
  Workers workers(1);
  return run_facts({fact}, plan, workers).at(0);
}

/// The error that `body` ends with.
template <class Body>
Error error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return {ErrorCode::kInternal, "", ""};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

/// What `checked_facts` says of one fact after a change.
std::string complaint(const std::function<void(Fact&)>& change) {
  Fact fact = toy("T1", "knee");
  change(fact);
  const Error error = error_of([&] { checked_facts({fact}); });
  CHECK(error.code() == ErrorCode::kInternal);
  return error.what();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("checked_facts: labels are in natural order", "[sim][facts]") {
  std::vector<std::string> labels;
  for (const Fact& fact : checked_facts({toy("T10", "a"), toy("T2", "b"), toy("S1", "c"),
                                         toy("T1", "d"), toy("T2b", "e"), toy("T", "f")}))
    labels.push_back(fact.label);
  CHECK(labels == std::vector<std::string>{"S1", "T", "T1", "T2", "T2b", "T10"});
}

TEST_CASE("natural_less: it is a strict order, also among numbers with leading zeros",
          "[sim][facts]") {
  const std::vector<std::string> words = {"", "T", "T0", "T01", "T1", "T1a", "T2", "T10", "U", "1"};
  for (const std::string& a : words) {
    CHECK_FALSE(natural_less(a, a));
    for (const std::string& b : words) {
      CAPTURE(a, b);
      if (a != b) CHECK(natural_less(a, b) != natural_less(b, a));
      for (const std::string& c : words)
        if (natural_less(a, b) && natural_less(b, c)) CHECK(natural_less(a, c));
    }
  }
}

TEST_CASE("checked_facts: two facts of one label or name are refused by name", "[sim][facts]") {
  for (const Fact& second : {toy("T1", "other"), toy("T2", "knee"), toy("knee", "other")}) {
    CAPTURE(second.label, second.name);
    const Error error = error_of([&] { checked_facts({toy("T1", "knee"), second}); });
    CHECK(error.code() == ErrorCode::kInternal);
    CHECK(contains(error.what(), "names another fact"));
    CHECK(contains(error.what(), second.name));
  }
  CHECK(checked_facts({toy("same", "same")}).size() == 1);  // of one fact they may be one word
}

TEST_CASE("checked_facts: what is malformed is named", "[sim][facts]") {
  CHECK(contains(complaint([](Fact& f) { f.label = ""; }), "label"));
  CHECK(contains(complaint([](Fact& f) { f.label = "T 1"; }), "label"));
  CHECK(contains(complaint([](Fact& f) { f.name = "../x"; }), "name"));
  CHECK(contains(complaint([](Fact& f) { f.source = ""; }), "no source"));
  CHECK(contains(complaint([](Fact& f) { f.run = nullptr; }), "nothing to run"));
  CHECK(contains(complaint([](Fact& f) { f.seeds = 0; }), "0 seeds"));
  CHECK(contains(complaint([](Fact& f) { f.bands.clear(); }), "no bands"));
  CHECK(contains(complaint([](Fact& f) { f.mechanisms = {"atention"}; }), "'attention'"));
  CHECK(contains(complaint([](Fact& f) { f.parts = {"atention"}; }), "'attention'"));
  CHECK(contains(complaint([](Fact& f) {
                   f.parts = {"habit"};
                   f.mechanisms = {"attention"};
                 }),
                 "'attention', which does not take part"));
  CHECK(contains(complaint([](Fact& f) {
                   f.plots[0].x.names = {"a", "b"};  // the published curve has a third point
                 }),
                 "2 names"));

  CHECK(contains(complaint([](Fact& f) { f.bands[0].low = 11; }), "band 'seed': [11, 10]"));
  CHECK(contains(complaint([](Fact& f) { f.bands[0].high = kNaN; }), "band 'seed'"));
  CHECK(contains(complaint([](Fact& f) {
                   f.bands[0] = {"s", "-", -kInfinity, kInfinity, ""};
                 }),
                 "claims nothing"));
  CHECK(contains(complaint([](Fact& f) { f.bands[0].unit = ""; }), "no unit"));

  CHECK(contains(complaint([](Fact& f) { f.plots[0].name = "a b"; }), "plot 'a b'"));
  CHECK(contains(complaint([](Fact& f) { f.plots.push_back(f.plots[0]); }), "two plots"));
  CHECK(contains(complaint([](Fact& f) { f.plots[0].curves.clear(); }), "no curves"));
  CHECK(contains(complaint([](Fact& f) { f.plots[0].curves[1].y.pop_back(); }), "3 x and 2 y"));
  CHECK(contains(complaint([](Fact& f) { f.plots[0].curves[0].x = {1, kNaN}; }), "finite"));
  CHECK(contains(complaint([](Fact& f) { f.plots[0].curves[0].x.clear(); }), "no points"));
  CHECK(contains(complaint([](Fact& f) {
                   f.plots[0].x.log = true;
                   f.plots[0].curves[0].x = {0, 1};
                 }),
                 "logarithmic"));
  CHECK(contains(complaint([](Fact& f) {
                   f.plots[0].y.log = true;
                   f.plots[0].curves[1].y = {1, -2, 3};
                 }),
                 "logarithmic"));
}

TEST_CASE("judge: both ends of a band belong to it", "[sim][facts]") {
  const Band band{"x", "-", 1, 2, ""};
  for (const double inside : {1.0, 1.5, 2.0}) {
    CHECK(judge(band, {inside, inside}).pass);
    CHECK(judge(band, {inside, inside}).miss == 0);
  }
  CHECK_FALSE(judge(band, {0.75}).pass);
  CHECK(judge(band, {0.75}).miss == -0.25);  // in the band's unit, with its direction
  CHECK_FALSE(judge(band, {2.5}).pass);
  CHECK(judge(band, {2.5}).miss == 0.5);
  CHECK(judge(band, {0.0, 3.0}).pass);  // the mean counts, not each population
  CHECK(judge({"x", "-", -kInfinity, 2, ""}, {-1e300}).pass);
  CHECK(judge({"x", "-", 1, kInfinity, ""}, {1e300}).pass);
}

TEST_CASE("judge: what is no number never passes", "[sim][facts]") {
  for (const std::vector<double>& values :
       {std::vector{kNaN}, {1.5, kNaN}, {kInfinity}, {}, {-kInfinity, kInfinity}}) {
    const BandResult result = judge({"x", "-", 1, kInfinity, ""}, values);
    CHECK_FALSE(result.pass);
    CHECK(std::isnan(result.interval.estimate));
    CHECK(std::isnan(result.miss));
    CHECK(verdict_text(result) == "MISSED: no number");
  }
}

TEST_CASE("run_facts: means and Student's intervals over seeds, worked by hand", "[sim][facts]") {
  const FactResult result = measured(toy("T1", "knee"));
  CHECK(result.seeds == 3);
  const Interval& interval = result.bands.at(0).interval;
  CHECK(interval.estimate == 2);  // of 1, 2, 3, with standard deviation 1
  CHECK(interval.count == 3);
  const double half = 4.302652729749464 / std::sqrt(3.0);  // t(0.975; 2)
  CHECK(interval.low == Approx(2 - half).epsilon(1e-9));
  CHECK(interval.high == Approx(2 + half).epsilon(1e-9));
  REQUIRE(result.curves.size() == 1);  // the published one is not measured
  CHECK(result.curves[0].at(1).estimate == 20);
  CHECK(result.curves[0].at(1).high == Approx(20 + 10 * half).epsilon(1e-9));
  CHECK(result.pass());
  CHECK(result.seconds >= 0);
}

TEST_CASE("run_facts: a point counts on the seeds where it exists", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.run = [](const FactSetting& setting) {
    const auto seed = static_cast<double>(setting.seed);
    return FactSample{{seed}, {{setting.seed == 2 ? kNaN : seed, kNaN}}};
  };
  const FactResult result = measured(fact);
  CHECK(result.curves[0][0].estimate == 2);  // of 1 and 3
  CHECK(result.curves[0][0].count == 2);
  CHECK(std::isnan(result.curves[0][1].estimate));
  CHECK(result.curves[0][1].count == 0);
}

TEST_CASE("run_facts: seeds and settings are those of the plan", "[sim][facts]") {
  std::vector<std::uint64_t> seeds;
  bool quick = false;
  double kappa = 0;
  Fact fact = toy("T1", "knee");
  fact.run = [&](const FactSetting& setting) {
    seeds.push_back(setting.seed);
    quick = setting.quick;
    kappa = setting.person.attention.kappa;
    return FactSample{{1}, {{1, 2}}};
  };
  FactPlan plan;
  plan.person.attention.kappa = 7;
  measured(fact, plan);
  CHECK(seeds == std::vector<std::uint64_t>{1, 2, 3});
  CHECK_FALSE(quick);
  CHECK(kappa == 7);

  seeds.clear();
  plan.quick = true;
  const FactResult result = measured(fact, plan);
  CHECK(seeds == std::vector<std::uint64_t>{1});
  CHECK(quick);
  CHECK_FALSE(result.bands[0].interval.known());

  seeds.clear();
  plan.seeds = 2;
  measured(fact, plan);
  CHECK(seeds.size() == 2);
}

TEST_CASE("run_facts: a sample that is not what its fact claims is refused by name",
          "[sim][facts]") {
  for (const FactSample& sample :
       {FactSample{{}, {{1, 2}}}, FactSample{{1, 2}, {{1, 2}}}, FactSample{{1}, {}},
        FactSample{{1}, {{1, 2}, {1, 2, 3}}}, FactSample{{1}, {{1}}}}) {
    Fact fact = toy("T1", "knee");
    fact.run = [&sample](const FactSetting&) { return sample; };
    const Error error = error_of([&] { measured(fact); });
    CHECK(error.code() == ErrorCode::kInternal);
    CHECK(contains(error.what(), "fact 'knee', seed 1"));
  }
}

TEST_CASE("run_facts: what a fact throws keeps its code and gains its name", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.run = [](const FactSetting& setting) -> FactSample {
    if (setting.seed == 2) throw Error(ErrorCode::kShape, "slate", "too long");
    return {{1}, {{1, 2}}};
  };
  const Error error = error_of([&] { measured(fact); });
  CHECK(error.code() == ErrorCode::kShape);
  CHECK(contains(error.what(), "fact 'knee', seed 2: slate: too long"));
}

TEST_CASE("run_facts: results have the same bits for any number of threads", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.run = [](const FactSetting& setting) {
    std::vector<double> parts(100);
    setting.workers->for_each(100, [&](int i) {
      const EpisodeKey key{setting.seed, static_cast<std::uint32_t>(i), 0};
      parts[i] = std::ldexp(static_cast<double>(random_words(key, Purpose::kAgent, 0)[0]), -32);
    });
    double sum = 0;
    for (const double part : parts) sum += part;
    return FactSample{{sum}, {{sum, parts[99]}}};
  };
  std::set<std::string> seen;
  for (const int threads : {1, 2, 5}) {
    Workers workers(threads);
    const std::vector<FactResult> results = run_facts({fact}, {}, workers);
    seen.insert(facts_csv(results) + curves_csv(results) + svg(fact_plot(results[0], 0)));
  }
  CHECK(seen.size() == 1);
}

TEST_CASE("run_facts: an interrupt keeps the facts that are complete", "[sim][facts]") {
  std::atomic<bool> cancel = false;
  Fact stopped = toy("T2", "stopped");
  const bool throws = GENERATE(false, true);
  stopped.run = [&](const FactSetting& setting) -> FactSample {
    if (setting.seed == 2) cancel = true;
    CHECK(setting.is_cancelled() == (setting.seed == 2));
    if (throws && setting.is_cancelled()) throw Error(ErrorCode::kState, "", "stopped half way");
    return setting.is_cancelled() ? FactSample{} : FactSample{{1}, {{1, 2}}};
  };
  Workers workers(1);
  std::vector<std::string> finished;
  FactCallbacks callbacks;
  callbacks.finished = [&](const FactResult& result) { finished.push_back(result.fact.name); };
  const std::vector<Fact> facts = {toy("T1", "whole"), stopped, toy("T3", "never")};
  const std::vector<FactResult> results = run_facts(facts, {}, workers, &cancel, callbacks);
  REQUIRE(results.size() == 1);
  CHECK(results[0].fact.name == "whole");
  CHECK(results[0].seeds == 3);
  CHECK(finished == std::vector<std::string>{"whole"});
  CHECK(contains(fact_warnings({results, 3, false, {}, {}, {}}).at(0), "1 of 3 facts"));
}

TEST_CASE("run_facts: it says which fact and seed is running", "[sim][facts]") {
  std::vector<std::string> said;
  FactCallbacks callbacks;
  callbacks.starts = [&](const FactProgress& now) {
    said.push_back(
        fmt::format("{} {}/{} {}/{}", now.fact->name, now.seed, now.seeds, now.done, now.total));
  };
  Workers workers(1);
  Fact second = toy("T2", "b");
  second.seeds = 1;
  run_facts({toy("T1", "a"), second}, {}, workers, nullptr, callbacks);
  CHECK(said == std::vector<std::string>{"a 1/3 0/4", "a 2/3 1/4", "a 3/3 2/4", "b 1/1 3/4"});
}

TEST_CASE("csv_text: what would break a row is quoted", "[sim][facts]") {
  CHECK(csv_text("plain words") == "plain words");
  CHECK(csv_text("a,b") == "\"a,b\"");
  CHECK(csv_text("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(csv_text("two\nlines") == "\"two\nlines\"");
  CHECK(csv_text("carriage\rreturn") == "\"carriage\rreturn\"");
  CHECK(csv_number(kNaN).empty());
  CHECK(csv_number(0.1) == "0.1");
}

TEST_CASE("facts_csv: one row per band, with bounds, verdict and miss", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.basis = Basis::kFitted;
  fact.bands = {{"mean, of \"all\"", "1/h", 3.5, kInfinity, ""}, {"none", "-", 0, 1, ""}};
  fact.run = [](const FactSetting& setting) {
    return FactSample{{static_cast<double>(setting.seed), kNaN}, {{1, 2}}};
  };
  FactPlan plan;
  plan.seeds = 1;
  const auto lines = lines_of(facts_csv({measured(fact, plan)}));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "label,name,what,unit,estimate,low,high,seeds,band_low,band_high,basis,verdict,miss");
  CHECK(lines[1] == "T1,knee,\"mean, of \"\"all\"\"\",1/h,1,,,1,3.5,inf,fitted,missed,-2.5");
  CHECK(lines[2] == "T1,knee,none,-,,,,1,0,1,fitted,missed,");
}

TEST_CASE("curves_csv: measured and published points stand in columns of their own",
          "[sim][facts]") {
  FactPlan plan;
  plan.seeds = 1;
  CHECK(curves_csv({measured(toy("T1", "knee"), plan)}) ==
        "fact,plot,curve,x,mean,low,high,published\n"
        "knee,line,ours,1,1,,,\n"
        "knee,line,ours,2,10,,,\n"
        "knee,line,Doe,1,,,,4\n"
        "knee,line,Doe,2,,,,5\n"
        "knee,line,Doe,3,,,,6\n");
}

TEST_CASE("fact_plot: curves of the second plot are not those of the first", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.plots.push_back(fact.plots[0]);
  fact.plots[1].name = "second";
  fact.run = [](const FactSetting&) { return FactSample{{1}, {{1, 2}, {30, 40}}}; };
  const FactResult result = measured(fact);
  CHECK(fact_plot(result, 0).series[0].y == std::vector<double>{1, 2});
  CHECK(fact_plot(result, 1).series[0].y == std::vector<double>{30, 40});
  CHECK(fact_plot(result, 1).series[1].look == PlotSeries::Look::kPoints);
  CHECK(plot_file(fact, fact.plots[1]) == "T1_second.svg");
}

TEST_CASE("measured_text: two digits of the half width, three of a number without",
          "[sim][facts]") {
  CHECK(measured_text({0.95312, 0.93201, 0.97423, 5}) == "0.953 ± 0.021");
  CHECK(measured_text({123.4, 100.0, 146.8, 5}) == "123 ± 23");
  CHECK(measured_text({-1.234, kNaN, kNaN, 1}) == "-1.23");
  CHECK(measured_text({0.00012345, kNaN, kNaN, 1}) == "0.000123");
  CHECK(measured_text({-0.001, -0.201, 0.199, 5}) == "0.00 ± 0.20");  // no minus before nothing
  CHECK(measured_text({kNaN, kNaN, kNaN, 5}) == "no number");
}

TEST_CASE("fact_summary: it counts parameters by basis, and facts by basis and verdict",
          "[sim][facts]") {
  Fact fitted = toy("T2", "b"), missed = toy("T3", "c");
  fitted.basis = Basis::kFitted;
  missed.bands[0].high = 1;
  FactReport report;
  report.results = {measured(toy("T1", "a")), measured(fitted), measured(missed)};
  report.parameters = {
      {"a", "source", ""}, {"b", "fitted", ""}, {"c", "free", ""}, {"d", "source", ""}};
  CHECK(fact_summary(report) ==
        "2 parameters from sources, 1 fitted, 2 facts predicted (1 pass); 1 fact fitted (1 pass); "
        "1 free parameter");
}

TEST_CASE("Basis: a band can differ from its fact, and what is built in is told apart",
          "[sim][facts]") {
  Fact mixed = toy("T1", "mixed"), built = toy("T2", "built");
  mixed.bands[0].basis = Basis::kBuiltIn;
  built.basis = Basis::kBuiltIn;
  const std::vector<FactResult> results = {measured(mixed), measured(built)};
  CHECK(contains(facts_csv({results[0]}), ",built in,pass,"));
  FactReport report;
  report.results = results;
  CHECK(contains(fact_summary(report),
                 "1 fact predicted (1 pass); 0 facts fitted (0 pass); 1 fact built in (1 pass)"));
}

TEST_CASE("facts_markdown: a section of its own for each fact, with every band", "[sim][facts]") {
  FactReport report;
  Fact fact = toy("T1", "mark");
  fact.bands.push_back({"a | b", "-", -kInfinity, 1, ""});  // a bar would end the cell
  fact.run = [](const FactSetting&) { return FactSample{{5, 2}, {{1, 2}}}; };
  report.results = {measured(fact)};
  report.program = "infodiet 0";
  const std::string text = facts_markdown(report);
  CHECK(contains(text, "T1 mark"));
  CHECK(contains(text, "| seed | 5 | 5.00 ± 0.00 min | 0 to 10 min | predicted | pass |"));
  CHECK(contains(text,
                 "| a \\| b | a direction | 2.00 ± 0.00 | at most 1 | predicted | MISSED by 1 |"));
  CHECK(contains(text, "Doe 2020"));
  CHECK(contains(text, "infodiet 0"));
}

TEST_CASE("fact_table: it tells verdicts in words and keeps to its width", "[sim][facts]") {
  Fact fact = toy("T1", "knee");
  fact.bands[0] = {"a number that takes a great many words to say what it is", "-", 0, 1.5, ""};
  const FactResult result = measured(fact);
  for (const int width : {90, 120}) CHECK(fact_table({result}, width).width() <= width);
  const std::string text = fact_table({result}, 90).text();
  CHECK(contains(text, "MISSED by 0.5"));
  CHECK(contains(text, "0 to 1.5"));
  CHECK(contains(text, "predicted"));
  CHECK(contains(text, "2.0 ± 2.5"));
}

TEST_CASE("facts_html: one well-formed page, whatever the texts hold", "[sim][facts]") {
  const std::string hostile = "<script>alert(\"1\" & '2')</script> ]]> \x01";
  Fact fact = toy("T1", "knee");
  fact.title = fact.published = fact.source = fact.procedure = hostile;
  fact.bands[0].what = fact.bands[0].unit = fact.bands[0].published = hostile;
  fact.plots[0].title = fact.plots[0].x.label = fact.plots[0].y.unit = hostile;
  fact.plots[0].curves[0].label = hostile;
  fact.mechanisms = {"attention"};
  FactReport report;
  report.results = {measured(fact)};
  report.chosen = 2;
  report.quick = true;
  report.removed = {hostile};
  report.parameters = {{"attention.kappa", "source", hostile}, {hostile, "free", ""}};
  report.program = hostile;
  const std::string html = facts_html(report);
  CHECK(not_well_formed(html) == "");
  CHECK_FALSE(contains(html, "<script"));
  CHECK_FALSE(contains(html, "src="));
  CHECK_FALSE(contains(html, "href=\"http"));
  CHECK_FALSE(contains(html, "@import"));
  CHECK(contains(html, "id=\"T1\""));
  CHECK(contains(html, "href=\"#T1\""));
  CHECK(contains(html, "1 of 2 facts are complete"));
  CHECK(contains(html, "5.0 am/h"));  // value and unit of the parameter, from the person
  CHECK(contains(html, "prefers-color-scheme: dark"));
  CHECK(not_well_formed(svg(fact_plot(report.results[0], 0))) == "");
}

TEST_CASE("Ablation: cells say what breaks, and whether that was declared", "[sim][facts]") {
  // one fact that rests on attention and says so, one that wrongly says so, one that does not say
  const auto needs_attention = [](const FactSetting& setting) {
    return FactSample{{setting.person.attention.limited() ? 1.0 : 20.0}, {{1, 2}}};
  };
  Fact right = toy("T1", "right"), wrong = toy("T2", "wrong"), silent = toy("T3", "silent"),
       mended = toy("T4", "mended");
  right.mechanisms = wrong.mechanisms = {"attention"};
  right.run = silent.run = mended.run = needs_attention;
  mended.bands[0] = {"x", "-", 15, 30, ""};
  Workers workers(1);
  FactPlan plan;
  plan.seeds = 2;
  Ablation ablation{run_facts({right, wrong, silent, mended}, plan, workers), {}, {}};
  const Mechanism attention{"attention", "",
                            [](Person& person) { person.attention.kappa = kInfinity; }};
  const Mechanism nothing{"nothing", "", [](Person&) {}};
  ablate(ablation, attention, plan, workers);
  ablate(ablation, nothing, plan, workers);

  CHECK(ablation_csv(ablation) ==
        "mechanism,fact,change,broken,mended,declared,surprise\n"
        "attention,right,breaks,1,0,1,0\n"
        "attention,wrong,.,0,0,1,1\n"
        "attention,silent,breaks,1,0,0,1\n"
        "attention,mended,mends,0,1,0,0\n"
        "nothing,right,.,0,0,0,0\n"
        "nothing,wrong,.,0,0,0,0\n"
        "nothing,silent,.,0,0,0,0\n"
        "nothing,mended,.,0,0,0,0\n");
  CHECK(contains(ablation_table(ablation).markdown(),
                 "| attention | breaks | .* | breaks* | mends |"));
  CHECK(contains(ablation_notes(ablation),
                 "6 cells as declared, 1 declared to break that do not, 1 that break undeclared."));

  std::atomic<bool> cancel = true;
  ablate(ablation, nothing, plan, workers, &cancel);
  CHECK(contains(ablation_notes(ablation), "4 not measured"));
  CHECK(lines_of(ablation_csv(ablation)).size() == 9);
}

TEST_CASE("Ablation: a mechanism that takes no part in a fact is not measured again",
          "[sim][facts]") {
  Fact apart = toy("T1", "apart"), whole = toy("T2", "whole");
  apart.parts = {"habit"};
  Workers workers(1);
  FactPlan plan;
  plan.seeds = 2;
  Ablation ablation{run_facts({apart, whole}, plan, workers), {}, {}};
  std::vector<std::string> measured;
  FactCallbacks callbacks;
  callbacks.finished = [&](const FactResult& result) { measured.push_back(result.fact.name); };
  const Mechanism attention{"attention", "",
                            [](Person& person) { person.attention.kappa = kInfinity; }};
  ablate(ablation, attention, plan, workers, nullptr, callbacks);
  CHECK(measured == std::vector<std::string>{"whole"});
  CHECK(ablation_seeds(ablation, attention, plan) == 2);
  CHECK(contains(ablation_table(ablation).markdown(), "| attention | - | . |"));
  CHECK(contains(ablation_csv(ablation), "attention,apart,-,0,0,0,0\n"));
}

TEST_CASE("run_facts: a fact meets the person with its parts and no other", "[sim][facts]") {
  Person of_all, of_one;
  Fact all = toy("T1", "all"), one = toy("T2", "one");
  all.run = [&](const FactSetting& setting) {
    of_all = setting.person;
    return FactSample{{1}, {{1, 2}}};
  };
  one.run = [&](const FactSetting& setting) {
    of_one = setting.person;
    return FactSample{{1}, {{1, 2}}};
  };
  one.parts = {"satiation"};
  FactPlan plan;
  plan.person.satiation.cost = 0.75f;
  measured(all, plan);
  measured(one, plan);
  CHECK(write_yaml(of_all) == write_yaml(plan.person));
  CHECK(of_one.satiation.cost == 0.75f);
  CHECK(of_one.attention.kappa == kInfinity);
  CHECK(of_one.habit.strength == 0);
  for (const Mechanism& mechanism : all_mechanisms()) {
    if (mechanism.name == "satiation") continue;
    CAPTURE(mechanism.name);
    Person without = of_one;
    mechanism.remove(without);
    CHECK(write_yaml(without) == write_yaml(of_one));  // it was out already
  }
}

TEST_CASE("Mechanisms: each has a name of its own, and taking it out changes the person",
          "[sim][facts]") {
  std::set<std::string> names;
  for (const Mechanism& mechanism : all_mechanisms()) {
    CAPTURE(mechanism.name);
    CHECK(names.insert(mechanism.name).second);
    Person whole;  // with what a person does not have by default
    whole.types.share[1] = 1;
    whole.churn.hazard = whole.adverts.rate = 0.1;
    whole.drift.rate = 0.1f;
    Person without = whole;
    mechanism.remove(without);
    CHECK(write_yaml(without) != write_yaml(whole));
    Person plain;
    mechanism.remove(plain);
    CHECK((write_yaml(plain) != write_yaml(Person())) == mechanism.by_default);
  }
}

TEST_CASE("all_facts: what is built in is well made", "[sim][facts]") {
  CHECK_NOTHROW(all_facts());
}

}  // namespace infodiet::test
