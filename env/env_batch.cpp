#include "env/env_batch.hpp"

#include <fmt/format.h>

#include <cassert>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

constexpr int kFeedback = 4;  // numbers of a slot's feedback, see Transitions

}  // namespace

EnvBatch::EnvBatch(std::shared_ptr<const World> world, int size, std::uint64_t seed,
                   const BatchOptions& options, std::uint32_t first_env)
    : world_(std::move(world)),
      size_(size),
      options_(options),
      lines_(world_ ? world_->state_bytes() / sizeof(CacheLine) : 0) {
  if (!world_) throw Error(ErrorCode::kState, "batch", "there is no world (make one first)");
  const Spec& s = world_->spec();
  if (size < 1)
    throw Error(ErrorCode::kShape, "size", fmt::format("a batch of {} (allowed: 1 or more)", size));
  if (options.block_size < 1)
    throw Error(ErrorCode::kShape, "block_size",
                fmt::format("blocks of {} (allowed: 1 or more)", options.block_size));
  if (std::numeric_limits<std::uint32_t>::max() - first_env < static_cast<std::uint32_t>(size - 1))
    throw Error(ErrorCode::kShape, "first_env",
                fmt::format("{} and the {} after it pass the last environment number 4294967295",
                            first_env, size - 1));
  if (lines_ == 0 || world_->state_bytes() % sizeof(CacheLine) != 0)
    throw Error(ErrorCode::kInternal, s.world, "state_bytes must be a positive multiple of 64");
  if (s.rewards.empty() || s.rewards.size() > Progress::kMaxRewards)
    throw Error(ErrorCode::kInternal, s.world,
                fmt::format("{} parts of the reward (allowed: 1 to {})", s.rewards.size(),
                            Progress::kMaxRewards));
  if (s.feedback_features.size() != kFeedback || s.candidates < 1 || s.slots < 1 ||
      s.slate_min < 0 || s.slate_min > s.slate_max || s.slate_max > s.slots ||
      s.slate_max > s.candidates)
    throw Error(ErrorCode::kInternal, s.world,
                "its spec breaks 0 <= slate_min <= slate_max <= slots, candidates or lacks the 4 "
                "feedback features");

  const auto n = static_cast<std::size_t>(size);
  const auto num_slots = static_cast<std::size_t>(s.slots);
  states_.resize(n * lines_);
  progress_.resize(n);
  arrays_ = make_arrays();
  if (options.autoreset == Autoreset::kSameStep) {
    final_arrays_ = make_arrays();
    final_hidden_.resize(n * s.hidden_features.size());
  }
  slates_.assign(n * num_slots, kNothing);
  reward_.resize(n * s.rewards.size());
  score_.resize(n);
  minutes_.resize(n);
  feedback_.resize(n * num_slots * kFeedback);
  for (auto* flags : {&terminated_, &truncated_, &valid_, &ended_}) flags->resize(n);

  scratch_.resize(static_cast<std::size_t>(blocks()));
  for (int block = 0; block < blocks(); ++block) {
    const auto rows = static_cast<std::size_t>(block_end(block) - block_begin(block));
    Scratch& scratch = scratch_[block];
    for (auto* list : {&scratch.stepped, &scratch.seen, &scratch.ended}) list->resize(rows);
    EpisodeRecord blank;
    blank.rewards.resize(s.rewards.size());
    blank.metrics.resize(s.metrics.size());
    scratch.finished.assign(rows, blank);
  }

  for (int block = 0; block < blocks(); ++block) {
    std::vector<int>& rows = scratch_[block].seen;
    for (int env = block_begin(block); env < block_end(block); ++env) {
      progress_[env].key = {seed, first_env + static_cast<std::uint32_t>(env), 0};
      begin_episode(env);
      rows[env - block_begin(block)] = env - block_begin(block);
    }
    observe(rows, block, arrays_);
  }
}

Slates EnvBatch::slates(int block) {
  const auto num_slots = static_cast<std::size_t>(spec().slots);
  const auto begin = static_cast<std::size_t>(block_begin(block));
  const auto count = static_cast<std::size_t>(block_end(block)) - begin;
  return Slates(slates_).subspan(begin * num_slots, count * num_slots);
}

void EnvBatch::step(Workers& workers) {
  check_slates(0, size_);
  workers.for_each(blocks(), [this](int block) { step_checked(block); });
}

void EnvBatch::step_block(int block) {
  assert(0 <= block && block < blocks());
  check_slates(block_begin(block), block_end(block));
  step_checked(block);
}

void EnvBatch::reset(std::span<const std::uint8_t> mask) {
  if (!mask.empty() && mask.size() != static_cast<std::size_t>(size_))
    throw Error(ErrorCode::kShape, "reset mask",
                fmt::format("has {} entries (allowed: {}, one per environment, or none for all)",
                            mask.size(), size_));
  for (int env = 0; env < size_; ++env) {
    if (mask.empty() || mask[env] != 0) reset_env(env);
  }
}

void EnvBatch::reset_env(int env) {
  check_env(env);
  begin_next(env);
  observe_one(env);
}

std::span<const EpisodeRecord> EnvBatch::finished(int block) const {
  const Scratch& scratch = scratch_[block];
  return std::span(scratch.finished).first(static_cast<std::size_t>(scratch.num_finished));
}

std::span<const std::byte> EnvBatch::record(int env) const {
  check_env(env);
  return {state(env), world_->state_bytes()};
}

void EnvBatch::write_hidden(int env, std::span<float> out) const {
  check_env(env);
  if (out.size() != spec().hidden_features.size())
    throw Error(ErrorCode::kShape, "hidden state",
                fmt::format("room for {} numbers (allowed: {}, see Spec::hidden_features)",
                            out.size(), spec().hidden_features.size()));
  world_->write_hidden(state(env), out.data());
}

bool EnvBatch::expected_outcomes(int env, std::span<ExpectedOutcome> out) const {
  check_env(env);
  if (out.size() != static_cast<std::size_t>(spec().candidates))
    throw Error(ErrorCode::kShape, "expected outcomes",
                fmt::format("room for {} candidates (allowed: {}, see Spec::candidates)",
                            out.size(), spec().candidates));
  return ended_[env] == 0 && world_->expected_outcomes(state(env), out);
}

void EnvBatch::check_env(int env) const {
  if (env < 0 || env >= size_)
    throw Error(ErrorCode::kShape, fmt::format("environment {}", env),
                fmt::format("is not in this batch (allowed: 0 to {})", size_ - 1));
}

void EnvBatch::step_checked(int block) {
  const Spec& s = spec();
  const int begin = block_begin(block);
  const auto first = static_cast<std::size_t>(begin);
  Scratch& scratch = scratch_[block];
  scratch.num_finished = 0;

  // who decides, who begins anew, who stays as it is
  std::size_t num_stepped = 0, num_seen = 0, num_ended = 0;
  for (int env = begin; env < block_end(block); ++env) {
    const bool decides = ended_[env] == 0;
    valid_[env] = decides;
    if (decides) {
      scratch.stepped[num_stepped++] = env - begin;
    } else {
      std::fill_n(reward_.data() + env * s.rewards.size(), s.rewards.size(), 0.0f);
      std::fill_n(feedback_.data() + std::size_t(env) * s.slots * kFeedback, s.slots * kFeedback,
                  0.0f);
      score_[env] = minutes_[env] = 0.0f;
      terminated_[env] = truncated_[env] = 0;
      if (options_.autoreset == Autoreset::kDisabled) continue;
      begin_next(env);
    }
    scratch.seen[num_seen++] = env - begin;
  }
  const auto stepped = std::span<const int>(scratch.stepped).first(num_stepped);

  if (!stepped.empty()) {
    world_->step({.rows = stepped,
                  .states = state(begin),
                  .slates = slates_.data() + first * s.slots,
                  .items = arrays_.item.data() + first * s.candidates,
                  .reward = reward_.data() + first * s.rewards.size(),
                  .minutes = minutes_.data() + first,
                  .feedback = feedback_.data() + first * s.slots * kFeedback,
                  .terminated = terminated_.data() + first,
                  .truncated = truncated_.data() + first});
  }
  for (const int row : stepped) {
    if (account(begin + row, scratch)) scratch.ended[num_ended++] = row;
  }

  if (options_.autoreset == Autoreset::kSameStep && num_ended > 0) {
    const auto ended = std::span<const int>(scratch.ended).first(num_ended);
    observe(ended, block, final_arrays_);
    for (const int row : ended) {
      const std::size_t at = (first + static_cast<std::size_t>(row)) * s.hidden_features.size();
      world_->write_hidden(state(begin + row), final_hidden_.data() + at);
      begin_next(begin + row);
    }
  }
  observe(std::span<const int>(scratch.seen).first(num_seen), block, arrays_);
}

/// Adds the last transition of `env` to its episode. @returns whether the episode ended
bool EnvBatch::account(int env, Scratch& scratch) {
  const auto& parts = spec().rewards;
  const float* const reward = reward_.data() + env * parts.size();
  Progress& progress = progress_[env];
  ++progress.decision;
  progress.minutes += double{minutes_[env]};
  double score = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    progress.rewards[i] += double{reward[i]};
    score += parts[i].weight * double{reward[i]};
  }
  score_[env] = static_cast<float>(score);
  if (terminated_[env] == 0 && truncated_[env] == 0) return false;

  ended_[env] = 1;
  progress.ended = 1;
  EpisodeRecord& record = scratch.finished[scratch.num_finished++];
  record.key = progress.key;
  record.decisions = progress.decision;
  record.minutes = progress.minutes;
  record.terminated = terminated_[env] != 0;
  record.person_type = world_->person_type(state(env));
  record.score = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    record.rewards[i] = progress.rewards[i];
    record.score += parts[i].weight * progress.rewards[i];
  }
  world_->write_metrics(state(env), record.metrics.data());
  return true;
}

/// Starts the episode that `progress_[env].key` names.
void EnvBatch::begin_episode(int env) {
  const EpisodeKey key = progress_[env].key;
  progress_[env] = Progress{};
  progress_[env].key = key;
  ended_[env] = 0;
  // padding inside the record must not carry bytes of an earlier episode into what is saved
  std::memset(state(env), 0, lines_ * sizeof(CacheLine));
  world_->begin(key, state(env));
}

void EnvBatch::begin_next(int env) {
  ++progress_[env].key.episode;
  begin_episode(env);
}

/// @param rows  counted from the first of `block`
void EnvBatch::observe(std::span<const int> rows, int block, Arrays& arrays) {
  if (rows.empty()) return;
  const ObservationArrays out = pointers(arrays, block);
  const int begin = block_begin(block);
  for (const int row : rows) {
    DecisionKey key{progress_[begin + row].key, progress_[begin + row].decision};
    key.episode.seed = agent_seed(key.episode.seed);
    arrays.key[begin + row] = key;
  }
  world_->observe(rows, state(begin), out);
  if (options_.tensors) world_->write_tensors(rows, state(begin), out);
}

void EnvBatch::observe_one(int env) {
  const int block = env / options_.block_size;
  const int row = env - block_begin(block);
  observe(std::span(&row, 1), block, arrays_);
}

}  // namespace infodiet
