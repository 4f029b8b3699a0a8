#include "sim/training/rollout.hpp"

#include <algorithm>

namespace infodiet {
namespace {

/// Notes what came of decision `step` of a block, and forgets whose episode ended.
void note(const EnvBatch& batch, int block, int step, const Learner& learner,
          std::span<std::byte> memory, Experience& into, RolloutFigures& figures) {
  const Transitions came = batch.transitions(block);
  const auto slots = static_cast<std::size_t>(into.slots);
  const int first = batch.block_begin(block);
  const std::size_t each = learner.memory_bytes();
  for (int env = 0; env < came.size; ++env) {
    const auto remembered = memory.subspan(env * each, each);
    const std::size_t row = into.row(first + env, step);
    std::copy_n(came.reward.begin() + env * into.rewards, into.rewards,
                into.reward.begin() + static_cast<std::ptrdiff_t>(row * into.rewards));
    into.minutes[row] = came.minutes[env];
    for (std::size_t k = 0; k < slots; ++k) {
      const float* const slot = &came.feedback[(static_cast<std::size_t>(env) * slots + k) * 4];
      into.clicked[row * slots + k] = slot[1] > 0 ? 1 : 0;
    }
    into.terminated[row] = came.terminated[env];
    into.truncated[row] = came.truncated[env];
    into.valid[row] = came.valid[env];
    if (came.valid[env] == 0) continue;
    if (came.truncated[env] != 0 && came.terminated[env] == 0) {
      const auto hidden = batch.final_hidden(first + env).first(into.hidden_size);
      into.value_after[row] =
          learner.value(batch.final_observations(block), env, remembered, hidden);
    }
    if (came.truncated[env] != 0 || came.terminated[env] != 0)
      std::fill(remembered.begin(), remembered.end(), std::byte{});

    figures.decisions += 1;
    figures.minutes += double{came.minutes[env]};
    figures.score += double{came.score[env]};
    for (int r = 0; r < into.rewards; ++r)
      figures.rewards[r] += double{came.reward[env * into.rewards + r]};
    const auto slate = into.slate_of(row);
    const auto shown = std::find(slate.begin(), slate.end(), kNothing) - slate.begin();
    figures.shown += static_cast<double>(shown);
    figures.silent += shown == 0 && slots > 0 ? 1 : 0;
  }
  for (const EpisodeRecord& episode : batch.finished(block)) {
    figures.episodes.push_back({episode.score, static_cast<double>(episode.decisions)});
  }
}

}  // namespace

void RolloutFigures::add(const RolloutFigures& other) {
  decisions += other.decisions;
  minutes += other.minutes;
  score += other.score;
  for (std::size_t r = 0; r < rewards.size(); ++r) rewards[r] += other.rewards[r];
  silent += other.silent;
  shown += other.shown;
  episodes.insert(episodes.end(), other.episodes.begin(), other.episodes.end());
}

RolloutFigures roll_out(EnvBatch& batch, const Learner& learner, std::span<std::byte> memory,
                        Experience& into, Workers& workers) {
  RolloutFigures empty;
  empty.rewards.resize(static_cast<std::size_t>(into.rewards));
  std::vector<RolloutFigures> of_block(static_cast<std::size_t>(batch.blocks()), empty);
  workers.for_each(batch.blocks(), [&](int block) {
    const int first = batch.block_begin(block);
    const std::size_t each = learner.memory_bytes();
    const auto remembered = memory.subspan(first * each, (batch.block_end(block) - first) * each);
    std::vector<float> hidden(into.hidden_size);
    for (int step = 0; step < into.steps; ++step) {
      for (int env = first; into.hidden_size > 0 && env < batch.block_end(block); ++env)
        batch.write_hidden(env, into.hidden_of(into.row(env, step)));
      learner.explore(batch.observations(block), first, step, remembered, into,
                      batch.slates(block));
      batch.step_block(block);
      note(batch, block, step, learner, remembered, into, of_block[block]);
    }
    for (int env = first; env < batch.block_end(block); ++env) {
      const std::size_t last = into.row(env, into.steps - 1);
      if (into.terminated[last] != 0 || into.truncated[last] != 0) continue;
      if (into.hidden_size > 0) batch.write_hidden(env, hidden);
      into.value_after[last] =
          learner.value(batch.observations(block), env - first,
                        remembered.subspan((env - first) * each, each), hidden);
    }
  });
  RolloutFigures all = empty;
  for (const RolloutFigures& figures : of_block) all.add(figures);
  return all;
}

}  // namespace infodiet
