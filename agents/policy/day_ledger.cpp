#include "agents/policy/day_ledger.hpp"

#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"

namespace infodiet {
namespace {

constexpr double kDay = 1440;
constexpr float kUsualRising = 3, kUsualRetiring = 19;  // h since the cut: 7 h and 23 h
constexpr std::uint32_t kMemoryOfDays = 7;
constexpr float kFades = 7 * 1440, kApart = 10;  // min

/// @param days  met, this one among them
void learn(float& mean, float seen, std::uint32_t days) {
  mean += (seen - mean) / static_cast<float>(std::min(days, kMemoryOfDays));
}

/// Of two hours each; the first and the last have the night, too.
std::size_t part_of(double hour) {
  return static_cast<std::size_t>(std::clamp((hour - 6) / 2, 0.0, DayLedger::kParts - 0.5));
}

}  // namespace

void DayLedger::update(const Decision& now, double passed, Memory& memory) const {
  const double minute = double{now.hour()} * 60 - kCut;
  const double since_cut = minute < 0 ? minute + kDay : minute;
  if (passed < 0 || memory.last + passed >= kDay) {
    if (memory.days > 0) {
      const float retired = static_cast<float>(memory.last / 60) - kUsualRetiring;
      learn(memory.retired_from_23h, retired, memory.days);
    }
    memory.rose = static_cast<float>(since_cut / 60);
    ++memory.days;
    learn(memory.usual_rose, memory.rose, memory.days);
  }
  memory.last = since_cut;

  const float kept = passed > 0 ? exp2_fast(static_cast<float>(-passed) / kFades) : 1;
  memory.lived = kept * memory.lived + static_cast<float>(std::max(passed, 0.0) / kDay);
  for (float& looks : memory.looks) looks *= kept;
  memory.since_look = passed < 0 ? kApart : memory.since_look + static_cast<float>(passed);
  if (now.is_push()) return;
  if (memory.since_look >= kApart) memory.looks[part_of(now.hour())] += 1;
  memory.since_look = 0;
}

void DayLedger::write(const Memory& memory, float* out) {
  out[0] = memory.rose - kUsualRising;
  out[1] = memory.usual_rose - kUsualRising;
  out[2] = memory.retired_from_23h;
  out[3] = log_fast(1 + static_cast<float>(memory.days));
  for (int part = 0; part < kParts; ++part) out[4 + part] = memory.looks[part] / (1 + memory.lived);
}

}  // namespace infodiet
