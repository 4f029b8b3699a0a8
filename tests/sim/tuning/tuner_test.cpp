#include "sim/tuning/tuner.hpp"

#include <atomic>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/evaluation.hpp"
#include "sim/tuning/tune_report.hpp"
#include "tests/sim/tuning/aiming_world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

// How the rounds are played, remembered and resumed.

namespace infodiet::test {
namespace {

const std::shared_ptr<const World> kWorld = std::make_shared<AimingWorld>();

Choice aiming() { return Choice(AgentRegistry::instance(), "aiming"); }

TuneTask task_of(double budget, int candidates, std::uint64_t seed = 1) {
  TuneConfig tune;
  tune.budget = budget;
  tune.candidates = candidates;
  tune.episodes = 4;
  tune.eta = 3;
  TuneTask task;
  task.agent = "aiming";
  task.candidates = make_candidates(aiming(), {}, {}, seed, candidates);
  task.plan = make_tune_plan(tune, 1, static_cast<int>(task.candidates.size()), 1);
  task.first_seed = 5000;
  return task;
}

/// Everything a result holds, bit by bit.
std::string bits(const TuneTask& task, const TuneResult& result) {
  std::string out = trials_csv({{task, result}});
  for (const auto* scores : {&result.winner_again, &result.defaults_again})
    out.append(reinterpret_cast<const char*>(scores->data()), scores->size() * sizeof(double));
  return out;
}

TuneResult play(const TuneTask& task, const std::filesystem::path& file, int threads,
                int stop_after = std::numeric_limits<int>::max()) {
  Workers workers(threads);
  ScoreLog log(file);
  std::atomic<bool> cancel = false;
  std::atomic<int> calls = 0;
  return tune(kWorld, task, log, workers, &cancel, [&](double, double) {
    if (++calls >= stop_after) cancel = true;
  });
}

std::vector<std::string> lines(const std::filesystem::path& file) {
  std::vector<std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

}  // namespace

TEST_CASE("tune: finds the best settings that are known, within tolerance", "[sim][tune]") {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    INFO("seed " << seed);
    const TemporaryFolder folder;
    const TuneTask task = task_of(6000, 200, seed);
    const TuneResult result = play(task, folder.path() / "played.csv", 2);
    REQUIRE_FALSE(result.interrupted);
    double first = 0, second = 0;
    for (const Knob& knob : knobs_of(task.candidates[result.winner()].agent)) {
      if (knob.key == "first") first = std::stod(knob.value);
      if (knob.key == "second") second = std::log(std::stod(knob.value) / 0.01) / std::log(1e4);
      if (knob.key == "shown") CHECK(knob.value == "2");
      if (knob.key == "hand") CHECK(knob.value == "\"steady\"");
    }
    CHECK(first == Approx(AimingWorld::kFirst).margin(0.2));
    CHECK(second == Approx(AimingWorld::kSecond).margin(0.2));
    // the loss is that of the best draw, or next to it
    const double loss = std::pow(first - 0.4, 2) + std::pow(second - 0.7, 2);
    CHECK(loss < 0.05);
    // paired on fresh seeds the gain over the defaults is the difference of the losses, 1.25 there
    const double gain = mean(result.winner_again) - mean(result.defaults_again);
    CHECK(gain == Approx(1.25 - loss).margin(0.03));
  }
}

TEST_CASE("tune: a score is that of evaluate, and candidates keep what they have played",
          "[sim][tune]") {
  const TemporaryFolder folder;
  const TuneTask task = task_of(900, 12);
  const TuneResult result = play(task, folder.path() / "played.csv", 2);
  REQUIRE(task.plan.rounds.size() == 3);
  const int winner = result.winner();
  const TuneRound& last = task.plan.rounds.back();
  REQUIRE(static_cast<int>(result.trials[winner].scores.size()) == last.first_seed + last.seeds);
  REQUIRE(result.trials[winner].means.size() == 3);
  Workers one(1);
  const std::shared_ptr<const Agent> agent =
      make_agent(task.candidates[winner].agent, kWorld->spec());
  const Evaluation same = evaluate(
      kWorld, {{"winner", agent}},
      {.first_seed = 5000, .seeds = task.plan.seeds(), .envs = 4, .episodes_per_env = 1}, one);
  for (int seed = 0; seed < last.first_seed + last.seeds; ++seed)
    CHECK(result.trials[winner].scores[seed] == same.value(0, seed, 0));
  CHECK(result.trials[winner].days == 4.0 * (last.first_seed + last.seeds));
  CHECK(result.days == task.plan.days());
  for (int seed = 0; seed < task.plan.recheck.seeds; ++seed)
    CHECK(result.winner_again[seed] == same.value(0, task.plan.recheck.first_seed + seed, 0));
  CHECK(result.trials[winner].means.back() == mean(result.trials[winner].scores));
  // who went on was the best of those who were there
  std::size_t longest = 0;
  for (const int candidate : result.ranking) {
    const std::size_t seeds = result.trials[candidate].scores.size();
    if (longest > 0) CHECK(seeds <= longest);
    longest = seeds;
  }
}

TEST_CASE("tune: threads change no bit, another seed does", "[sim][tune]") {
  const TemporaryFolder folder;
  const TuneTask task = task_of(700, 20);
  const std::string base = bits(task, play(task, folder.path() / "1", 1));
  CHECK(bits(task, play(task, folder.path() / "2", 2)) == base);
  CHECK(bits(task, play(task, folder.path() / "3", 3)) == base);
  const TuneTask other = task_of(700, 20, 2);
  CHECK(bits(other, play(other, folder.path() / "4", 2)) != base);
}

TEST_CASE("tune: interrupted anywhere, by any number of threads, it comes to the same bits",
          "[sim][tune]") {
  const TemporaryFolder folder;
  const TuneTask task = task_of(700, 20);
  const std::string base = bits(task, play(task, folder.path() / "whole", 2));
  const std::size_t plays = lines(folder.path() / "whole").size();
  int interruptions = 0;
  for (int stop : {1, 2, 17, 40, 75, 120}) {
    INFO("after " << stop << " calls");
    const auto file = folder.path() / std::to_string(stop);
    TuneResult result = play(task, file, 3, stop);
    if (result.interrupted) {
      ++interruptions;
      CHECK(result.ranking.empty());
      CHECK(play(task, file, 2, 9).interrupted);  // and once more, soon after
    }
    CHECK(bits(task, play(task, file, 1)) == base);
    CHECK(lines(file).size() == plays);                 // nothing was played twice
    CHECK(bits(task, play(task, file, 1, 1)) == base);  // all is known: nothing is played at all
  }
  CHECK(interruptions >= 4);
}

TEST_CASE("tune: killed at any byte of its log, it comes to the same bits", "[sim][tune]") {
  const TemporaryFolder folder;
  const TuneTask task = task_of(120, 6);
  const auto whole = folder.path() / "whole";
  const std::string base = bits(task, play(task, whole, 1));
  const std::string text = content(whole);
  for (std::size_t cut = 0; cut < text.size(); cut += 37) {
    INFO("cut at " << cut << " of " << text.size());
    const auto file = folder.path() / "cut";
    std::ofstream(file, std::ios::binary) << text.substr(0, cut);
    REQUIRE(bits(task, play(task, file, 2)) == base);
    REQUIRE(lines(file).size() == lines(whole).size());
  }
}

TEST_CASE("tune: progress rises to the days of the plan", "[sim][tune]") {
  const TemporaryFolder folder;
  const TuneTask task = task_of(300, 8);
  Workers workers(1);
  ScoreLog log(folder.path() / "played.csv");
  double before = 0, last_best = 0;
  bool rises = true;
  const TuneResult result =
      tune(kWorld, task, log, workers, nullptr, [&](double days, double best) {
        rises = rises && days >= before;
        before = days;
        last_best = best;
      });
  CHECK(rises);
  CHECK(before == Approx(task.plan.days()));
  CHECK(before <= 300);
  CHECK(last_best == result.trials[result.winner()].means.back());
}

TEST_CASE("tune: an agent without knobs is scored as it is", "[sim][tune]") {
  const TemporaryFolder folder;
  TuneTask task = task_of(300, 8);
  task.candidates.resize(1, {Candidate::From::kDefaults, aiming()});
  task.plan = make_tune_plan(TuneConfig(), 1, 1, 1);
  const TuneResult result = play(task, folder.path() / "played.csv", 2);
  CHECK(result.winner() == 0);
  CHECK(static_cast<int>(result.winner_again.size()) == task.plan.recheck.seeds);
  CHECK(result.winner_again == result.defaults_again);
}

TEST_CASE("ScoreLog: keeps every bit, also of what is no number", "[sim][tune]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "played.csv";
  const double values[] = {0.1, -1e-300, 1.0 / 3, std::numeric_limits<double>::quiet_NaN(), 1e308};
  {
    ScoreLog log(file);
    for (int i = 0; i < 5; ++i)
      log.add(std::vector<SeedScore>{
          {"a", "1", i, std::numeric_limits<std::uint64_t>::max(), values[i], 1.0 / 3}});
  }
  const ScoreLog log(file);
  REQUIRE(log.size() == 5);
  for (int i = 0; i < 5; ++i) {
    const SeedScore* const known = log.find("a", i, std::numeric_limits<std::uint64_t>::max());
    REQUIRE(known != nullptr);
    CHECK(known->days == 1.0 / 3);
    const double back = known->score;
    CHECK((back == values[i] || (std::isnan(back) && i == 3)));
  }
  CHECK(log.find("b", 0, 1) == nullptr);
}

TEST_CASE("ScoreLog: a damaged line, another file and another user are refused", "[sim][tune]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "played.csv";
  {
    ScoreLog log(file);
    log.add(std::vector<SeedScore>{{"a", "1", 0, 1, 0.5, 8}, {"a", "1", 1, 1, 0.25, 8}});
    CHECK_THROWS_AS(ScoreLog(file), Error);  // in use
  }
  std::string text = content(file);
  text[text.find("0.5")] = '7';
  std::ofstream(file, std::ios::binary) << text;
  try {
    ScoreLog log(file);
    FAIL("a changed score was believed");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("played.csv:2") != std::string::npos);
  }
  std::ofstream(file, std::ios::binary) << "some other text\n";
  CHECK_THROWS_AS(ScoreLog(file), Error);
  CHECK(content(file) == "some other text\n");
}

}  // namespace infodiet::test
