#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/agent.hpp"
#include "env/api/command.hpp"
#include "env/api/snapshot.hpp"
#include "env/env_batch.hpp"

namespace infodiet {

/// One person and one agent, decision by decision, for who watches. It plays what an evaluation
/// plays, to the bit; looking draws no dice.
///
/// The last decision can be taken again: with candidates hidden from the agent, or with a slate
/// picked by hand. What was played before it stays, what follows is another future.
class PlaySession {
 public:
  /// Begins an episode. @param agent  lent; as all that play one session
  PlaySession(std::shared_ptr<const World> world, const Agent& agent, EpisodeKey key);

  const Spec& spec() const { return batch_.spec(); }
  const EpisodeKey& key() const { return key_; }
  bool is_over() const { return batch_.ended()[0] != 0; }
  double minutes() const { return minutes_; }
  std::uint32_t decisions() const { return decision_; }

  /// From the next decision on another agent decides, with a memory of its own.
  void play_by(const Agent& agent);

  /// Plays one decision.
  /// @param into  if not null: all of it. Costs time that an unwatched step does not
  /// @throws Error kState if the episode is over
  StepRecord step(Snapshot* into);

  /// Whether the last decision was watched, so that it can be taken again.
  bool can_decide_again() const { return !before_.env.empty(); }
  /// Takes the last decision again.
  /// @param masked  (valid) 1 = hidden from the agent; or empty
  /// @param slate   (K) what is shown instead of the agent's answer; or empty
  /// @throws Error kState if it cannot be; kShape if the slate is not allowed: then the session
  ///         stands before that decision
  StepRecord again(std::span<const std::uint8_t> masked, std::span<const std::int32_t> slate,
                   Snapshot* into);

  /// The first decision again, of this episode or of another.
  void begin(EpisodeKey key);

  /// All that the next decision hangs on, but the agent.
  struct Moment {
    std::vector<std::byte> env, memory;
    double minutes = 0;
    std::uint32_t decision = 0;
    std::uint8_t take = 0;
  };
  Moment moment() const { return {batch_.save(0), memory_, minutes_, decision_, take_}; }
  /// Goes on from there, with the dice that followed then.
  /// @param moment  of this world, and of an agent like the one that plays now
  void return_to(const Moment& moment);

 private:
  StepRecord play(std::span<const std::uint8_t> masked, std::span<const std::int32_t> slate,
                  Snapshot* into);
  void decide(std::span<const std::uint8_t> masked, std::span<const std::int32_t> slate,
              Snapshot* into, StepRecord& record);

  std::shared_ptr<const World> world_;
  const Agent* agent_;
  EpisodeKey key_;
  EnvBatch batch_;
  std::vector<std::byte> memory_;
  std::uint32_t decision_ = 0;
  double minutes_ = 0;
  std::uint8_t take_ = 0;

  Moment before_;  // the last decision; without `env` if it cannot be taken again
  std::vector<float> hidden_;
  std::vector<ExpectedOutcome> outcomes_;
};

}  // namespace infodiet
