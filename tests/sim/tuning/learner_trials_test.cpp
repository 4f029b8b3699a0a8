#include "sim/tuning/learner_trials.hpp"

#include <atomic>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "env/core/config/config_writer.hpp"
#include "sim/tuning/tune_report.hpp"
#include "sim/tuning/tune_session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

// Tuning of agents that must learn before they are scored.

namespace infodiet::test {
namespace {

const std::string kLearner =
    "agent: {name: ppo, steps: 5, first_show: 0.4, policy: {name: pooled, dim: 8, heads: 2}}\n";
const std::string kTune =
    "run: {seed: 3, envs: 8, decisions: 200}\n"
    "tune: {trainings: 14, candidates: 5, eta: 3, episodes: 4}\n";

/// An experiment on disk, and what is tuned of it.
struct Case {
  TemporaryFolder folder;
  TuneRequest request;

  explicit Case(const std::string& world, const std::string& more = kLearner + kTune) {
    request.experiment = (folder.path() / "experiment.yaml").string();
    request.agents = {"ppo"};
    request.fixes = {"policy.dim=8"};
    std::ofstream(request.experiment) << "world: " << world << '\n' << more;
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

const std::string kShort = "{name: long_term_satisfaction, steps: 10}";
const std::string kFeed = "{name: feed, days: 1, candidates: 6}";

std::vector<std::string> texts(const TuneSession& session) {
  std::vector<std::string> out;
  for (const Candidate& candidate : session.tasks[0].candidates)
    out.push_back(write_value(candidate.agent));
  return out;
}

TuneResult play(const TuneSession& session, const std::filesystem::path& file, int threads,
                int stop_after = std::numeric_limits<int>::max()) {
  Workers workers(threads);
  ScoreLog log(file);
  std::atomic<bool> cancel = false;
  std::atomic<int> calls = 0;
  return tune(session.world, session.tasks[0], log, workers, &cancel, [&](double, double) {
    if (++calls >= stop_after) cancel = true;
  });
}

std::string trials(const TuneSession& session, const TuneResult& result) {
  return trials_csv({{session.tasks[0], result}});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("tune: a learner's score is that of the policy it became, on people it did not meet",
          "[sim][tune]") {
  Case c(kShort);
  const TuneSession session = c.session();
  const TuneTask& task = session.tasks[0];
  REQUIRE(task.training);
  const TuneResult result = play(session, c.folder.path() / "played", 2);
  REQUIRE_FALSE(result.interrupted);
  REQUIRE(result.trials[1].scores.size() >= 1);
  Workers one(1);
  for (const int candidate : {0, 1, result.winner()}) {
    ExperimentConfig experiment = session.experiment;
    experiment.run.seed = 1'000'000;  // as `infodiet train run.seed=1000000` would
    Trainer trainer(session.world, task.candidates[candidate].agent,
                    make_train_plan(experiment, experiment.run.seed));
    double days = 4 * session.world->spec().episode_days;
    while (!trainer.done()) days += trainer.iterate(one).rollout.minutes / 1440;
    const Evaluation played = evaluate(session.world, {{"policy", trainer.policy()}},
                                       {.first_seed = 1'000'000, .envs = 4}, one);
    CHECK(result.trials[candidate].scores[0] == played.value(0, 0, played.find("score")));
    CHECK(result.trials[candidate].days > 0.99 * days);
  }
  CHECK(make_train_plan(session.experiment, 7).seed == session.experiment.train.first_seed + 7);
}

TEST_CASE("tune: learners come to the same bits by any threads and interruptions", "[sim][tune]") {
  Case c(kShort);
  const TuneSession session = c.session();
  const TuneResult whole = play(session, c.folder.path() / "1", 1);
  const std::string base = trials(session, whole);
  for (const int threads : {2, 3, 8}) {
    const auto file = c.folder.path() / std::to_string(threads);
    CHECK(trials(session, play(session, file, threads)) == base);
  }
  for (const int stop : {1, 7, 30, 45}) {
    INFO("after " << stop << " rollouts");
    const auto file = c.folder.path() / ("cut" + std::to_string(stop));
    CHECK(play(session, file, 3, stop).interrupted);
    CHECK(play(session, file, 1, 2).interrupted);
    const TuneResult result = play(session, file, 2);
    CHECK(trials(session, result) == base);
    CHECK(result.winner_again == whole.winner_again);
    CHECK(content(file).size() == content(c.folder.path() / "1").size());  // nothing twice
  }
}

TEST_CASE("tune: candidates are the same whatever the experiment", "[sim][tune]") {
  Case here(kShort), there(kFeed);
  const auto base = texts(here.session());
  REQUIRE(base.size() == 5);
  CHECK(texts(there.session()) == base);
  CHECK(texts(there.session({"run.envs=3", "tune.first_seed=5000", "tune.episodes=9"})) == base);
  CHECK(has(base[0], "first_show: 0.4"));  // the experiment's own agent, in place of the defaults
  CHECK(has(base[4], "first_show: 0.4"));
  CHECK(texts(there.session({"run.seed=4"})) != base);
  const auto more = texts(there.session({"tune.candidates=9"}));
  REQUIRE(more.size() == 9);
  CHECK(std::equal(base.begin(), base.end(), more.begin()));
}

TEST_CASE("tune: a training that runs into infinity is the worst of all, and no more",
          "[sim][tune]") {
  Case c(kShort);
  c.request.fixes.push_back("epochs=4");
  TuneSession session = c.session();
  fix_settings(session.tasks[0].candidates[1].agent,
               {"lr=1", "weight_decay=10", "gradient_limit=1e9", "target_kl=0", "schedule=constant",
                "minibatch=4"});
  session.tasks[0].training->decisions = session.tasks[0].plan.decisions = 2000;
  const TuneResult result = play(session, c.folder.path() / "played", 2);
  REQUIRE_FALSE(result.interrupted);
  CHECK(std::isnan(result.trials[1].scores[0]));
  CHECK(result.ranking.back() == 1);
  CHECK(result.trials[0].scores[0] > 0);
}

TEST_CASE("tune: one round of one training each, and nothing again", "[sim][tune]") {
  Case c(kShort);
  const TuneSession session =
      c.session({"tune.trainings=5", "tune.eta=5", "tune.recheck=0", "tune.candidates=5"});
  const TunePlan& plan = session.tasks[0].plan;
  REQUIRE(plan.rounds.size() == 1);
  CHECK(plan.rounds[0].candidates == 5);
  CHECK(plan.rounds[0].seeds == 1);
  CHECK(plan.recheck.seeds == 0);
  CHECK(plan.plays() * plan.play_cost() == 1000);
  CHECK(has(plan_table(plan).text(false), "1000"));
  const TuneResult result = play(session, c.folder.path() / "played", 2);
  CHECK(result.ranking.size() == 5);
  CHECK(result.winner_again.empty());
  CHECK(has(tune_notes(session.tasks[0], result, session.world->spec()), "trained anew"));
  tune_table(session.tasks[0], result, session.world->spec());
}

TEST_CASE("tune: learners are refused what they cannot do", "[sim][tune]") {
  Case c(kShort);
  CHECK(c.refusal() == "");
  CHECK(has(c.refusal({"tune.trainings=2"}), "tune.trainings: 2 are too few"));
  CHECK(has(c.refusal({"train.first_seed=0"}), "train.first_seed"));
  CHECK(has(c.refusal({"train.first_seed=2"}), "train.first_seed"));
  CHECK(c.refusal({"train.first_seed=100"}) == "");
  CHECK(has(c.refusal({"train.first_seed=18446744073709551615"}), "train.first_seed"));
  CHECK(has(c.refusal({"run.seed=3000001"}), "eval plays 3000001"));
  c.request.budget = "100";
  CHECK(has(c.refusal(), "--trainings N"));
  c.request.budget.clear();
  c.request.trainings = "30";
  CHECK(c.session().tasks[0].plan.plays() > 25);
  c.request.agents = {"random"};
  c.request.fixes.clear();
  CHECK(has(c.refusal(), "--budget DAYS"));
  c.request.agents = {"ppo", "a2c"};
  CHECK(has(c.refusal(), "one by one"));
}

}  // namespace infodiet::test
