#include "tests/support/world_laws.hpp"

namespace infodiet::test {

std::span<const WorldLaw> world_laws() {
  static constexpr WorldLaw kLaws[] = {
      {"the same seed gives the same bits on any threads and blocks", depends_on_threads_or_blocks},
      {"other seeds and other environments live other lives", ignores_seed_or_environment},
      {"a copied batch has the same future", copy_has_another_future},
      {"a saved environment has the same future", saved_has_another_future},
      {"the three autoreset modes tell the same story", autoreset_changes_the_story},
      {"observations keep to the spec", observation_breaks_its_spec},
      {"transitions keep to the spec", transition_breaks_its_spec},
      {"expected outcomes are possible, and asking for them changes nothing",
       expected_outcome_is_impossible},
      {"listed rows are written whole and no others", output_is_left_out},
      {"a bad slate is refused and nothing moves", bad_slate_moves_something},
      {"stepping allocates nothing", stepping_allocates},
      {"nothing hidden leaks into an observation", hidden_state_leaks},
      {"shuffling the hidden state changes it, and in time the responses", shuffling_does_nothing},
  };
  return kLaws;
}

}  // namespace infodiet::test
