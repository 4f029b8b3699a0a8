#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/watch/play_session.hpp"
#include "sim/watch/verify.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/viz/scenes.hpp"

namespace infodiet::test {
namespace {

constexpr const char* kNetwork = "{name: ppo, policy: {name: cross}}";

std::unique_ptr<Agent> agent_of(const std::string& yaml) {
  return player(yaml).make(Command::kAsTrained);
}

}  // namespace

TEST_CASE("PlaySession: it plays what a batch plays, watched or not", "[viz]") {
  const auto world = small_world();
  const auto agent = agent_of("{name: threshold}");
  BatchOptions options;
  options.autoreset = Autoreset::kDisabled;
  options.tensors = true;
  EnvBatch batch(world, 3, 5, options);
  PlaySession watched(world, *agent, {5, 2, 0}), alone(world, *agent, {5, 2, 0});
  auto shot = std::make_unique<Snapshot>();
  for (int i = 0; i < 60; ++i) {
    agent->act(batch.observations(), {}, batch.slates());
    batch.step_block(0);
    const StepRecord a = watched.step(shot.get()), b = alone.step(nullptr);
    const std::size_t parts = batch.spec().rewards.size();
    for (std::size_t r = 0; r < parts; ++r) {
      REQUIRE(a.rewards[r] == batch.transitions().reward[2 * parts + r]);
      REQUIRE(b.rewards[r] == a.rewards[r]);
    }
    REQUIRE(a.minutes == b.minutes);
  }
}

TEST_CASE("PlaySession: a decision taken again comes out the same, or as it was asked to",
          "[viz]") {
  const auto agent = agent_of(kNetwork);
  PlaySession session(small_world(), *agent, {1, 0, 0});
  auto first = std::make_unique<Snapshot>(), second = std::make_unique<Snapshot>();
  CHECK(complaint([&] { session.again({}, {}, nullptr); }) ==
        "state: play: there is no decision to be taken again");
  do {
    session.step(first.get());
  } while (first->step.shown == 0);

  session.again({}, {}, second.get());
  CHECK(second->slate == first->slate);
  CHECK(second->step.rewards == first->step.rewards);
  CHECK(std::equal(first->numbers.begin(), first->numbers.begin() + first->used,
                   second->numbers.begin()));

  // hidden from the agent, a candidate can neither be shown nor have a chance
  const int best = first->slate[0];
  std::vector<std::uint8_t> masked(first->valid, 0);
  masked[best] = 1;
  session.again(masked, {}, second.get());
  CHECK(second->step.has(StepRecord::kMasked));
  CHECK(std::find(second->slate.begin(), second->slate.end(), best) == second->slate.end());
  CHECK(second->of(Snapshot::kChances)[best] == 0);
  const auto chances = second->of(Snapshot::kChances);
  CHECK(std::accumulate(chances.begin(), chances.end(), 0.0) == Approx(1));

  std::vector<std::int32_t> slate(small_world()->spec().slots, -1);
  slate[0] = 4;
  session.again({}, slate, second.get());
  CHECK(second->step.has(StepRecord::kByHand));
  CHECK(second->slate[0] == 4);
  CHECK(second->slate[1] == -1);
  slate[1] = 4;  // twice
  CHECK(complaint([&] { session.again({}, slate, second.get()); }).starts_with("shape: "));
  // it stands before that decision, as if nobody had been asked
  PlaySession twin(small_world(), *agent, {1, 0, 0});
  while (twin.decisions() < first->step.decision) twin.step(nullptr);
  CHECK(session.moment().memory == twin.moment().memory);
  CHECK(session.moment().env == twin.moment().env);
  session.step(second.get());
  CHECK(second->step.decision == first->step.decision);
  CHECK(second->slate == first->slate);
  CHECK(second->step.rewards == first->step.rewards);
}

TEST_CASE("PlaySession: hiding a candidate that would not be shown changes no slate", "[viz]") {
  const auto agent = agent_of("{name: newest}");
  PlaySession session(small_world(), *agent, {1, 0, 0});
  auto first = std::make_unique<Snapshot>(), second = std::make_unique<Snapshot>();
  do {
    session.step(first.get());
  } while (first->step.shown == 0);
  std::vector<std::uint8_t> masked(first->valid, 0);
  masked[0] = 1;  // the oldest; those behind it close up for the agent, and must move back
  session.again(masked, {}, second.get());
  CHECK(second->slate == first->slate);
}

TEST_CASE("Snapshot: who ranks shows first what it ranks first", "[viz]") {
  for (const std::string name : {"newest", "popular", "greedy_click", "greedy_value", "threshold",
                                 "mmr", "linucb", "thompson"}) {
    INFO(name);
    const auto agent = agent_of("{name: " + name + "}");
    PlaySession session(small_world(), *agent, {1, 0, 0});
    auto shot = std::make_unique<Snapshot>();
    int shown = 0;
    for (int i = 0; i < 80 && !session.is_over(); ++i) {
      session.step(shot.get());
      if (shot->valid == 0) continue;
      REQUIRE(shot->of(Snapshot::kScores).size() == shot->valid);
      CHECK(shot->score_name[0] != '\0');
      if (shot->slate[0] < 0) continue;
      ++shown;
      const auto scores = shot->of(Snapshot::kScores);
      REQUIRE(scores[shot->slate[0]] == *std::max_element(scores.begin(), scores.end()));
    }
    CHECK(shown > 5);
  }
}

TEST_CASE("Snapshot: what a policy foretells of each candidate", "[viz]") {
  const auto agent = agent_of(kNetwork);
  const auto world = small_world();
  PlaySession session(world, *agent, {1, 0, 0});
  auto shot = std::make_unique<Snapshot>();
  for (int i = 0; i < 20; ++i) {
    session.step(shot.get());
    REQUIRE(shot->of(Snapshot::kForecasts).size() == shot->valid * kNumForecastColumns);
    for (std::size_t c = 0; c < shot->valid; ++c) {
      const auto forecast = shot->row(Snapshot::kForecasts, c);
      REQUIRE((forecast[kForecastClick] > 0 && forecast[kForecastClick] < 1));
      REQUIRE(std::isfinite(forecast[kForecastWorth]));
    }
  }
  // of what is hidden from it, it says nothing
  std::vector<std::uint8_t> masked(shot->valid, 0);
  masked[1] = 1;
  const float first = shot->row(Snapshot::kForecasts, 2)[kForecastClick];
  session.again(masked, {}, shot.get());
  CHECK(std::isnan(shot->row(Snapshot::kForecasts, 1)[kForecastClick]));
  CHECK(std::isnan(shot->row(Snapshot::kForecasts, 1)[kForecastWorth]));
  CHECK(shot->row(Snapshot::kForecasts, 2)[kForecastClick] == Approx(first));
}

TEST_CASE("Snapshot: a policy that was not taught to foretell says nothing of it", "[viz]") {
  const auto agent = agent_of("{name: ppo, forecast_lr: 0, policy: {name: cross}}");
  PlaySession session(small_world(), *agent, {1, 0, 0});
  auto shot = std::make_unique<Snapshot>();
  session.step(shot.get());
  CHECK(shot->has(Snapshot::kChances));
  CHECK(!shot->has(Snapshot::kForecasts));
}

TEST_CASE("Snapshot: attention, chances and gates are shares", "[viz]") {
  const auto agent = agent_of(kNetwork);
  PlaySession session(small_world(), *agent, {1, 0, 0});
  auto shot = std::make_unique<Snapshot>();
  for (int i = 0; i < 40; ++i) session.step(shot.get());
  REQUIRE(shot->num_reads == 1);
  CHECK(shot->left_out == 0);
  const Snapshot::Read& read = shot->reads[0];
  CHECK(read.heads == 4);
  REQUIRE(read.queries == shot->valid + 1);  // the context asks as well
  for (std::size_t head = 0; head < read.heads; ++head) {
    for (std::size_t query = 0; query < read.queries; ++query) {
      const auto weights = shot->weights(read, head, query);
      REQUIRE(std::accumulate(weights.begin(), weights.end(), 0.0) == Approx(1).margin(1e-5));
    }
  }
  CHECK(shot->query(read, shot->valid) == Token{Token::kContext, 0});
  for (std::size_t query = 0; query < shot->valid; ++query)
    CHECK(shot->query(read, query) == Token{Token::kCandidate, static_cast<std::int16_t>(query)});
  CHECK(shot->key_token(read, 0) == Token{Token::kContext, 0});
  for (const float gate : shot->of(Snapshot::kGates)) CHECK((gate > 0 && gate < 1));
}

TEST_CASE("Snapshot: what finds no room is left out and named", "[viz]") {
  auto shot = std::make_unique<Snapshot>();
  shot->clear();
  CHECK(shot->add(Snapshot::kScores, 1, Snapshot::kRoom - 10).size() == Snapshot::kRoom - 10);
  CHECK(shot->add_read(4, 8, 8).empty());
  CHECK(shot->num_reads == 0);
  CHECK(shot->left_out == 1u << Snapshot::kNumParts);
  CHECK(shot->add(Snapshot::kGates, 1, 5).size() == 5);
}

TEST_CASE("verify: an episode comes out the same, and one that was changed is found", "[viz]") {
  const auto world = small_world();
  const auto agent = agent_of("{name: threshold}");
  EpisodeFile file;
  file.info.key = {3, 1, 0};
  file.info.spec = world->spec();
  PlaySession session(world, *agent, file.info.key);
  auto shot = std::make_unique<Snapshot>();
  for (int i = 0; i < 30; ++i) {
    session.step(shot.get());
    if (i == 11) {  // by hand, which must be repeated
      std::vector<std::int32_t> slate(world->spec().slots, -1);
      slate[0] = 2;
      session.again({}, slate, shot.get());
    }
    file.log.put(*shot);
  }
  CHECK(!verify_episode(file, world, *agent));

  *shot = *file.log.at(17);
  shot->step.rewards[0] += 1;
  EpisodeFile changed = file;
  changed.log.clear();
  for (int i = 0; i < 30; ++i) changed.log.put(i == 17 ? *shot : *file.log.at(i));
  const auto difference = verify_episode(changed, world, *agent);
  REQUIRE(difference);
  CHECK(difference->decision == 17);
  CHECK(difference->what == "changed: the rewards");
  CHECK(verify_episode(file, world, *agent_of("{name: newest}")));
}

}  // namespace infodiet::test
