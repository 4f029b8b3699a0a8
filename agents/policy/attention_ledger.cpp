#include "agents/policy/attention_ledger.hpp"

#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"

namespace infodiet {
namespace {

constexpr double kDay = 1440, kWeek = 7 * kDay;
constexpr float kMost = 30, kReference = 10, kLeast = -1.5f * kReference;  // am
constexpr float kGlance = 4.0f / 60, kPush = 0.5f;                         // am
constexpr float kMostLost = 0.95f;  // a person in debt may still happen to look
// Rare and decisive: what a step of an optimiser moves is as large for all weights, so what is said
// loudly is learned in fewer steps. Largest numbers are 8, as of all that is standardised.
constexpr float kLoud = 8, kLoudCost = 3;
constexpr float kKnownHalfLife = 20 * 1440;  // min
constexpr double kSame = 1e-3;               // min: what hours and ages are rounded by

/// Minutes awake since the week began.
double awake(double minute) {
  const double days = std::floor(minute / kDay);
  return days * 960 + std::clamp(minute - days * kDay - 420, 0.0, 960.0);
}

float overload(float balance) { return std::clamp(-balance / kReference, 0.0f, 1.0f); }

/// Overload-hours until the balance is back at zero, were one am regained in an hour.
float overload_ahead(float balance) {
  const float debt = std::max(-balance, 0.0f);
  return debt < kReference ? debt * debt / (2 * kReference) : debt - kReference / 2;
}

/// What an item that was shown says of how fast attention is regained: Bayes' rule.
void weigh(bool chosen, float chance, AttentionLedger::Memory& memory) {
  for (int k = 0; k < AttentionLedger::kSpeeds; ++k) {
    const float registers = 1 - std::min(overload(memory.balance[k]), kMostLost);
    memory.log_weight[k] += log_fast(chosen ? registers : 1 - chance * registers);
  }
}

}  // namespace

AttentionLedger::AttentionLedger(const Columns& columns)
    : possible_(columns.context.hour >= 0 && columns.context.weekday >= 0 && columns.history > 0 &&
                columns.event.since >= 0 && columns.event.dwell >= 0),
      length_(columns.candidate.length) {}

double AttentionLedger::update(const Decision& now, const TasteLedger& tastes,
                               const TasteLedger::Memory& taste, Memory& memory) const {
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

  Weights spent{};
  const float kept = exp2_fast(static_cast<float>(-passed) / kKnownHalfLife);
  for (float& weight : memory.log_weight) weight *= kept;
  bool pushed = false;
  const float* event = nullptr;
  for (int i = 0; (event = now.event(i)) != nullptr; ++i) {
    if (double{event[columns.event.since]} > passed + kSame) break;
    const bool chosen = event[columns.event.clicked] > 0;
    const bool first_of_push = !pushed && number(event, columns.event.push, 0) > 0;
    pushed = pushed || first_of_push;
    const float cost = kGlance + (first_of_push ? kPush : 0.0f);
    for (int k = 0; k < kSpeeds; ++k) {
      const float noticed = chosen ? 1 : 1 - overload(memory.balance[k]);
      spent[k] += event[columns.event.dwell] + noticed * cost;
    }
    if (tastes.possible()) weigh(chosen, tastes.chance(taste, event), memory);
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

AttentionLedger::Weights AttentionLedger::weights(const Memory& memory) {
  const float most = *std::max_element(memory.log_weight.begin(), memory.log_weight.end());
  Weights weight;
  float sum = 0;
  for (int k = 0; k < kSpeeds; ++k) sum += weight[k] = exp_fast(memory.log_weight[k] - most);
  for (float& w : weight) w /= sum;
  return weight;
}

float AttentionLedger::lost(const Memory& memory) {
  const Weights weight = weights(memory);
  float lost = 0;
  for (int k = 0; k < kSpeeds; ++k) lost += weight[k] * overload(memory.balance[k]);
  return lost;
}

void AttentionLedger::write(const Memory& memory, float* out) {
  const Weights weight = weights(memory);
  float mean = 0, square = 0, speed = 0;
  for (int k = 0; k < kSpeeds; ++k) {
    const float debt = out[k] = -memory.balance[k] / kReference;
    mean += weight[k] * debt;
    square += weight[k] * debt * debt;
    speed += weight[k] * kRegained[k] / 5;
  }
  out += kSpeeds;
  *out++ = mean;
  *out++ = std::sqrt(std::max(0.0f, square - mean * mean));
  *out++ = kLoud * lost(memory);
  *out++ = speed;
}

float AttentionLedger::cost(const Memory& memory, const Weights& weight,
                            const float* candidate) const {
  const float spent = candidate[length_] + kGlance;
  float added = 0;
  for (int k = 0; k < kSpeeds; ++k) {
    const float now = memory.balance[k], later = std::max(now - spent, kLeast);
    added += weight[k] * (overload_ahead(later) - overload_ahead(now)) / kRegained[k];
  }
  return kLoudCost * std::sqrt(std::max(added, 0.0f));
}

}  // namespace infodiet
