#include "tests/support/batches.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "env/core/philox.hpp"

namespace infodiet::test {

std::uint64_t hash_of(const Observations& seen) {
  Hash hash;
  hash.add(seen.item);
  hash.add(seen.mask);
  hash.add(seen.candidates);
  hash.add(seen.history);
  hash.add(seen.history_mask);
  hash.add(seen.context);
  return hash.value();
}

std::uint64_t hash_of(const Transitions& came) {
  Hash hash;
  hash.add(came.reward);
  hash.add(came.score);
  hash.add(came.minutes);
  hash.add(came.feedback);
  hash.add(came.terminated);
  hash.add(came.truncated);
  hash.add(came.valid);
  return hash.value();
}

std::uint64_t hash_of(const Observations& seen, int row) {
  return hash_of({.size = 1,
                  .key = {},
                  .item = row_of(seen.item, row, seen.size),
                  .mask = row_of(seen.mask, row, seen.size),
                  .candidates = row_of(seen.candidates, row, seen.size),
                  .history = row_of(seen.history, row, seen.size),
                  .history_mask = row_of(seen.history_mask, row, seen.size),
                  .context = row_of(seen.context, row, seen.size)});
}

std::uint64_t hash_of(const Transitions& came, int row) {
  return hash_of({.size = 1,
                  .reward = row_of(came.reward, row, came.size),
                  .score = row_of(came.score, row, came.size),
                  .minutes = row_of(came.minutes, row, came.size),
                  .feedback = row_of(came.feedback, row, came.size),
                  .terminated = row_of(came.terminated, row, came.size),
                  .truncated = row_of(came.truncated, row, came.size),
                  .valid = row_of(came.valid, row, came.size)});
}

void random_slates(const Spec& spec, const Observations& seen, Slates slates) {
  std::vector<std::int32_t> open;
  for (int row = 0; row < seen.size; ++row) {
    const auto mask = row_of(seen.mask, row, seen.size);
    open.clear();
    for (int m = 0; m < spec.candidates; ++m) {
      if (mask[m] != 0) open.push_back(m);
    }
    const DecisionKey& key = seen.key[row];
    const auto draw = [&](std::uint32_t lane, std::uint32_t below) {
      const auto words = random_words(key.episode, Purpose::kAgent, key.decision, lane);
      return static_cast<int>(uniform_below(words[0], below));
    };
    const int available = static_cast<int>(open.size());
    const int most = std::min(spec.slate_max, available);
    const int fewest = std::min(spec.slate_min, most);
    const int count = fewest + draw(0, static_cast<std::uint32_t>(most - fewest + 1));

    const auto slate = slates.subspan(std::size_t(row) * spec.slots, spec.slots);
    std::fill(slate.begin(), slate.end(), kNothing);
    for (int k = 0; k < count; ++k) {
      const int picked =
          k + draw(static_cast<std::uint32_t>(k + 1), static_cast<std::uint32_t>(available - k));
      std::swap(open[k], open[picked]);
      slate[k] = open[k];
    }
  }
}

std::uint64_t run(EnvBatch& batch, Workers& workers, int steps) {
  std::vector<std::uint64_t> hashes;
  for (int t = 0; t < steps; ++t) {
    hashes.push_back(hash_of(batch.observations()));
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(workers);
    hashes.push_back(hash_of(batch.transitions()));
  }
  hashes.push_back(hash_of(batch.observations()));
  Hash all;
  all.add(std::span<const std::uint64_t>(hashes));
  return all.value();
}

}  // namespace infodiet::test
