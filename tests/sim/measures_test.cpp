// What evaluation makes of person types, of events that end something for good, of means that some
// episodes lack, and of silence.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/eval_report.hpp"
#include "sim/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/count_allocations.hpp"

namespace infodiet::test {
namespace {

/// A world to be worked by hand. Decisions are half a day apart. Even environments hold a calm
/// person: 4 decisions, 6 for each item shown, and he opts out half a day times (1 + episode) after
/// the begin if anything was shown. Odd ones hold a busy person: 2 decisions, -1 for each item.
/// Nobody is of the third type.
///
/// Of two candidates the first is always masked, though it would pay; the second is open from
/// decision 1 on, and expected to change the score by 1 at decision 1, by 0 at 2, by -1 at 3.
class PeopleWorld : public World {
 public:
  struct State {
    EpisodeKey key;
    std::uint32_t decision, shown;

    int type() const { return static_cast<int>(key.env % 2); }
  };

  explicit PeopleWorld(bool can_say = true, int lowest_type = 0)
      : can_say_(can_say), lowest_type_(lowest_type) {
    spec_.world = "people";
    spec_.candidates = 2;
    spec_.slots = spec_.slate_max = 1;
    spec_.feedback_features = {{"shown", "-"}, {"clicked", "-"}, {"dwell", "min"}, {"liked", "-"}};
    spec_.rewards = {{"value", "well-spent min", 1}};
    spec_.metrics = {{"items_shown", "items"},
                     {"mean_length", "min"},
                     {"opted_out_at", "d"},
                     {"fell_asleep_at", "d"}};
    spec_.person_types = {"calm", "busy", "absent"};
  }

  std::size_t state_bytes() const override { return 64; }
  void begin(const EpisodeKey& key, std::byte* state) const override {
    new (state) State{key, 0, 0};
  }
  void step(const StepArrays& io) const override {
    for (const int row : io.rows) {
      State& state = *reinterpret_cast<State*>(io.states + row * 64);
      const bool shows = io.slates[row] != kNothing;
      state.shown += shows ? 1 : 0;
      io.reward[row] = shows ? (state.type() == 0 ? 6.0f : -1.0f) : 0.0f;
      io.minutes[row] = 720;
      io.terminated[row] = 0;
      io.truncated[row] = ++state.decision == (state.type() == 0 ? 4u : 2u) ? 1 : 0;
    }
  }
  void observe(std::span<const int> rows, std::byte* states,
               const ObservationArrays& out) const override {
    for (const int row : rows) {
      const bool open = reinterpret_cast<const State*>(states + row * 64)->decision > 0;
      out.item[row * 2] = -1;
      out.item[row * 2 + 1] = open ? 1 : -1;
      out.mask[row * 2] = 0;
      out.mask[row * 2 + 1] = open ? 1 : 0;
    }
  }
  void write_tensors(std::span<const int>, const std::byte*,
                     const ObservationArrays&) const override {}
  void write_hidden(const std::byte*, float*) const override {}
  void write_metrics(const std::byte* state, double* out) const override {
    const State& s = *reinterpret_cast<const State*>(state);
    out[0] = s.shown;
    out[1] = s.shown > 0 ? 10.0 * (1 + s.key.episode) : std::nan("");
    out[2] = s.shown > 0 && s.type() == 0 ? 0.5 * (1 + s.key.episode) : std::nan("");
    out[3] = std::nan("");
  }
  int person_type(const std::byte* state) const override {
    return lowest_type_ + reinterpret_cast<const State*>(state)->type();
  }
  bool expected_outcomes(const std::byte* state, std::span<ExpectedOutcome> out) const override {
    if (!can_say_) return false;
    const State& s = *reinterpret_cast<const State*>(state);
    out[0].net = 5;
    out[1].net = 2.0 - s.decision;
    return true;
  }
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t) const override {
    return std::make_unique<PeopleWorld>(can_say_, lowest_type_);
  }

 private:
  bool can_say_;
  int lowest_type_;
};

/// Shows the second candidate: never, whenever it is open, or only at decision 1 of episode 0.
class Shower : public Agent {
 public:
  enum class When { kNever, kOpen, kOnce };
  explicit Shower(When when) : when_(when) {}

  bool reads_tensors() const override { return false; }
  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    for (int row = 0; row < seen.size; ++row) {
      const DecisionKey& key = seen.key[row];
      const bool once = key.decision == 1 && key.episode.episode == 0;
      const bool shows =
          seen.mask[row * 2 + 1] != 0 && (when_ == When::kOpen || (when_ == When::kOnce && once));
      slates[row] = shows ? 1 : kNothing;
    }
  }

 private:
  When when_;
};

enum { kNever, kOpen, kOnce };
const std::vector<Contestant> kAgents = {{"never", std::make_shared<Shower>(Shower::When::kNever)},
                                         {"open", std::make_shared<Shower>(Shower::When::kOpen)},
                                         {"once", std::make_shared<Shower>(Shower::When::kOnce)}};
const std::shared_ptr<const World> kPeople = std::make_shared<PeopleWorld>();

// Per seed: 2 calm people x 2 episodes x 2 days, 1 busy person x 2 episodes x 1 day: 10 days, 20
// decisions, 6 of them with nothing to show.
constexpr EvalPlan kPlan{
    .first_seed = 5, .seeds = 2, .envs = 3, .episodes_per_env = 2, .block_size = 2};

Evaluation evaluated(const std::shared_ptr<const World>& world = kPeople,
                     const EvalPlan& plan = kPlan, int threads = 1) {
  Workers workers(threads);
  return evaluate(world, kAgents, plan, workers);
}

double value(const Evaluation& result, int agent, const char* measure, int seed = 0) {
  REQUIRE(result.find(measure) >= 0);
  return result.value(agent, seed, result.find(measure));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("evaluate: each person type has its own score, and the worst is the lowest present",
          "[sim][eval]") {
  const Evaluation result = evaluated();
  for (int seed = 0; seed < 2; ++seed) {
    CHECK(value(result, kOpen, "score", seed) == Approx((4 * 18 - 2) / 10.0));
    CHECK(value(result, kOpen, "score_calm", seed) == Approx(4 * 18 / 8.0));
    CHECK(value(result, kOpen, "score_busy", seed) == Approx(-2 / 2.0));
    CHECK(std::isnan(value(result, kOpen, "score_absent", seed)));
    CHECK(value(result, kOpen, "score_worst_type", seed) == Approx(-1.0));
    CHECK(value(result, kOpen, "score_gap_types", seed) == Approx(10.0));
    CHECK(value(result, kNever, "score_gap_types", seed) == 0.0);
  }
  CHECK(result.measures[result.find("score_calm")].unit == "well-spent min/day");

  // only calm people: no score of the busy, and no gap
  EvalPlan alone = kPlan;
  alone.envs = 1;
  const Evaluation calm = evaluated(kPeople, alone);
  CHECK(std::isnan(value(calm, kOpen, "score_busy")));
  CHECK(value(calm, kOpen, "score_worst_type") == Approx(9.0));
  CHECK(value(calm, kOpen, "score_gap_types") == 0.0);
}

TEST_CASE("evaluate: a person type that the spec does not know is refused", "[sim][eval]") {
  const auto odd = std::make_shared<PeopleWorld>(true, 2);  // types 2 and 3 of three
  try {
    evaluated(odd);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::kInternal);
    CHECK(std::string(error.what()).find("person type 3") != std::string::npos);
  }
}

TEST_CASE("evaluate: a mean rests on the episodes that have one, a sum on all", "[sim][eval]") {
  const Evaluation result = evaluated();
  CHECK(value(result, kOpen, "mean_length") == Approx(15.0));  // 10 in episode 0, 20 in episode 1
  CHECK(value(result, kOnce, "mean_length") == Approx(10.0));  // nothing was shown in episode 1
  CHECK(std::isnan(value(result, kNever, "mean_length")));
  CHECK(value(result, kOnce, "items_shown") == Approx(3 / 10.0));
  CHECK(result.find("opted_out_at") == -1);  // a time is not a rate
}

TEST_CASE("evaluate: silence is right where no open candidate would have raised the score",
          "[sim][eval]") {
  const Evaluation result = evaluated();
  // always silent. Judged: decisions 1 to 3 of the calm, 1 of the busy; right: 2 and 3
  CHECK(value(result, kNever, "silence_share") == 1.0);
  CHECK(value(result, kNever, "silence_precision") == Approx(8 / 14.0));
  // silent only where there was nothing to show: that is not judged
  CHECK(value(result, kOpen, "silence_share") == Approx(6 / 20.0));
  CHECK(std::isnan(value(result, kOpen, "silence_precision")));
  // once: the calm are met with silence at 2, 3 and then at 1, 2, 3; the busy at 1 of episode 1
  CHECK(value(result, kOnce, "silence_share") == Approx(17 / 20.0));
  CHECK(value(result, kOnce, "silence_precision") == Approx(8 / 11.0));

  const Evaluation mute = evaluated(std::make_shared<PeopleWorld>(false));
  CHECK(value(mute, kNever, "silence_share") == 1.0);
  CHECK(std::isnan(value(mute, kNever, "silence_precision")));
}

TEST_CASE("measures_of: no silence where something must be shown, no types where all are alike",
          "[sim][eval]") {
  Spec spec;
  spec.rewards = {{"value", "min", 1}};
  spec.person_types = {"everybody"};
  spec.slate_min = 1;
  const std::vector<Measure> measures = measures_of(spec);
  REQUIRE(measures.size() == 2);
  CHECK(measures[0].name == "score");
  CHECK(measures[1].name == "value");
}

TEST_CASE("evaluate: lifetimes end with the event, or are censored where the episode ends",
          "[sim][eval]") {
  const Evaluation result = evaluated();
  CHECK(result.events == std::vector<std::string>{"opt_out", "fell_asleep"});
  REQUIRE(result.lifetimes.size() == 6);
  // environment 0, 1, 2 with two episodes each, the same on both seeds
  const std::vector<Lifetime> open = {{0.5, true},  {1.0, true}, {1.0, false},
                                      {1.0, false}, {0.5, true}, {1.0, true}};
  const std::vector<Lifetime>& found = result.lifetimes[kOpen * 2];
  REQUIRE(found.size() == 12);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].time == open[i % 6].time);
    CHECK(found[i].event == open[i % 6].event);
  }
  for (const Lifetime& life : result.lifetimes[kOpen * 2 + 1]) CHECK_FALSE(life.event);
}

TEST_CASE("retention_csv: a curve for each agent and event, from all episodes", "[sim][eval]") {
  const std::vector<std::string> lines = lines_of(retention_csv(evaluated()));
  REQUIRE(lines.size() == 1 + 2 + 2 + 3 + 2 + 3 + 2);
  CHECK(lines[0] == "agent,event,day,at_risk,survival,low,high");
  CHECK(lines[1] == "never,opt_out,0,12,1,1,1");
  CHECK(lines[2] == "never,opt_out,2,8,1,,");  // the calm; the busy were last seen on day 1
  CHECK(lines[3] == "never,fell_asleep,0,12,1,1,1");
  CHECK(lines[5] == "open,opt_out,0,12,1,1,1");
  // 4 of 12 on day 0.5, 4 of 8 on day 1: 2/3, then 1/3
  CHECK(lines[6].rfind("open,opt_out,0.5,12,0.666", 0) == 0);
  CHECK(lines[7].rfind("open,opt_out,1,8,0.333", 0) == 0);
  // once: 4 of 12 on day 0.5, and 4 people of whom nothing was heard until day 2
  CHECK(lines[11].rfind("once,opt_out,0.5,12,0.666", 0) == 0);
  CHECK(lines[12].rfind("once,opt_out,2,4,0.666", 0) == 0);

  // the interval on day 0.5: S = 2/3, g = 4 / (12 * 8), z sqrt(g) / -ln S = 0.98669
  std::istringstream bounds(lines[6].substr(lines[6].find(",12,") + 4));
  double survival = 0, low = 0, high = 0;
  char comma = 0;
  bounds >> survival >> comma >> low >> comma >> high;
  CHECK(survival == Approx(2 / 3.0));
  CHECK(low == Approx(std::pow(2 / 3.0, std::exp(0.98669))).epsilon(1e-4));
  CHECK(high == Approx(std::pow(2 / 3.0, std::exp(-0.98669))).epsilon(1e-4));
}

TEST_CASE("retention_csv: only what was played to its end counts", "[sim][eval]") {
  Workers workers(1);
  std::atomic<bool> cancel = false;
  const int tasks_of_seed = num_tasks(1, kPlan) / 2;
  const Evaluation part = evaluate(kPeople, kAgents, kPlan, workers, &cancel, [&](int done, int) {
    cancel = done >= tasks_of_seed;
  });  // one seed of `never`
  REQUIRE(part.interrupted);
  const std::vector<std::string> lines = lines_of(retention_csv(part));
  REQUIRE(lines.size() == 5);
  CHECK(lines[1] == "never,opt_out,0,6,1,1,1");
  CHECK(lines[2] == "never,opt_out,2,4,1,,");
}

TEST_CASE("evaluate: types, lifetimes and silence have the same bits on any threads and blocks",
          "[sim][eval]") {
  EvalPlan plan = kPlan;
  plan.seeds = 3;
  plan.envs = 19;
  const Evaluation base = evaluated(kPeople, plan);
  for (const int threads : {1, 3}) {
    for (const int block : {1, 4, 32}) {
      INFO(threads << " threads, blocks of " << block);
      plan.block_size = block;
      const Evaluation other = evaluated(kPeople, plan, threads);
      REQUIRE(other.values.size() == base.values.size());
      CHECK(std::memcmp(other.values.data(), base.values.data(),
                        base.values.size() * sizeof(double)) == 0);
      CHECK(retention_csv(other) == retention_csv(base));
    }
  }
}

TEST_CASE("evaluate: judging silence allocates nothing per decision", "[sim][eval]") {
  if (!CountAllocations::kWorks) return;
  Workers workers(1);
  const auto allocations = [&workers](int episodes) {
    EvalPlan plan = kPlan;
    plan.episodes_per_env = episodes;
    const CountAllocations count;
    const Evaluation result = evaluate(kPeople, kAgents, plan, workers);
    return count.count();
  };
  CHECK(allocations(2) == allocations(40));
}

TEST_CASE("eval_table: types and silence stand last, the worst type before them", "[sim][eval]") {
  const Evaluation result = evaluated();
  const auto titles = [](const Table& table) { return lines_of(table.markdown())[0]; };
  const std::string unit = " [well-spent min/day] |";
  CHECK(titles(eval_table(result, 0, 1000)) ==
        "| agent | score" + unit + " value" + unit + " score worst type" + unit + " score calm" +
            unit + " score busy" + unit + " score absent" + unit + " score gap types" + unit +
            " silence share [%] | silence precision [%] | score minus never" + unit);
  const Table narrow = eval_table(result, 0, 60);
  CHECK(narrow.width() <= 60);
  CHECK(titles(narrow).find("worst type") != std::string::npos);
  CHECK(titles(narrow).find("silence") == std::string::npos);

  // where the world cannot say, silence is left to scores.csv
  const Evaluation mute = evaluated(std::make_shared<PeopleWorld>(false));
  CHECK(titles(eval_table(mute, 0, 1000)).find("silence") == std::string::npos);
  CHECK(scores_csv(mute).find("never,5,silence_share,1,-") != std::string::npos);
  CHECK(scores_csv(mute).find("never,5,silence_precision,,-") != std::string::npos);
}

}  // namespace infodiet::test
