#include "agents/policy/attention_ledger.hpp"

#include <algorithm>
#include <cmath>

namespace infodiet {
namespace {

constexpr double kDay = 1440, kWeek = 7 * kDay;
constexpr float kMost = 30, kReference = 10, kLeast = -1.5f * kReference;  // am
constexpr float kGlance = 4.0f / 60;                                       // am
constexpr float kPushAtWork = 64.0f / 60, kPushElse = 0.3f * kPushAtWork;  // am
// Rare and decisive: what a step of an optimiser moves is as large for all weights, so what is said
// loudly is learned in fewer steps. The largest number is 6.7.
constexpr float kLoud = 3;
constexpr double kSame = 1e-3;  // min: what hours and ages are rounded by

/// Minutes awake since the week began.
double awake(double minute) {
  const double days = std::floor(minute / kDay);
  return days * 960 + std::clamp(minute - days * kDay - 420, 0.0, 960.0);
}

/// What a push costs who notices it [am]; office hours are taken an hour early, too: some are.
float interruption(double minute) {
  const double hour = (minute - kDay * std::floor(minute / kDay)) / 60;
  return hour >= 8 && hour < 17 ? kPushAtWork : kPushElse;
}

float overload(float balance) { return std::clamp(-balance / kReference, 0.0f, 1.0f); }

/// Overload-hours until the balance is back at zero, were one am regained in an hour.
float overload_ahead(float balance) {
  const float debt = std::max(-balance, 0.0f);
  return debt < kReference ? debt * debt / (2 * kReference) : debt - kReference / 2;
}

/// What an item shown adds of overload at that speed, if it takes so much of attention [am].
float added(const AttentionLedger::Memory& memory, int speed, float spent) {
  const float now = memory.balance[speed], later = std::max(now - spent, kLeast);
  const float hours =
      (overload_ahead(later) - overload_ahead(now)) / AttentionLedger::kRegained[speed];
  return kLoud * std::sqrt(std::max(hours, 0.0f));
}

}  // namespace

AttentionLedger::AttentionLedger(const Columns& columns)
    : possible_(columns.context.hour >= 0 && columns.context.weekday >= 0 && columns.history > 0 &&
                columns.event.since >= 0 && columns.event.dwell >= 0),
      length_(columns.candidate.length) {}

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

  std::array<float, kSpeeds> spent{};
  bool pushed = false;
  const float* event = nullptr;
  for (int i = 0; (event = now.event(i)) != nullptr; ++i) {
    if (double{event[columns.event.since]} > passed + kSame) break;
    const bool chosen = event[columns.event.clicked] > 0;
    const bool first_of_push = !pushed && number(event, columns.event.push, 0) > 0;
    pushed = pushed || first_of_push;
    const float cost = kGlance + (first_of_push ? interruption(memory.minute) : 0.0f);
    for (int k = 0; k < kSpeeds; ++k) {
      const float noticed = chosen ? 1 : 1 - overload(memory.balance[k]);
      spent[k] += event[columns.event.dwell] + noticed * cost;
    }
  }

  const auto hours =
      static_cast<float>((awake(memory.minute + passed) - awake(memory.minute)) / 60);
  for (int k = 0; k < kSpeeds; ++k) {
    const float left = std::max(memory.balance[k] - spent[k], kLeast);
    memory.balance[k] = std::min(left + kRegained[k] * hours, kMost);
  }
  memory.minute = minute;
  return passed;
}

float AttentionLedger::lost(const Memory& memory) { return overload(memory.balance[kUsual]); }

void AttentionLedger::write(const Memory& memory, float* out) {
  for (const float balance : memory.balance) *out++ = -balance / kReference;
}

AttentionLedger::Costs AttentionLedger::costs(const Decision& now, const Memory& memory) {
  Costs costs{kGlance + (now.is_push() ? interruption(memory.minute) : 0.0f), {}};
  for (std::size_t i = 0; i < kAsked.size(); ++i)
    costs.if_left[i] =
        added(memory, kAsked[i], costs.shown * (1 - overload(memory.balance[kAsked[i]])));
  return costs;
}

float* AttentionLedger::write(const Costs& costs, const Memory& memory, const float* candidate,
                              float* out) const {
  const float spent = costs.shown + candidate[length_];
  for (const int speed : kAsked) *out++ = added(memory, speed, spent);
  return std::copy(costs.if_left.begin(), costs.if_left.end(), out);
}

}  // namespace infodiet
