#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "env/core/config/config_file.hpp"
#include "env/core/config/suggest.hpp"
#include "env/core/error.hpp"
#include "env/person/mechanisms.hpp"
#include "sim/build_info.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/shared_options.hpp"
#include "sim/facts/ablation.hpp"
#include "sim/facts/fact_report.hpp"
#include "sim/facts/fact_run.hpp"
#include "sim/interrupt.hpp"
#include "sim/progress.hpp"
#include "sim/run_directory.hpp"

namespace infodiet {
namespace {

struct FactsOptions : OutputOptions {
  std::vector<std::string> names;
  std::vector<std::string> without;
  int seeds = 0;
  int threads = 0;
  bool quick = false;
  bool list = false;
  bool ablate = false;
  bool check = false;
};

/// The config.yaml of a run: whom the facts were measured on, and how.
struct FactsConfig : ConfigOf<FactsConfig> {
  Person person;
  int seeds = 0;
  bool quick = false;

  void fields(Fields& f) override {
    f({"quick", "-", "Fewer people and shorter times."}, quick);
    f({"seeds", "-", "Populations per fact; 0: as many as the fact asks for.", 0}, seeds);
    f({"person", "", "The person, without the parts that were taken out."}, person);
  }
};

/// The facts that were asked for, in the order of the list; all if none is named.
std::vector<Fact> chosen_facts(const std::vector<std::string>& words) {
  const std::vector<Fact>& all = all_facts();
  if (words.empty()) return all;
  std::vector<std::string> names, known;
  for (const Fact& fact : all) {
    names.push_back(fact.name);
    known.push_back(fact.name);
    known.push_back(fact.label);
  }
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    throw Error(ErrorCode::kConfig, "facts",
                fmt::format("unknown fact '{}' (known: {}; also by their labels, as in --list){}",
                            word, join(names), did_you_mean(similar(word, known))));
  }
  std::vector<Fact> chosen;
  for (const Fact& fact : all) {
    if (std::any_of(words.begin(), words.end(), [&fact](const std::string& word) {
          return word == fact.name || word == fact.label;
        }))
      chosen.push_back(fact);
  }
  return chosen;
}

Person person_without(const std::vector<std::string>& names) {
  Person person;
  std::vector<std::string> known;
  for (const Mechanism& mechanism : all_mechanisms()) known.push_back(mechanism.name);
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw Error(ErrorCode::kConfig, "--without",
                  fmt::format("unknown mechanism '{}' (known: {}){}", name, join(known),
                              did_you_mean(similar(name, known))));
    }
    all_mechanisms()[found - known.begin()].remove(person);
  }
  return person;
}

/// Everything but the ablation. Called after each fact, so that a run that ends early, in whatever
/// way, leaves the facts that were complete.
void write_report(const FactReport& report, const RunDirectory& run) {
  run.write("facts.csv", facts_csv(report.results));
  run.write("curves.csv", curves_csv(report.results));
  run.write("facts.html", facts_html(report));
  run.write("facts.md", facts_markdown(report));
  const FactResult& last = report.results.back();
  for (std::size_t i = 0; i < last.fact.plots.size(); ++i)
    run.write(plot_file(last.fact, last.fact.plots[i]), svg(fact_plot(last, i)));
}

void print_report(const FactReport& report, bool quiet) {
  if (report.results.empty()) {
    say("No fact is complete: there is nothing to report.\n");
    return;
  }
  print(fact_table(report.results, stdout_width()).text(wants_colour(stdout)));
  if (quiet) return;
  print("\n" + fact_summary(report) + "\n");
  for (const std::string& warning : fact_warnings(report)) print(warning + "\n");
}

/// All of it again without each mechanism in turn. What is complete is written after each.
void run_ablation(const FactReport& report, const FactPlan& plan, Workers& workers,
                  const std::atomic<bool>& interrupted, ProgressMode mode, bool quiet,
                  RunDirectory& run) {
  std::vector<Mechanism> mechanisms;
  for (const Mechanism& mechanism : all_mechanisms()) {
    const auto& gone = report.removed;
    if (std::find(gone.begin(), gone.end(), mechanism.name) == gone.end())
      mechanisms.push_back(mechanism);
  }
  Ablation ablation{report.results, {}, {}};
  int total = 0;
  for (const Mechanism& mechanism : mechanisms) total += ablation_seeds(ablation, mechanism, plan);
  {
    int before = 0;
    Progress progress(mode, "ablation", "seed", total);
    for (const Mechanism& mechanism : mechanisms) {
      if (interrupted) break;
      run.log("without " + mechanism.name);
      FactCallbacks callbacks;
      callbacks.starts = [&](const FactProgress& now) {
        progress.update(before + now.done);
        progress.rename(fmt::format("without {}: {} seed {}/{}", mechanism.name, now.fact->label,
                                    now.seed, now.seeds));
      };
      ablate(ablation, mechanism, plan, workers, &interrupted, callbacks);
      before += ablation_seeds(ablation, mechanism, plan);
      run.write("ablation.md",
                ablation_table(ablation).markdown() + "\n" + ablation_notes(ablation));
      run.write("ablation.csv", ablation_csv(ablation));
    }
    if (!interrupted) progress.update(before);
  }
  print("\n" + ablation_table(ablation).text(wants_colour(stdout)));
  if (!quiet) print("\n" + ablation_notes(ablation));
}

void measure(const std::vector<Fact>& facts, const FactPlan& plan, Workers& workers,
             const std::atomic<bool>& interrupted, ProgressMode mode, RunDirectory& run,
             FactReport& report) {
  int total = 0;
  for (const Fact& fact : facts) total += plan.seeds_of(fact);
  Progress progress(mode, "facts", "seed", total);
  FactCallbacks callbacks;
  callbacks.starts = [&progress](const FactProgress& now) {
    progress.update(now.done);
    progress.rename(
        fmt::format("{} {} seed {}/{}", now.fact->label, now.fact->name, now.seed, now.seeds));
  };
  callbacks.finished = [&](const FactResult& result) {
    report.results.push_back(result);
    write_report(report, run);
    run.log(fmt::format("{} {}: {} of {} bands missed, {:.1f} s", result.fact.label,
                        result.fact.name, result.missed(), result.bands.size(), result.seconds));
  };
  run_facts(facts, plan, workers, &interrupted, callbacks);
  if (!interrupted) progress.update(total);
}

int run_chosen(const FactsOptions& options, const std::string& typed) {
  const ProgressMode mode = options.quiet ? ProgressMode::kNone : progress_mode(options.progress);
  const std::vector<Fact> facts = chosen_facts(options.names);
  if (options.list) {
    print(fact_list(facts, stdout_width()).text(wants_colour(stdout)));
    return 0;
  }
  FactPlan plan;
  plan.person = person_without(options.without);
  plan.without = options.without;
  plan.seeds = options.seeds;
  plan.quick = options.quick;
  if (facts.empty()) throw Error(ErrorCode::kInternal, "facts", "no fact is built in");
  std::vector<std::uint64_t> seeds;
  for (const Fact& fact : facts) {
    while (static_cast<int>(seeds.size()) < plan.seeds_of(fact)) seeds.push_back(seeds.size() + 1);
  }

  const std::atomic<bool>& interrupted = catch_interrupts();
  Workers workers(options.threads);
  FactsConfig config;
  config.person = plan.person;
  config.seeds = plan.seeds;
  config.quick = plan.quick;
  RunDirectory run({.root = options.out,
                    .name = "facts",
                    .what = options.quick ? "quick" : "full",
                    .seeds = seeds,
                    .threads = workers.threads(),
                    .command = typed,
                    .config = write_yaml(config)});
  FactReport report{{},
                    static_cast<int>(facts.size()),
                    options.quick,
                    options.without,
                    plan.person,
                    all_parameters(),
                    version_line()};
  return in_run(run, options.quiet, [&] {
    run.log(fmt::format("{} facts on {} threads", facts.size(), workers.threads()));
    measure(facts, plan, workers, interrupted, mode, run, report);
    print_report(report, options.quiet);
    if (options.ablate && !interrupted)
      run_ablation(report, plan, workers, interrupted, mode, options.quiet, run);
    const bool missed = std::any_of(report.results.begin(), report.results.end(),
                                    [](const FactResult& result) { return !result.pass(); });
    return RunEnd{interrupted, options.check && missed ? 1 : 0,
                  "The report is " + (run.path() / "facts.html").string()};
  });
}

}  // namespace

void add_facts(cli::Command& program) {
  const auto options = std::make_shared<FactsOptions>();
  cli::Command command = program.add_command(
      "facts", "Reproduce published findings, and say which the simulated people show");
  command.examples(
      "Examples: what there is; a first look; one finding in full; what it rests on\n"
      "  infodiet facts --list\n"
      "  infodiet facts --quick\n"
      "  infodiet facts T1 --seeds 10\n"
      "  infodiet facts T1 --without attention\n"
      "A fact holds numbers and the bands they must lie in, fixed before any run. It is measured "
      "on\nseveral simulated populations; it passes if each mean lies in its band. A table goes to "
      "stdout;\nfacts.html (one page with all plots), facts.md, facts.csv, curves.csv and the "
      "plots "
      "go to a\nnew folder.\n"
      "Exit code: 0 if all facts ran, whatever they show (with --check: 1 if a band was missed), "
      "130 if\ninterrupted. Ctrl-C keeps the facts that are complete; a second one ends at once.");
  command.option("names", options->names, "names or labels of facts (default: all)")
      .value_name("NAME");
  command.flag("--list", options->list, "list the facts and end");
  command.flag("--quick", options->quick,
               "few people, short times, one seed: whether all runs, not what it shows");
  command.option("--seeds", options->seeds, "populations per fact (default: as the fact asks)")
      .value_name("N")
      .within(1, 100000);
  command
      .option("--without", options->without,
              "take a mechanism out of the person; may be given more than once")
      .value_name("MECHANISM")
      .repeatable();
  command.flag("--ablate", options->ablate,
               "then repeat all without each mechanism in turn: ablation.md, ablation.csv");
  command.flag("--check", options->check, "exit with 1 if a band is missed, for scripts");
  command.option("--threads", options->threads, "threads (default: all processors)")
      .value_name("N")
      .within(0, 4096);
  options->out = "runs";
  add_output_options(command, *options, "put the folder of this run under DIR");
  command.runs([options](const CommandLine& line) { return run_chosen(*options, line.typed); });
}

}  // namespace infodiet
