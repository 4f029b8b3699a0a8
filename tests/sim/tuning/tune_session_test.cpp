#include "sim/tuning/tune_session.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "env/core/config/config_file.hpp"
#include "env/core/config/config_writer.hpp"
#include "env/core/error.hpp"
#include "sim/tuning/tuned_file.hpp"
#include "tests/sim/tuning/aiming_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

// What a user asks for, and what he is left with.

namespace infodiet::test {
namespace {

const AimingWorld kLinked;  // takes the agent "aiming" along

constexpr const char* kExperiment =
    "world: {name: feed, days: 2, stream: {name: synthetic, part: test}}\n"
    "run: {seed: 3, seeds: 4}\n"
    "eval: {agents: [never, {name: aiming, first: 0.5}, aiming], reference: never}\n"
    "tune: {budget: 500, candidates: 6, episodes: 2}\n";

/// An experiment on disk, and a request to tune on it.
struct Case {
  TemporaryFolder folder;
  TuneRequest request;

  explicit Case(const std::string& text = kExperiment) {
    request.experiment = (folder.path() / "experiment.yaml").string();
    request.agents = {"aiming"};
    std::ofstream(request.experiment) << text;
  }
  TuneSession session(std::vector<std::string> overrides = {}) {
    request.overrides = std::move(overrides);
    return make_session(request);
  }
  std::string refusal(std::vector<std::string> overrides = {}) {
    try {
      session(std::move(overrides));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("Tuning plays the days for training, unless the command line says otherwise",
          "[sim][tune]") {
  Case c;
  const TuneSession session = c.session();
  CHECK(session.part == "train");
  CHECK(has(session.part_note, "'test'"));
  const auto world = [&](const char* part) {
    return make_world(
               load_experiment(c.request.experiment, {std::string("world.stream.part=") + part})
                   .world)
        ->fingerprint();
  };
  CHECK(session.world->fingerprint() == world("train"));
  CHECK(world("train") != world("test"));
  CHECK(has(write_yaml(session.experiment), "part: \"test\""));  // as written, for eval

  const TuneSession forced = c.session({"world.stream.part=test"});
  CHECK(forced.part == "test");
  CHECK(has(forced.part_note, "command line"));
  CHECK(forced.world->fingerprint() == world("test"));

  Case lts("world: {name: long_term_satisfaction}\nrun: {seeds: 2}\ntune: {budget: 50}\n");
  CHECK(lts.session().part == "-");
}

TEST_CASE("Tuning starts from the defaults and from what eval.agents says", "[sim][tune]") {
  Case c;
  const TuneSession session = c.session();
  const std::vector<Candidate>& candidates = session.tasks[0].candidates;
  REQUIRE(candidates.size() == 6);
  CHECK(candidates[0].from == Candidate::From::kDefaults);
  CHECK(candidates[1].from == Candidate::From::kGiven);  // the other one given is the default
  CHECK(candidates[2].from == Candidate::From::kDrawn);
  CHECK(has(write_value(candidates[1].agent), "first: 0.5"));
}

TEST_CASE("Tuning refuses seeds that eval plays, and agents it cannot tell", "[sim][tune]") {
  Case c;
  CHECK(has(c.refusal({"tune.first_seed=6"}), "tune.first_seed"));
  CHECK(c.refusal({"tune.first_seed=7"}) == "");
  CHECK(has(c.refusal({"tune.first_seed=1"}), "eval plays 3 to 6"));
  CHECK(has(c.refusal({"tune.first_seed=6", "eval.seeds=5"}), "3 to 7"));
  CHECK(has(c.refusal({"tune.first_seed=18446744073709551615"}), "past the largest"));
  // and the other way round: eval begins right behind tuning, or with its last seed
  const int seeds = c.session().tasks[0].plan.seeds();
  CHECK(c.refusal({"run.seed=" + std::to_string(1'000'000 + seeds)}) == "");
  CHECK(has(c.refusal({"run.seed=" + std::to_string(1'000'000 + seeds - 1)}), "tune.first_seed"));
  c.request.agents = {"aimin"};
  CHECK(has(c.refusal(), "did you mean 'aiming'"));
  c.request.agents = {"aiming", "aiming"};
  CHECK(has(c.refusal(), "twice"));
  c.request.agents = {"aiming"};
  c.request.fixes = {"firts=1"};
  CHECK(has(c.refusal(), "first"));
}

TEST_CASE("Tuning goes on only on the terms it was begun on", "[sim][tune]") {
  Case c;
  const auto run = c.folder.path() / "run";
  std::filesystem::create_directory(run);
  const auto refusal = [&](const TuneSession& session) -> std::string {
    try {
      check_resumable(session, run.string());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const TuneSession begun = c.session();
  CHECK(has(refusal(begun), "no tuning here"));
  std::ofstream(run / "config.yaml") << write_yaml(begun.experiment);
  CHECK(has(refusal(begun), "no tuning here"));
  std::ofstream(run / "terms.txt") << begun.terms;
  CHECK(refusal(begun) == "");
  CHECK(refusal(c.session({"run.threads=2", "run.name=other", "eval.episodes=3"})) == "");
  CHECK(has(refusal(c.session({"tune.budget=501"})), "tune.budget: 500.0 (now 501.0)"));
  CHECK(has(refusal(c.session({"world.days=3"})), "world.days: 2.0 (now 3.0)"));
  CHECK(has(refusal(c.session({"eval.agents=[never, aiming]", "eval.reference=never"})), "aiming"));
  CHECK(has(refusal(c.session({"world.stream.part=test"})), "part: train (now part: test)"));
  c.request.fixes = {"shown=2"};
  CHECK(has(refusal(c.session()), "fixed:  (now fixed: shown=2)"));
  c.request.fixes.clear();
  c.request.agents = {"newest"};
  CHECK(has(refusal(c.session()), "agents: aiming (now agents: newest)"));
}

TEST_CASE("Tuned settings are read back as they were found, whatever file extends them",
          "[sim][tune]") {
  Case c;
  Choice agent(AgentRegistry::instance(), "aiming");
  fix_settings(agent, {"first=0.1234", "second=6.31", "hand=trembling", "shown=2"});
  const auto file = c.folder.path() / "deep" / "tuned.yaml";
  put_tuned(file.string(), c.request.experiment, {agent, {"score 1", "a command"}});
  const ExperimentConfig read = load_experiment(file.string());
  REQUIRE(read.eval.agents.size() == 1);
  CHECK(write_value(read.eval.agents[0]) == write_value(agent));
  CHECK(read.eval.reference.empty());  // the experiment's own is none of these agents
  CHECK(read.run.seed == 3);           // from the experiment
  CHECK(has(content(file), "    # score 1\n    # a command\n    - name: \"aiming\""));
  CHECK(has(content(file), "untouched: 0.25"));  // every setting, knob or not
}

TEST_CASE("Tuned settings take the place of those of the same label, and of no others",
          "[sim][tune]") {
  Case c;
  const std::string file = (c.folder.path() / "tuned.yaml").string();
  const auto aiming = [](const std::string& first, const std::string& loud) {
    Choice agent(AgentRegistry::instance(), "aiming");
    fix_settings(agent, {"first=" + first, "loud=" + loud});
    return agent;
  };
  const Choice newest(AgentRegistry::instance(), "newest");
  put_tuned(file, c.request.experiment, {aiming("0.1", "false"), {"one"}});
  put_tuned(file, c.request.experiment, {newest, {"two"}});
  put_tuned(file, c.request.experiment, {aiming("0.2", "true"), {"three"}});
  // what a user adds stays
  std::string text = content(file);
  text.insert(text.find("extends"), "# mine\n");
  text += "\n# last\nrun: {name: mine}\n";
  std::ofstream(file, std::ios::binary) << text;
  put_tuned(file, c.request.experiment, {aiming("0.3", "false"), {"four"}});

  const ExperimentConfig read = load_experiment(file);
  REQUIRE(read.eval.agents.size() == 3);
  CHECK(write_value(read.eval.agents[0]) == write_value(aiming("0.3", "false")));
  CHECK(write_value(read.eval.agents[1]) == write_value(newest));
  CHECK(write_value(read.eval.agents[2]) == write_value(aiming("0.2", "true")));
  CHECK(read.run.name == "mine");
  text = content(file);
  for (const char* kept : {"# mine\n", "# two\n", "# three\n", "# four\n", "# last\n"})
    CHECK(has(text, kept));
  CHECK_FALSE(has(text, "# one\n"));
}

TEST_CASE("Tuned settings are not put where entries cannot be told apart", "[sim][tune]") {
  Case c;
  const std::string before = content(c.request.experiment);
  const Choice newest(AgentRegistry::instance(), "newest");
  CHECK_THROWS_AS(put_tuned(c.request.experiment, c.request.experiment, {newest, {}}), Error);
  CHECK(content(c.request.experiment) == before);
}

}  // namespace infodiet::test
