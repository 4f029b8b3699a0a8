#include "agents/policy/attention_ledger.hpp"

#include <algorithm>
#include <cmath>

namespace infodiet {
namespace {

constexpr double kDay = 1440, kWeek = 7 * kDay;
constexpr float kMost = 30, kReference = 10, kLeast = -1.5f * kReference;  // am
constexpr float kGlance = 4.0f / 60, kPush = 0.5f;                         // am
constexpr double kSame = 1e-3;  // min: what hours and ages are rounded by

/// Minutes awake since the week began.
double awake(double minute) {
  const double days = std::floor(minute / kDay);
  return days * 960 + std::clamp(minute - days * kDay - 420, 0.0, 960.0);
}

}  // namespace

AttentionLedger::AttentionLedger(const Columns& columns)
    : possible_(columns.context.hour >= 0 && columns.context.weekday >= 0 && columns.history > 0 &&
                columns.event.since >= 0 && columns.event.dwell >= 0) {}

double AttentionLedger::update(const Decision& now, Memory& memory) const {
  const Columns& columns = now.columns();
  const double minute = double{now.context(columns.context.weekday, 0)} * kDay +
                        double{now.context(columns.context.hour, 0)} * 60;
  if (memory.begun == 0) {
    memory.begun = 1;
    memory.minute = minute;
    return -1;
  }
  double passed = minute - memory.minute;
  if (passed < -kSame) passed += kWeek;
  passed = std::max(passed, 0.0);

  float spent = 0;
  bool pushed = false;
  const float* event = nullptr;
  for (int i = 0; (event = now.event(i)) != nullptr; ++i) {
    if (double{event[columns.event.since]} > passed + kSame) break;
    spent += event[columns.event.dwell] + kGlance;
    pushed = pushed || number(event, columns.event.push, 0) > 0;
  }
  if (pushed) spent += kPush;

  const auto hours =
      static_cast<float>((awake(memory.minute + passed) - awake(memory.minute)) / 60);
  for (int k = 0; k < kWidth; ++k) {
    const float left = std::max(memory.balance[k] - spent, kLeast);
    memory.balance[k] = std::min(left + kRegained[k] * hours, kMost);
  }
  memory.minute = minute;
  return passed;
}

void AttentionLedger::write(const Memory& memory, float* out) {
  for (int k = 0; k < kWidth; ++k) out[k] = -memory.balance[k] / kReference;
}

}  // namespace infodiet
