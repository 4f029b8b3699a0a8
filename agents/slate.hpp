#pragma once

#include <array>
#include <cstdint>

#include "env/api/batch.hpp"

namespace infodiet {

inline constexpr int kMaxCandidates = 256;
inline constexpr int kMaxSlots = 16;

/// How many candidates of one decision may be shown; they come first.
inline int available(const std::uint8_t* mask, int candidates) {
  int count = 0;
  while (count < candidates && mask[count] != 0) ++count;
  return count;
}

inline void show_nothing(std::int32_t* slate, int slots) {
  for (int i = 0; i < slots; ++i) slate[i] = kNothing;
}

/// The `count` best of some candidates, best first; of equals the later one, which is newer.
/// @param score  (M) the first `valid` count
inline void show_best(const float* score, int valid, int count, std::int32_t* slate, int slots) {
  show_nothing(slate, slots);
  int filled = 0;
  for (int candidate = 0; candidate < valid; ++candidate) {
    int place = filled;
    while (place > 0 && score[candidate] >= score[slate[place - 1]]) --place;
    if (place >= count) continue;
    if (filled < count) ++filled;
    for (int i = filled - 1; i > place; --i) slate[i] = slate[i - 1];
    slate[place] = candidate;
  }
}

/// How many of the first `valid` scores are at least `bar`.
inline int count_above(const float* score, int valid, float bar) {
  int count = 0;
  for (int i = 0; i < valid; ++i) count += score[i] >= bar ? 1 : 0;
  return count;
}

/// `count` different candidates of the first `valid`, uniformly, in random order.
/// @param lane  first Philox lane to use, for agents that draw other numbers too
inline void show_random(const DecisionKey& key, std::uint32_t lane, int valid, int count,
                        std::int32_t* slate, int slots) {
  show_nothing(slate, slots);
  std::array<std::uint16_t, kMaxCandidates> deck;  // the first `valid` are set
  for (int i = 0; i < valid; ++i) deck[i] = static_cast<std::uint16_t>(i);
  std::array<std::uint32_t, 4> words{};
  for (int i = 0; i < count; ++i) {
    if (i % 4 == 0)
      words = random_words(key.episode, Purpose::kAgent, key.decision,
                           lane + static_cast<std::uint32_t>(i / 4));
    const int pick =
        i + static_cast<int>(uniform_below(words[i % 4], static_cast<std::uint32_t>(valid - i)));
    slate[i] = deck[pick];
    deck[pick] = deck[i];
  }
}

}  // namespace infodiet
