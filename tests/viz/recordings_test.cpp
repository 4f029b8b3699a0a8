#include "sim/watch/recordings.hpp"

#include "env/core/config/config_file.hpp"
#include "sim/record/replay_stage.hpp"
#include "sim/watch/play_session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/viz/scenes.hpp"

namespace infodiet::test {
namespace {

EpisodeFile recorded(const std::string& agent, EpisodeKey key, double kappa = 5) {
  const auto player_of_it = player("{name: " + agent + "}").make(Command::kAsTrained);
  EpisodeFile file;
  file.info.agent_name = agent;
  file.info.key = key;
  file.info.spec = small_world(kappa)->spec();
  file.info.experiment_yaml = write_yaml(small_experiment(kappa));
  PlaySession session(small_world(kappa), *player_of_it, key);
  auto shot = std::make_unique<Snapshot>();
  for (int i = 0; i < 20; ++i) {
    session.step(shot.get());
    file.log.put(*shot);
  }
  return file;
}

std::string said_of(const EpisodeFile& a, const EpisodeFile& b) {
  return complaint([&] { require_same_episode(a, "a.idep", b, "b.idep"); });
}

}  // namespace

TEST_CASE("Recordings: two of one episode stand side by side", "[viz]") {
  const EpisodeFile a = recorded("fill", {3, 1, 0}), b = recorded("newest", {3, 1, 0});
  CHECK(said_of(a, b) == "");
  ReplayStage stage({a, b}, "a.idep", "");
  viz::Model model(stage.info());
  viz::refresh(model, stage);
  CHECK(model.screen == viz::Screen::kCompare);
  REQUIRE(model.sides.size() == 2);
  CHECK(model.sides[0].info.name == "fill");
  CHECK(model.sides[1].info.name == "newest");
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(model.sides[i].log.size() == 20);
    CHECK(model.sides[i].log.at(7)->slate == (i == 0 ? a : b).log.at(7)->slate);
  }
}

TEST_CASE("Recordings: what is not the same episode is refused, and it is said why", "[viz]") {
  const std::string begin = "config: a.idep and b.idep: they are not the same episode: ";
  const std::string cure = " (record both with the same experiment, run.seed, --env and --episode)";
  const EpisodeFile a = recorded("fill", {3, 1, 0});
  CHECK(said_of(a, recorded("fill", {4, 1, 0})) ==
        begin + "seed 3, person 1, episode 0 and seed 4, person 1, episode 0" + cure);
  CHECK(said_of(a, recorded("fill", {3, 2, 0})) ==
        begin + "seed 3, person 1, episode 0 and seed 3, person 2, episode 0" + cure);
  CHECK(said_of(a, recorded("fill", {3, 1, 0}, 7)) ==
        begin + "the worlds differ: 'kappa: 5.0' and 'kappa: 7.0'" + cure);
  EpisodeFile told = recorded("fill", {3, 1, 0});
  told.info.spec.rewards[1].weight = -7;
  CHECK(said_of(a, told).find("their worlds are told otherwise: '\"weight\": ") !=
        std::string::npos);
  EpisodeFile other = recorded("fill", {3, 1, 0});  // a stream whose file was changed since
  auto shot = std::make_unique<Snapshot>(*other.log.at(0));
  shot->item[0] += 1;
  other.log.clear();
  other.log.put(*shot);
  CHECK(said_of(a, other) ==
        begin + "they begin with other people or items, though their settings are the same" + cure);
  other.log.clear();
  CHECK(said_of(a, other) == begin + "one is empty" + cure);
}

}  // namespace infodiet::test
