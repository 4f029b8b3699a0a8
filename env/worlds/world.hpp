#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "env/api/outcome.hpp"
#include "env/api/spec.hpp"
#include "env/core/fields.hpp"
#include "env/core/philox.hpp"
#include "env/core/registry.hpp"

namespace infodiet {

class Filter;

/// What a world reads and writes when it steps some environments of a block. Arrays hold the whole
/// block; a world touches the listed rows only.
struct StepArrays {
  std::span<const int> rows;   ///< which environments to step
  std::byte* states;           ///< (n, state_bytes)
  const std::int32_t* slates;  ///< (n, K) checked: candidate positions, then -1
  const std::int32_t* items;   ///< (n, M) the candidates those positions point into
  float* reward;               ///< (n, R) out
  float* minutes;              ///< (n) out
  float* feedback;             ///< (n, K, 4) out
  std::uint8_t* terminated;    ///< (n) out
  std::uint8_t* truncated;     ///< (n) out
};

/// Where a world writes what a platform sees. Arrays hold the whole block.
struct ObservationArrays {
  std::int32_t* item;          ///< (n, M)
  std::uint8_t* mask;          ///< (n, M)
  float* candidates;           ///< (n, M, F)
  float* history;              ///< (n, H, G)
  std::uint8_t* history_mask;  ///< (n, H)
  float* context;              ///< (n, C)
};

/// A world: constant, shared by everything, without memory of its own. What changes is one flat
/// record of `state_bytes()` bytes per environment, owned by the caller; copying the bytes copies
/// the environment, and the copy has the same future.
///
/// One virtual call handles a whole block. Nothing here allocates, locks or throws, except making.
class World {
 public:
  static constexpr std::string_view kKind = "world";

  virtual ~World() = default;

  const Spec& spec() const { return spec_; }

  /// Bytes of one environment's record; a multiple of 64. The record is trivially copyable.
  virtual std::size_t state_bytes() const = 0;

  /// Tells worlds apart whose records must not be mixed: another stream, another person, another
  /// size. Equal for two worlds made from the same settings and data.
  std::uint64_t fingerprint() const { return fingerprint_; }

  /// Starts the episode `key` in a record and goes to its first decision.
  virtual void begin(const EpisodeKey& key, std::byte* state) const = 0;

  /// Takes the decisions of the listed rows and goes to the next ones.
  virtual void step(const StepArrays& io) const = 0;

  /// Writes `item` and `mask` of the listed rows.
  virtual void observe(std::span<const int> rows, std::byte* states,
                       const ObservationArrays& out) const = 0;

  /// Writes the float arrays of the listed rows, whose `item` and `mask` are up to date.
  virtual void write_tensors(std::span<const int> rows, const std::byte* states,
                             const ObservationArrays& out) const = 0;

  /// Writes what is hidden from agents, as listed in `spec().hidden_features`.
  virtual void write_hidden(const std::byte* state, float* out) const = 0;

  /// Writes what a finished episode reports, as listed in `spec().metrics`.
  virtual void write_metrics(const std::byte* state, double* out) const = 0;

  /// Which of `spec().person_types` the person of this episode is; 0 where there are none.
  virtual int person_type(const std::byte* state) const {
    (void)state;
    return 0;
  }

  /// What showing each candidate of the pending decision would come to, from the hidden state: for
  /// yardsticks and measures, never for agents. It changes nothing and draws nothing.
  /// @param candidates  (M) out; those that are masked hold nothing of use
  /// @returns whether this world can say; if not, nothing was written
  virtual bool expected_outcomes(const std::byte* state,
                                 std::span<ExpectedOutcome> candidates) const {
    (void)state;
    (void)candidates;
    return false;
  }

  /// What no policy's expected score over an episode exceeds; infinite where no bound is known.
  /// @param state  at the first decision of the episode
  virtual double score_bound(const std::byte* state) const {
    (void)state;
    return kInfinity;
  }

  /// What can be believed of an environment by who only sees what a platform sees; null if this
  /// world cannot say.
  /// @param optimism  in the face of uncertainty: tastes are believed so many standard deviations
  ///                  above their means
  virtual std::unique_ptr<Filter> make_filter(double optimism) const;

  /// A twin in which all that is hidden from agents has been shuffled. For the law that nothing
  /// hidden leaks: on the same seed its observations and those of this world are the same for as
  /// long as the person has responded in the same way.
  virtual std::unique_ptr<World> with_shuffled_hidden(std::uint64_t shuffle) const = 0;

 protected:
  Spec spec_;
  std::uint64_t fingerprint_ = 0;
};

using WorldRegistry = Registry<World>;

}  // namespace infodiet
