#include "sim/record/episode_file.hpp"
#include "env/core/hash.hpp"
#include "sim/watch/play_session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/damage.hpp"
#include "tests/viz/scenes.hpp"

namespace infodiet::test {
namespace {

/// The bytes of a short episode.
const std::string& sample() {
  static const std::string bytes = [] {
    const auto agent = player("{name: ppo, policy: {name: pooled}}").make(Command::kAsTrained);
    EpisodeInfo info;
    info.task = "test";
    info.agent_name = "ppo";
    info.agent_yaml = "agent: {name: ppo}";
    info.key = {~std::uint64_t{0}, 3, 0};
    info.spec = small_world()->spec();
    PlaySession session(small_world(), *agent, info.key);
    EpisodeLog log;
    auto shot = std::make_unique<Snapshot>();
    for (int i = 0; i < 6; ++i) {
      session.step(shot.get());
      log.put(*shot);
    }
    return episode_bytes(info, log);
  }();
  return bytes;
}

/// Puts the right checksum under changed bytes, as somebody else's program might.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  const std::uint64_t hash = hash_bytes(bytes.data(), bytes.size(), kHashStart);
  bytes.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  return bytes;
}

std::string said_of(const std::string& bytes) {
  return complaint([&] { parse_episode(bytes, "file"); });
}

}  // namespace

TEST_CASE("Episode files: what is read is what was written", "[viz]") {
  const EpisodeFile read = parse_episode(sample(), "file");
  CHECK(read.log.size() == 6);
  CHECK(read.info.key.seed == ~std::uint64_t{0});
  CHECK(read.info.spec.candidate_features.size() ==
        small_world()->spec().candidate_features.size());
  CHECK(read.info.spec.hidden_features[0].mark == -10);
  CHECK(episode_bytes(read.info, read.log) == sample());
}

TEST_CASE("Episode files: torn, changed and foreign ones are refused, with the cure", "[viz]") {
  const std::string cure = " (record it anew: infodiet record)";
  CHECK(said_of("") == "io: file: it is no recorded episode" + cure);
  CHECK(said_of("\x89PNG and so on, long enough to be something") ==
        "io: file: it is no recorded episode" + cure);
  std::string other = sample();
  other[16] = 9;
  CHECK(said_of(other) == "io: file: it is of version 9, and this program reads 2" + cure);
  for (const std::size_t size : {std::size_t{10}, std::size_t{20}, std::size_t{500},
                                 sample().size() / 2, sample().size() - 1})
    CHECK(said_of(sample().substr(0, size)).starts_with("io: file: "));
  std::string changed = sample();
  changed[changed.size() / 2] ^= 4;
  CHECK(said_of(changed) ==
        "io: file: its checksum does not fit: it is torn or was changed" + cure);
  CHECK(said_of(sealed(sample().substr(0, sample().size() / 2))).starts_with("io: file: "));
}

TEST_CASE("Episode files: whatever is damaged behind a right checksum is refused or sound",
          "[viz]") {
  const std::string pieces[] = {std::string(4, '\xff'), std::string(8, '\0'), "\"low\": null", "[",
                                "-1"};
  int refused = 0, accepted = 0;
  for (std::uint32_t i = 0; i < 400; ++i) {
    Dice dice(i);
    std::string bytes = sample();
    damage(bytes, dice, pieces);
    if (bytes.size() < 40) continue;
    bytes = sealed(bytes);
    try {
      const EpisodeFile file = parse_episode(bytes, "file");
      ++accepted;
      // all that is drawn from it stays inside
      for (int d = 0; d < file.log.size(); ++d) {
        const Snapshot& shot = *file.log.at(d);
        for (int k = 0; k < file.info.spec.slots; ++k)
          REQUIRE(shot.slate[k] < static_cast<int>(shot.valid));
      }
    } catch (const Error& error) {
      ++refused;
      REQUIRE(error.code() == ErrorCode::kIo);
    }
  }
  CHECK(refused > 100);
  CHECK(accepted > 0);
}

}  // namespace infodiet::test
