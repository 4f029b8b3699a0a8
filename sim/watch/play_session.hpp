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

  /// Takes the last decision again.
  /// @param masked  (valid) 1 = hidden from the agent; or empty
  /// @param slate   (K) what is shown instead of the agent's answer; or empty
  /// @throws Error kState if there is none yet; kShape if the slate is not allowed
  StepRecord again(std::span<const std::uint8_t> masked, std::span<const std::int32_t> slate,
                   Snapshot* into);

  /// The first decision again, of this episode or of another.
  void begin(EpisodeKey key);

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

  // before the last decision
  std::vector<std::byte> saved_, saved_memory_;
  double saved_minutes_ = 0;
  std::vector<float> hidden_;
  std::vector<ExpectedOutcome> outcomes_;
};

}  // namespace infodiet
