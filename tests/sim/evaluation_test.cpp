#include "sim/evaluation.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/stream/stream.hpp"
#include "sim/eval_report.hpp"
#include "tests/support/catch.hpp"

namespace infodiet::test {
namespace {

/// How an episode goes, as a function of its key: 1 to 5 decisions, each worth a small whole
/// number, so that sums are exact and the test can do them itself.
std::uint32_t length_of(const EpisodeKey& key) {
  return 1 + random_words(key, Purpose::kWorld, 0)[0] % 5;
}
float worth_of(const EpisodeKey& key, std::uint32_t decision) {
  return static_cast<float>(random_words(key, Purpose::kWorld, 1 + decision)[0] % 10);
}
float minutes_of(const EpisodeKey& key, std::uint32_t decision) {
  return static_cast<float>(60 + random_words(key, Purpose::kWorld, 1 + decision)[1] % 100);
}

/// Shows pay `worth_of` in value and 2 in overload.
class CountingWorld : public World {
 public:
  struct State {
    EpisodeKey key;
    std::uint32_t decision, shown;
  };

  explicit CountingWorld(ScorePer per) {
    spec_.world = "counting";
    spec_.candidates = 3;
    spec_.slots = spec_.slate_max = 2;
    spec_.feedback_features = {{"shown", "-"}, {"clicked", "-"}, {"dwell", "min"}, {"liked", "-"}};
    spec_.rewards = {{"value", "well-spent min", 1}, {"overload", "overload-min", -0.5}};
    spec_.metrics = {{"minutes_read", "min"}, {"started", "episodes"}, {"busy_share", "-"}};
    spec_.score_per = per;
  }

  std::size_t state_bytes() const override { return 64; }
  void begin(const EpisodeKey& key, std::byte* state) const override {
    new (state) State{key, 0, 0};
  }
  void step(const StepArrays& io) const override {
    for (const int row : io.rows) {
      State& state = at(io.states, row);
      int shown = 0;
      for (int slot = 0; slot < 2; ++slot) shown += io.slates[row * 2 + slot] >= 0 ? 1 : 0;
      const auto count = static_cast<float>(shown);
      io.reward[row * 2] = count * worth_of(state.key, state.decision);
      io.reward[row * 2 + 1] = count * 2;
      io.minutes[row] = minutes_of(state.key, state.decision);
      state.shown += static_cast<std::uint32_t>(shown);
      ++state.decision;
      io.terminated[row] = 0;
      io.truncated[row] = state.decision == length_of(state.key) ? 1 : 0;
    }
  }
  void observe(std::span<const int> rows, std::byte*, const ObservationArrays& out) const override {
    for (const int row : rows) {
      for (int i = 0; i < 3; ++i) {
        out.item[row * 3 + i] = i;
        out.mask[row * 3 + i] = 1;
      }
    }
  }
  void write_tensors(std::span<const int>, const std::byte*,
                     const ObservationArrays&) const override {}
  void write_hidden(const std::byte*, float*) const override {}
  void write_metrics(const std::byte* state, double* out) const override {
    const State& s = *reinterpret_cast<const State*>(state);
    out[0] = s.shown;
    out[1] = 1;
    out[2] = s.shown > 2 ? 1 : 0;
  }
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t) const override {
    return std::make_unique<CountingWorld>(spec_.score_per);
  }

 private:
  static State& at(std::byte* states, int row) {
    return *reinterpret_cast<State*>(states + row * 64);
  }
};

/// Shows one item, or nothing, or one at every other decision of an episode (which it can know from
/// its memory alone), or one on worlds of an odd seed.
class Shower : public Agent {
 public:
  enum class When { kNever, kAlways, kEveryOther, kOddSeeds, kWrongly };
  explicit Shower(When when) : when_(when) {}

  bool reads_tensors() const override { return false; }
  std::size_t memory_bytes() const override { return when_ == When::kEveryOther ? sizeof(int) : 0; }
  void act(const Observations& seen, std::span<std::byte> memory, Slates slates) const override {
    std::fill(slates.begin(), slates.end(), kNothing);
    for (int row = 0; row < seen.size; ++row) {
      bool shows = when_ == When::kAlways;
      for (std::uint64_t odd = 1; odd < 40 && when_ == When::kOddSeeds; odd += 2)
        shows |= seen.key[row].episode.seed == agent_seed(odd);
      if (when_ == When::kEveryOther) {
        int decision = 0;
        std::byte* const mine = memory.data() + row * sizeof(int);
        std::memcpy(&decision, mine, sizeof decision);
        shows = decision++ % 2 == 0;
        std::memcpy(mine, &decision, sizeof decision);
      }
      if (shows) slates[row * 2] = 1;
      if (when_ == When::kWrongly) slates[row * 2] = 3;
    }
  }

 private:
  When when_;
};

const std::shared_ptr<const World> kPerDay = std::make_shared<CountingWorld>(ScorePer::kDay);
const std::shared_ptr<const World> kPerEpisode =
    std::make_shared<CountingWorld>(ScorePer::kEpisode);

std::vector<Contestant> three_agents() {
  return {{"never", std::make_shared<Shower>(Shower::When::kNever)},
          {"always", std::make_shared<Shower>(Shower::When::kAlways)},
          {"other", std::make_shared<Shower>(Shower::When::kEveryOther)}};
}

/// What a seed must sum to, by the plainest loop.
struct Expected {
  double minutes = 0, value = 0, overload = 0, shown = 0, busy = 0, episodes = 0;
};
Expected expected(std::uint64_t seed, const EvalPlan& plan, int every) {
  Expected sum;
  for (std::uint32_t env = 0; env < static_cast<std::uint32_t>(plan.envs); ++env) {
    for (std::uint32_t e = 0; e < static_cast<std::uint32_t>(plan.episodes_per_env); ++e) {
      const EpisodeKey key{seed, env, e};
      int shown = 0;
      for (std::uint32_t d = 0; d < length_of(key); ++d) {
        sum.minutes += double{minutes_of(key, d)};
        if (every == 0 || d % static_cast<std::uint32_t>(every) != 0) continue;
        ++shown;
        sum.value += double{worth_of(key, d)};
        sum.overload += 2;
      }
      sum.shown += shown;
      sum.busy += shown > 2 ? 1 : 0;
      ++sum.episodes;
    }
  }
  return sum;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

TEST_CASE("evaluate: every environment plays its whole episodes and nothing else", "[sim][eval]") {
  const EvalPlan plan{
      .first_seed = 11, .seeds = 3, .envs = 5, .episodes_per_env = 4, .block_size = 2};
  Workers workers(2);
  const Evaluation result = evaluate(kPerDay, three_agents(), plan, workers);
  REQUIRE_FALSE(result.interrupted);
  REQUIRE(result.common_seeds() == std::vector<int>{0, 1, 2});

  const int every[] = {0, 1, 2};  // never, always, every other: memory begins at zero each time
  for (int agent = 0; agent < 3; ++agent) {
    for (int seed = 0; seed < 3; ++seed) {
      INFO("agent " << result.agents[agent] << ", seed " << seed);
      const Expected sum = expected(11 + static_cast<std::uint64_t>(seed), plan, every[agent]);
      const double days = sum.minutes / 1440;
      const auto value = [&](const char* name) {
        return result.value(agent, seed, result.find(name));
      };
      CHECK(value("score") == Approx((sum.value - 0.5 * sum.overload) / days).epsilon(1e-12));
      CHECK(value("value") == Approx(sum.value / days).epsilon(1e-12));
      CHECK(value("overload") == Approx(sum.overload / days).epsilon(1e-12));
      CHECK(value("minutes_read") == Approx(sum.shown / days).epsilon(1e-12));
      CHECK(value("started") == Approx(20 / days).epsilon(1e-12));
      CHECK(value("busy_share") == Approx(sum.busy / 20).epsilon(1e-12));
      if (agent == 0)
        CHECK(std::isnan(value("value_per_minute_read")));
      else
        CHECK(value("value_per_minute_read") == Approx(sum.value / sum.shown).epsilon(1e-12));
    }
  }
}

TEST_CASE("evaluate: a world scored per episode is divided by episodes", "[sim][eval]") {
  const EvalPlan plan{.first_seed = 4, .seeds = 1, .envs = 3, .episodes_per_env = 2};
  Workers workers(1);
  const Evaluation result = evaluate(kPerEpisode, three_agents(), plan, workers);
  const Expected sum = expected(4, plan, 1);
  CHECK(result.value(1, 0, 0) == Approx((sum.value - 0.5 * sum.overload) / 6).epsilon(1e-12));
  CHECK(result.value(1, 0, result.find("started")) == 1.0);
  CHECK(result.measures[result.find("overload")].unit == "overload-min/episode");
}

TEST_CASE("evaluate: threads and block size change no bit", "[sim][eval]") {
  EvalPlan plan{.first_seed = 1, .seeds = 4, .envs = 33, .episodes_per_env = 3};
  Workers one(1);
  const std::vector<double> base = evaluate(kPerDay, three_agents(), plan, one).values;
  for (const int threads : {1, 2, 4}) {
    for (const int block : {1, 7, 32, 1000}) {
      INFO(threads << " threads, blocks of " << block);
      Workers workers(threads);
      plan.block_size = block;
      CHECK(same_bits(base, evaluate(kPerDay, three_agents(), plan, workers).values));
    }
  }
  plan.first_seed = 2;
  CHECK_FALSE(same_bits(base, evaluate(kPerDay, three_agents(), plan, one).values));
}

TEST_CASE("evaluate: progress counts every task once", "[sim][eval]") {
  const EvalPlan plan{.seeds = 2, .envs = 9, .block_size = 4};  // 3 blocks
  Workers workers(2);
  std::atomic<int> calls = 0, last = 0;
  evaluate(kPerDay, three_agents(), plan, workers, nullptr, [&](int done, int total) {
    CHECK(total == num_tasks(3, plan));
    ++calls;
    if (done == total) last = total;
  });
  CHECK(num_tasks(3, plan) == 18);
  CHECK(calls == 18);
  CHECK(last == 18);
}

TEST_CASE("evaluate: when cancelled, whole seeds keep the values they would have had",
          "[sim][eval]") {
  const EvalPlan plan{.first_seed = 3, .seeds = 5, .envs = 4, .block_size = 2};  // 6 tasks a seed
  Workers workers(1);
  const Evaluation whole = evaluate(kPerDay, three_agents(), plan, workers);

  std::atomic<bool> cancel = false;
  const Evaluation part = evaluate(kPerDay, three_agents(), plan, workers, &cancel,
                                   [&](int done, int) { cancel = done >= 2 * 6 + 3; });
  CHECK(part.interrupted);
  REQUIRE(part.common_seeds() == std::vector<int>{0, 1});
  CHECK(part.is_played(0, 2));        // the first agent was through with seed 2
  CHECK_FALSE(part.is_played(1, 2));  // the second half way
  for (int agent = 0; agent < 3; ++agent) {
    for (const int seed : part.common_seeds()) {
      CHECK(part.value(agent, seed, 0) == whole.value(agent, seed, 0));
    }
    CHECK(part.over_seeds(agent, 0).size() == 2);
  }
  CHECK(std::isnan(part.value(2, 4, 0)));

  cancel = true;
  const Evaluation none = evaluate(kPerDay, three_agents(), plan, workers, &cancel);
  CHECK(none.interrupted);
  CHECK(none.common_seeds().empty());
}

TEST_CASE("evaluate: an answer that is not allowed is refused with the agent's name",
          "[sim][eval]") {
  auto agents = three_agents();
  agents.push_back({"broken", std::make_shared<Shower>(Shower::When::kWrongly)});
  Workers workers(2);
  try {
    evaluate(kPerDay, agents, {.envs = 3}, workers);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kShape);
    CHECK(std::string(error.what()).find("'broken'") != std::string::npos);
  }
}

TEST_CASE("evaluate: agents are compared seed by seed", "[sim][eval]") {
  const EvalPlan plan{.first_seed = 1, .seeds = 6, .envs = 8};
  Workers workers(2);
  const Evaluation result = evaluate(kPerDay, three_agents(), plan, workers);
  const Interval paired = result.difference(2, 1, 0);
  double sum = 0;
  for (int seed = 0; seed < 6; ++seed) sum += result.value(2, seed, 0) - result.value(1, seed, 0);
  CHECK(paired.estimate == Approx(sum / 6).epsilon(1e-12));
  CHECK(paired.count == 6);
  CHECK(result.difference(1, 1, 0).half_width() == 0.0);
  CHECK(result.difference(0, 1, result.find("value_per_minute_read")).count == 0);
}

TEST_CASE("evaluate: a ratio rests on the seeds where it exists", "[sim][eval]") {
  const std::vector<Contestant> agents = {
      {"odd", std::make_shared<Shower>(Shower::When::kOddSeeds)},
      {"always", std::make_shared<Shower>(Shower::When::kAlways)}};
  Workers workers(1);
  const Evaluation result =
      evaluate(kPerDay, agents, {.first_seed = 1, .seeds = 5, .envs = 4}, workers);
  const int ratio = result.find("value_per_minute_read");
  CHECK(result.over_seeds(0, 0).size() == 5);
  REQUIRE(result.over_seeds(0, ratio).size() == 3);  // seeds 1, 3 and 5
  CHECK(result.over_seeds(0, ratio)[1] == result.value(1, 2, ratio));
  // on those seeds both did the same
  CHECK(result.difference(0, 1, ratio).count == 3);
  CHECK(result.difference(0, 1, ratio).half_width() == 0.0);
}

TEST_CASE("make_plan: episodes are rounded up to whole ones per environment", "[sim][eval]") {
  RunConfig run;
  run.seed = 9;
  run.seeds = 7;
  EvalConfig eval;
  eval.episodes = 64;
  CHECK(make_plan(run, eval).envs == 64);
  CHECK(make_plan(run, eval).episodes_per_env == 1);
  CHECK(make_plan(run, eval).seeds == 7);
  CHECK(make_plan(run, eval).first_seed == 9);
  eval.envs = 10;
  eval.seeds = 2;
  CHECK(make_plan(run, eval).episodes_per_env == 7);
  CHECK(make_plan(run, eval).seeds == 2);
  eval.envs = 100;
  CHECK(make_plan(run, eval).episodes_per_env == 1);
}

TEST_CASE("agent_labels: the second of a kind has a number", "[sim][eval]") {
  const auto choice = [](const char* name) { return Choice(AgentRegistry::instance(), name); };
  CHECK(agent_labels({choice("never"), choice("threshold"), choice("threshold"), choice("never"),
                      choice("threshold")}) ==
        std::vector<std::string>{"never", "threshold", "threshold#2", "never#2", "threshold#3"});
}

TEST_CASE("EvalConfig: a reference that names no agent is refused with those there are",
          "[sim][eval]") {
  EvalConfig eval;
  std::map<std::string, std::string> said;
  const Complain complain = [&said](std::string_view field, const std::string& what) {
    said[std::string(field)] = what;
  };
  eval.check(complain);
  CHECK(said.empty());
  eval.reference = "oldest";
  eval.check(complain);
  CHECK(said["reference"].find("newest") != std::string::npos);
  eval.agents.clear();
  eval.check(complain);
  CHECK(said.count("agents") == 1);

  RunConfig run;
  for (const char* name : {"../up", "", ".hidden", "a b", "x/y"}) {
    said.clear();
    run.name = name;
    run.check(complain);
    INFO("'" << name << "'");
    CHECK(said.count("name") == 1);
  }
}

TEST_CASE("eval_table: its columns are the world's, its numbers carry intervals", "[sim][eval]") {
  Workers workers(1);
  const Evaluation result =
      evaluate(kPerDay, three_agents(), {.first_seed = 1, .seeds = 4, .envs = 8}, workers);
  const std::string markdown = eval_table(result, 0).markdown();
  const std::string titles = markdown.substr(0, markdown.find('\n'));
  CHECK(titles ==
        "| agent | score [1/day] | value [well-spent min/day] | value per minute read "
        "[well-spent min/min] | overload [overload-min/day] | score minus never [1/day] |");

  std::istringstream lines(markdown);
  std::string line;
  for (int i = 0; i < 3; ++i) std::getline(lines, line);
  // never: exactly nothing, and no ratio where nothing was read
  CHECK(line.find("| never | 0") == 0);
  CHECK(line.find("| - |") != line.npos);
  CHECK(line.find("| reference |") != line.npos);
  std::getline(lines, line);
  CHECK(line.find(" ± ") != line.npos);

  const std::string notes = eval_notes(result, 0);
  CHECK(notes.find("score = value - 0.5 overload") != notes.npos);
  CHECK(notes.find("4 seeds x 8 episodes") != notes.npos);
  CHECK(notes.find("Fewer than 10 seeds") != notes.npos);
}

TEST_CASE("eval_table: one seed shows no interval and says so", "[sim][eval]") {
  Workers workers(1);
  const Evaluation result = evaluate(kPerDay, three_agents(), {.envs = 8}, workers);
  CHECK(eval_table(result, 0).text().find("±") == std::string::npos);
  CHECK(eval_notes(result, 0).find("no interval") != std::string::npos);
}

TEST_CASE("eval_table: columns that find no room are left out, never the comparison",
          "[sim][eval]") {
  Workers workers(1);
  const Evaluation result = evaluate(kPerDay, three_agents(), {.seeds = 2, .envs = 8}, workers);
  const Table narrow = eval_table(result, 1, 60);
  CHECK(narrow.width() <= 60);
  CHECK(narrow.markdown().find("score minus always") != std::string::npos);
  CHECK(narrow.markdown().find("| overload") == std::string::npos);
  CHECK(eval_table(result, 1, 120).markdown().find("| overload") != std::string::npos);
}

TEST_CASE("eval_table: shares are shown in per cent", "[sim][eval]") {
  Workers workers(1);
  Evaluation result = evaluate(kPerDay, three_agents(), {.envs = 20}, workers);
  const int share = result.find("busy_share");
  result.measures[share].name = "opted_out_share";         // a name the table looks for
  const double percent = 100 * result.value(1, 0, share);  // a multiple of 5: 20 episodes
  REQUIRE(percent > 0);
  const std::string markdown = eval_table(result, 0).markdown();
  CHECK(markdown.find("| opted out share [%] |") != markdown.npos);
  CHECK(markdown.find("| " + std::to_string(std::lround(percent)) + ".0 |") != markdown.npos);
}

TEST_CASE("scores_csv: one number per line, all that was played", "[sim][eval]") {
  Workers workers(1);
  const Evaluation result =
      evaluate(kPerDay, three_agents(), {.first_seed = 7, .seeds = 2, .envs = 3}, workers);
  std::istringstream csv(scores_csv(result));
  std::string line;
  std::getline(csv, line);
  CHECK(line == "agent,seed,metric,value,unit");
  int count = 0;
  double score = 0;
  bool empty_ratio = false;
  while (std::getline(csv, line)) {
    ++count;
    if (line.rfind("always,8,score,", 0) == 0) score = std::stod(line.substr(15));
    empty_ratio = empty_ratio || line == "never,7,value_per_minute_read,,well-spent min/min";
  }
  CHECK(count == 3 * 2 * static_cast<int>(result.measures.size()));
  CHECK(score == result.value(1, 1, 0));  // all bits
  CHECK(empty_ratio);
}

TEST_CASE("scores_json: it says what it rests on, and writes null for what is not there",
          "[sim][eval]") {
  Workers workers(1);
  const EvalPlan plan{.first_seed = 7, .seeds = 2, .envs = 3};
  std::atomic<bool> cancel = false;
  const Evaluation result = evaluate(kPerDay, three_agents(), plan, workers, &cancel,
                                     [&](int done, int) { cancel = done >= 3; });
  const std::string json = scores_json(result, 0);
  CHECK(json.find("\"interrupted\": true") != json.npos);
  CHECK(json.find("\"reference\": \"never\"") != json.npos);
  CHECK(json.find("null") != json.npos);
  CHECK(json.find("nan") == json.npos);
  CHECK(std::count(json.begin(), json.end(), '{') == std::count(json.begin(), json.end(), '}'));
}

}  // namespace infodiet::test
