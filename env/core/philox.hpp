#pragma once

#include <array>
#include <cstdint>

namespace infodiet {

/// Names one episode of one environment. Two runs with one key meet the same world.
struct EpisodeKey {
  std::uint64_t seed = 0;
  std::uint32_t env = 0;
  std::uint32_t episode = 0;
};

/// What a random number is for. A purpose has numbers of its own, so drawing more of one kind
/// changes none of another. The values are part of what a seed means: never renumber them.
enum class Purpose : std::uint32_t {
  kEpisode = 1,     // the stream day an episode starts on
  kPerson = 2,      // who the person is
  kRetrieval = 3,   // which older items are offered; index: the item
  kReturn = 4,      // coming back; index: the clock cell
  kOptOut = 5,      // switching pushes off; index: the clock cell
  kRegister = 6,    // which shown items are noticed
  kChoice = 7,      // which item is chosen
  kDwell = 8,       // how long it is read
  kLeave = 9,       // whether the person stays
  kStream = 10,     // the making of a synthetic stream
  kAgent = 11,      // an agent's own dice; index: the decision
  kWorld = 12,      // worlds beside the feed
  kBootstrap = 13,  // resampling in statistics
  kTuning = 14,     // search over knobs
  kChurn = 15,      // leaving for good; index: the clock cell
  kWeights = 16,    // a network's first parameters; index: which four numbers of one
  kDropout = 17,    // which weights of a network are dropped while it learns
  kShuffle = 18,    // the order in which decisions are learned from
  kCondition = 19,  // the reward weights an episode is played under
  kStagger = 20,    // how far into its episode an environment is when a training begins
  kNames = 21,      // the turn by which an agent sees the names of an episode's stories
};

/// Philox4x32-10: four random words as a pure function of (seed, env, episode, purpose, index,
/// lane). No state: any order, any thread, any block gives the same numbers.
///
/// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
/// doi:10.1145/2063384.2063405. Counter = (index, purpose and lane, env, episode), key = seed.
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// @param lane  in [0, 2^24): further blocks of four words under one index
inline std::array<std::uint32_t, 4> random_words(const EpisodeKey& key, Purpose purpose,
                                                 std::uint32_t index, std::uint32_t lane = 0) {
  return philox({index, static_cast<std::uint32_t>(purpose) << 24 | lane, key.env, key.episode},
                {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

/// The seed under which agents roll their own dice. Not the world's own: whoever held that could
/// work out who the person is and what he will do.
inline std::uint64_t agent_seed(std::uint64_t seed) {
  const auto words = random_words({.seed = seed}, Purpose::kAgent, 0);
  return std::uint64_t{words[0]} << 32 | words[1];
}

/// Uniform in (0, 1): never 0, so its logarithm is finite; never 1. 2^23 values.
inline float uniform_open(std::uint32_t word) {
  return (static_cast<float>(word >> 9) + 0.5f) * 0x1.0p-23f;
}

/// Uniform integer in [0, n): multiply and shift. Its bias is below n / 2^32.
inline std::uint32_t uniform_below(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::uint32_t>(std::uint64_t{word} * n >> 32);
}

}  // namespace infodiet
