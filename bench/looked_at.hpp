#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "env/api/explain.hpp"
#include "env/api/snapshot.hpp"
#include "env/api/spec.hpp"
#include "env/core/fields.hpp"
#include "env/core/philox.hpp"
#include "sim/watch/snapshot_maker.hpp"

// What a policy looked at, and what it would choose first, from its own explanation.

namespace infodiet {

/// What may be taken away.
enum Part { kHistory, kCandidates, kNumParts };
inline constexpr std::array<const char*, kNumParts> kPartNames = {"history", "candidates"};

/// Chances of the first choice: the candidates one by one, then nothing.
inline std::vector<double> first_choice(const Explanation& why, const Spec& spec) {
  const bool free = spec.slate_min == 0 && !why.gates.empty();
  const double open = why.scores.empty() ? 0.0 : free ? double{why.gates[0]} : 1.0;
  std::vector<double> chances;
  double highest = -kInfinity, sum = 0;
  for (const float score : why.scores) highest = std::max(highest, double{score});
  for (const float score : why.scores) {
    chances.push_back(std::exp(double{score} - highest));
    sum += chances.back();
  }
  for (double& chance : chances) chance *= open / sum;
  chances.push_back(1 - open);
  return chances;
}

/// The chances of the other choices, once one of them is off the table.
inline std::vector<double> others(std::vector<double> chances, int without) {
  chances.erase(chances.begin() + without);
  double sum = 0;
  for (const double chance : chances) sum += chance;
  for (double& chance : chances) chance /= sum;
  return chances;
}

inline double total_variation(const std::vector<double>& before, const std::vector<double>& after) {
  double sum = 0;
  for (std::size_t i = 0; i < before.size(); ++i) sum += std::abs(before[i] - after[i]);
  return sum / 2;
}

/// How much each row of a part is looked at; empty if none ever is.
inline std::vector<double> weights_of(const Explanation& why, Part part) {
  const auto wanted = part == kHistory ? Token::kEvent : Token::kCandidate;
  std::vector<double> sums, counts;
  for (const AttentionRead& read : why.attention) {
    const std::size_t keys = read.keys.size(), queries = read.queries.size();
    for (std::size_t row = 0; row < queries * static_cast<std::size_t>(read.heads); ++row) {
      const Token asking = token_of(read.queries[row % queries]);
      if (asking.kind == Token::kEvent) continue;
      for (std::size_t key = 0; key < keys; ++key) {
        const Token token = token_of(read.keys[key]);
        if (token.kind != wanted || token == asking) continue;
        const auto place = static_cast<std::size_t>(token.place);
        if (place >= sums.size()) {
          sums.resize(place + 1);
          counts.resize(place + 1);
        }
        sums[place] += double{read.weights[row * keys + key]};
        counts[place] += 1;
      }
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= std::max(counts[i], 1.0);
  return sums;
}

/// The place of the highest; of several alike, one at random.
inline int highest(const std::vector<double>& weights, std::uint32_t word) {
  const auto size = static_cast<std::uint32_t>(weights.size());
  const std::uint32_t first = uniform_below(word, size);
  std::uint32_t best = first;
  for (std::uint32_t i = first + 1; i < first + size; ++i)  // on from there, and round
    if (weights[i % size] > weights[best]) best = i % size;
  return static_cast<int>(best);
}

}  // namespace infodiet
