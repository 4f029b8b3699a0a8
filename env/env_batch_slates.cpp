// What a slate may be, checked before anything moves.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "env/core/error.hpp"
#include "env/env_batch.hpp"

namespace infodiet {
namespace {

[[noreturn]] void refuse_slate(int env, int slot, const std::string& what) {
  throw Error(ErrorCode::kShape, fmt::format("environment {}, slot {}", env, slot), what);
}

/// Refuses a slate that does not fit the decision it answers.
/// @param slate  (K)
/// @param mask   (M)
void check_slate(const Spec& spec, int env, const std::int32_t* slate, const std::uint8_t* mask) {
  const int num_candidates = spec.candidates;
  int count = 0;
  for (int slot = 0; slot < spec.slots; ++slot) {
    const std::int32_t position = slate[slot];
    if (position == kNothing) continue;
    if (count < slot)
      refuse_slate(
          env, slot,
          fmt::format("holds {} after a -1 in slot {} (allowed: items first, then only -1)",
                      position, count));
    if (position < 0 || position >= num_candidates)
      refuse_slate(env, slot,
                   fmt::format("there is no candidate {} (allowed: 0 to {}, or -1 for nothing)",
                               position, num_candidates - 1));
    if (mask[position] == 0)
      refuse_slate(
          env, slot,
          fmt::format("candidate {} is masked (allowed: those with mask 1, or -1)", position));
    for (int before = 0; before < slot; ++before) {
      if (slate[before] == position)
        refuse_slate(env, slot,
                     fmt::format("candidate {} is in slot {} already (allowed: each at most once)",
                                 position, before));
    }
    ++count;
  }
  if (count > spec.slate_max)
    refuse_slate(env, spec.slate_max,
                 fmt::format("{} items in the slate (allowed: {} to {})", count, spec.slate_min,
                             spec.slate_max));
  if (count < spec.slate_min) {
    // where fewer than slate_min may be shown, all of them are enough
    const int available = static_cast<int>(
        std::count_if(mask, mask + num_candidates, [](std::uint8_t m) { return m != 0; }));
    if (count < std::min(spec.slate_min, available))
      refuse_slate(env, count,
                   fmt::format("{} items in the slate (allowed: {} to {})", count, spec.slate_min,
                               spec.slate_max));
  }
}

}  // namespace

void EnvBatch::check_slates(int begin, int end) const {
  const Spec& s = spec();
  for (int env = begin; env < end; ++env) {
    if (ended_[env] == 0)
      check_slate(s, env, slates_.data() + std::size_t(env) * s.slots,
                  arrays_.mask.data() + std::size_t(env) * s.candidates);
  }
}

}  // namespace infodiet
