#pragma once

#include <memory>
#include <span>
#include <string>

#include "env/worlds/world.hpp"

namespace infodiet::test {

using WorldPtr = std::shared_ptr<const World>;

/// What every world must obey, whatever it models.
struct WorldLaw {
  const char* claim;
  /// @returns "" if the law holds, else where it is broken
  std::string (*broken)(const WorldPtr& world);
};

std::span<const WorldLaw> world_laws();

// Runs: the same bits, whoever computes them and however they are interrupted.
std::string depends_on_threads_or_blocks(const WorldPtr& world);
std::string ignores_seed_or_environment(const WorldPtr& world);
std::string copy_has_another_future(const WorldPtr& world);
std::string saved_has_another_future(const WorldPtr& world);
std::string autoreset_changes_the_story(const WorldPtr& world);

// Numbers: what the spec promises.
std::string observation_breaks_its_spec(const WorldPtr& world);
std::string transition_breaks_its_spec(const WorldPtr& world);
std::string expected_outcome_is_impossible(const WorldPtr& world);

// Steps: what is written, where, and what is refused.
std::string output_is_left_out(const WorldPtr& world);
std::string bad_slate_moves_something(const WorldPtr& world);
std::string stepping_allocates(const WorldPtr& world);

// Secrets: nothing hidden shows before the person has responded to it.
std::string hidden_state_leaks(const WorldPtr& world);
std::string shuffling_does_nothing(const WorldPtr& world);

}  // namespace infodiet::test
