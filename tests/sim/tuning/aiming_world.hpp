#pragma once

#include <memory>

#include "env/worlds/world.hpp"

namespace infodiet::test {

/// A world with a best answer that is known: 256 targets, of which two may be shown. The first must
/// come from the lower half and lie at 0.4 of it, the second from the upper half, at 0.7. An
/// episode is one decision and lasts a day; it pays minus the squared distances, 1 for each that is
/// missing or in the wrong half, and noise that all agents share on a seed, and a little that they
/// do not.
class AimingWorld : public World {
 public:
  static constexpr int kHalf = 128;
  static constexpr double kFirst = 0.4, kSecond = 0.7;

  explicit AimingWorld(double noise = 0.05);

  std::size_t state_bytes() const override { return 64; }
  void begin(const EpisodeKey& key, std::byte* state) const override;
  void step(const StepArrays& io) const override;
  void observe(std::span<const int> rows, std::byte* states,
               const ObservationArrays& out) const override;
  void write_tensors(std::span<const int>, const std::byte*,
                     const ObservationArrays&) const override {}
  void write_hidden(const std::byte*, float*) const override {}
  void write_metrics(const std::byte*, double*) const override {}
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t) const override {
    return std::make_unique<AimingWorld>(noise_);
  }

 private:
  double noise_;
};

}  // namespace infodiet::test
