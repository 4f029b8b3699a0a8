#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "env/api/batch.hpp"
#include "env/api/record.hpp"
#include "env/core/parallel.hpp"
#include "env/worlds/world.hpp"

namespace infodiet {

/// What happens to an environment whose episode has ended.
enum class Autoreset {
  kNextStep,  ///< the next step ignores its slate, begins the next episode, and is not `valid`
  kSameStep,  ///< the same step begins it; the last observation is kept in `final_observations`
  kDisabled,  ///< nothing, until `reset`; its rows are not `valid`
};

struct BatchOptions {
  Autoreset autoreset = Autoreset::kNextStep;
  bool tensors = false;  ///< write the float arrays of the observations after every step
  int block_size = 32;   ///< environments stepped together by one thread; changes no result
};

/// B environments of one world, in blocks.
///
///   observations() -> [agent writes slates()] -> step() -> transitions(), finished()
///
/// `step_block` is the one primitive of stepping: one thread, one virtual call for the block.
/// `step` is a parallel loop over it. Two blocks may be used by two threads at once. After
/// construction nothing allocates but `save` and an error's message. A copy is a snapshot: it and
/// the original have the same future.
class EnvBatch {
 public:
  /// Begins episode 0 of environments first_env .. first_env + size - 1.
  /// @throws Error kShape if there would be no environment, an empty block, or an environment
  ///         number beyond 32 bits; kInternal if the world's spec cannot be stepped
  EnvBatch(std::shared_ptr<const World> world, int size, std::uint64_t seed,
           const BatchOptions& options = {}, std::uint32_t first_env = 0);

  const World& world() const { return *world_; }
  const Spec& spec() const { return world_->spec(); }
  const BatchOptions& options() const { return options_; }
  int size() const { return size_; }
  int blocks() const { return (size_ - 1) / options_.block_size + 1; }
  int block_begin(int block) const { return block * options_.block_size; }
  int block_end(int block) const {
    return block_begin(block) + std::min(options_.block_size, size_ - block_begin(block));
  }

  // --- the whole batch

  Observations observations() const { return view(arrays_, 0, size_); }
  /// Under kSameStep: rows of environments whose episode ended in the last step hold its last
  /// observation; other rows hold nothing of use. Under the other modes `observations` has it, and
  /// this is empty.
  Observations final_observations() const { return view(final_arrays_, 0, size_); }
  Slates slates() { return slates_; }
  /// Of the last step. A reset or `restore` leaves them.
  Transitions transitions() const { return transitions(0, size_); }

  /// Checks all slates, then steps all blocks.
  /// @throws Error kShape naming environment and slot, before anything has moved
  void step(Workers& workers);

  /// Begins the next episode of every environment, or of those with mask 1.
  /// @param mask  (B) or empty for all
  /// @throws Error kShape if it has another length
  void reset(std::span<const std::uint8_t> mask = {});

  // --- one block; rows are block_begin .. block_end

  Observations observations(int block) const {
    return view(arrays_, block_begin(block), block_end(block));
  }
  Observations final_observations(int block) const {
    return view(final_arrays_, block_begin(block), block_end(block));
  }
  Slates slates(int block);
  Transitions transitions(int block) const {
    return transitions(block_begin(block), block_end(block));
  }
  /// Checks the slates of this block, then steps it.
  /// @throws Error kShape naming environment and slot, before anything has moved
  void step_block(int block);
  /// Episodes that ended in the last step of this block.
  std::span<const EpisodeRecord> finished(int block) const;
  /// Begins the next episode of one environment.
  /// @throws Error kShape if there is no such environment, as do all that name one
  void reset_env(int env);

  // --- state

  /// 1 where an episode has ended and, under kDisabled or kNextStep, the next has not begun.
  std::span<const std::uint8_t> ended() const { return ended_; }
  /// Copies one environment out: everything its future depends on.
  std::vector<std::byte> save(int env) const;
  /// Puts a saved environment into place `env`, with its seed and number. Its future is that of
  /// the one saved.
  /// @throws Error kState if it was saved from another kind of world or is damaged
  void restore(int env, std::span<const std::byte> saved);
  /// The record of one environment: for who follows it beside the agent (Filter). Lent until its
  /// next step or reset.
  std::span<const std::byte> record(int env) const;
  /// Writes the hidden state of one environment, as in Spec::hidden_features.
  /// @throws Error kShape if `out` has another length
  void write_hidden(int env, std::span<float> out) const;
  /// (H) the same of an environment whose episode ended in the last step, as it was at its end.
  /// Under kSameStep; other rows hold nothing of use.
  std::span<const float> final_hidden(int env) const {
    const std::size_t size = spec().hidden_features.size();
    return std::span(final_hidden_).subspan(static_cast<std::size_t>(env) * size, size);
  }
  /// What showing each candidate of an environment's pending decision would come to, as
  /// World::expected_outcomes. Costs nothing unless it is called.
  /// @param out  (M); masked candidates hold nothing of use
  /// @returns whether the world can say; never of an episode that has ended
  /// @throws Error kShape if `out` has another length
  bool expected_outcomes(int env, std::span<ExpectedOutcome> out) const;

 private:
  struct Arrays {
    std::vector<DecisionKey> key;
    std::vector<std::int32_t> item;
    std::vector<std::uint8_t> mask;
    std::vector<float> candidates, history, context;
    std::vector<std::uint8_t> history_mask;
  };
  /// What the batch itself keeps of an environment's running episode.
  struct Progress {
    static constexpr int kMaxRewards = 8;
    EpisodeKey key;
    std::uint32_t decision = 0;
    std::uint32_t ended = 0;
    double minutes = 0;
    double rewards[kMaxRewards] = {};
  };
  /// The unit in which states are stored, so that each begins on a cache line, in copies too.
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  /// What one block needs while it steps. Fixed in size: a copy of a batch must not allocate
  /// either, and copying a vector drops its spare capacity.
  struct alignas(64) Scratch {
    std::vector<int> stepped, seen, ended;  // rows, counted from the block's first
    std::vector<EpisodeRecord> finished;    // its first `num_finished` count
    int num_finished = 0;
  };

  Observations view(const Arrays& arrays, int begin, int end) const;
  Transitions transitions(int begin, int end) const;
  Arrays make_arrays() const;
  ObservationArrays pointers(Arrays& arrays, int block);
  std::byte* state(int env);
  const std::byte* state(int env) const;
  void check_env(int env) const;
  void check_slates(int begin, int end) const;
  void step_checked(int block);
  bool account(int env, Scratch& scratch);
  void begin_episode(int env);
  void begin_next(int env);
  void observe(std::span<const int> rows, int block, Arrays& arrays);
  void observe_one(int env);
  std::uint64_t fingerprint() const;

  std::shared_ptr<const World> world_;
  int size_;
  BatchOptions options_;
  std::size_t lines_;  // of one state

  std::vector<CacheLine> states_;
  std::vector<Progress> progress_;
  Arrays arrays_, final_arrays_;
  std::vector<std::int32_t> slates_;
  std::vector<float> reward_, score_, minutes_, feedback_, final_hidden_;
  std::vector<std::uint8_t> terminated_, truncated_, valid_, ended_;
  std::vector<Scratch> scratch_;
};

}  // namespace infodiet
