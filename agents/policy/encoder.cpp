#include "agents/policy/encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "agents/decision.hpp"
#include "agents/memory.hpp"
#include "agents/nn/functions.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"

namespace infodiet {
namespace {

constexpr std::array<float, 4> kStoryFrequencies = {1, 2, 5, 11};

/// How many events are given.
int events_of(const Spec& spec, const Given& given) {
  return given.history == Given::kAll ? spec.history : std::min(given.history, spec.history);
}

bool is_time_ago(Role role) { return role == Role::kSince; }

}  // namespace

Encoder::Encoder(const Spec& spec, const Given& given)
    : columns_(spec),
      estimates_(Estimates::Settings{}),
      attention_ledger_(columns_),
      day_ledger_(columns_),
      taste_ledger_(columns_),
      with_estimates_(given.estimates && columns_.topics > 0),
      with_ledger_(given.estimates && given.memory && attention_ledger_.possible()),
      with_tastes_(with_ledger_ && taste_ledger_.possible()),
      of_candidate_(plan(spec.candidate_features)) {
  const auto append = [this](int count, std::uint8_t flag) {
    unbounded_.insert(unbounded_.end(), static_cast<std::size_t>(count), flag);
  };
  append(with_estimates_ ? 2 : 0, 1);
  append(ages() ? 1 : 0, 0);
  // debts have a scale of their own, and must be told apart by it before anybody was in debt
  const int tastes = with_tastes_ ? TasteLedger::kWidth : 0;
  const int costs = with_costs() ? AttentionLedger::kCosts : 0;
  append(tastes, 1);
  append(costs, 0);
  of_event_ = plan(spec.history_features);
  of_context_ = plan(spec.context_features);
  const int debts = with_ledger_ ? AttentionLedger::kWidth : 0;
  append(debts, 0);
  append(booked() - debts, 1);
  append(given.extra_context, 0);
  shape_ = {.candidates = spec.candidates,
            .candidate_width = width(of_candidate_) + (with_estimates_ ? 2 : 0) + (ages() ? 1 : 0) +
                               tastes + costs,
            .history = events_of(spec, given),
            .event_width = width(of_event_),
            .context_width = width(of_context_) + booked() + given.extra_context,
            .slots = spec.slots};
  if (columns_.context.push >= 0) {
    const auto push = of_context_.begin() + columns_.context.push;
    push_column_ = width({of_context_.begin(), push});
  }
}

std::vector<Encoder::Way> Encoder::plan(const std::vector<Feature>& features) {
  std::vector<Way> ways;
  for (const Feature& feature : features) {
    Way way = Way::kAsIs;
    if (feature.role == Role::kStory)
      way = Way::kStory;
    else if (is_time_ago(feature.role))
      way = Way::kGap;
    else if (feature.low >= 0 && feature.high > 24)
      way = Way::kAmount;
    ways.push_back(way);
    const bool bounded = feature.low >= -1 && feature.high <= 1;
    const bool is_scaled = way == Way::kStory || (way == Way::kAsIs && bounded);
    unbounded_.push_back(is_scaled ? 0 : 1);
    if (way == Way::kStory)
      unbounded_.insert(unbounded_.end(), 2 * kStoryFrequencies.size() - 1, 0);
    if (way == Way::kGap) unbounded_.insert(unbounded_.end(), gaps_.width(), 0);
  }
  return ways;
}

int Encoder::width(const std::vector<Way>& plan) const {
  int sum = 0;
  for (const Way way : plan) {
    if (way == Way::kStory)
      sum += 2 * static_cast<int>(kStoryFrequencies.size());
    else if (way == Way::kGap)
      sum += 1 + gaps_.width();
    else
      sum += 1;
  }
  return sum;
}

int Encoder::booked() const {
  if (!with_ledger_) return 0;
  return AttentionLedger::kWidth + DayLedger::kWidth +
         (with_tastes_ ? TasteLedger::kPersonWidth : 0);
}

float* Encoder::write(const std::vector<Way>& plan, const float* row, float turned,
                      float* out) const {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const float x = row[i];
    switch (plan[i]) {
      case Way::kAsIs:
        *out++ = x;
        break;
      case Way::kAmount:
        *out++ = log_fast(1 + std::max(x, 0.0f));
        break;
      case Way::kStory:
        for (std::size_t f = 0; f < kStoryFrequencies.size(); ++f) {
          out[2 * f] = kStoryFrequencies[f] * (x + turned);
          out[2 * f + 1] = kStoryFrequencies[f] * (x + turned) + 0.25f;
        }
        nn::sines_of_turns(out, 2 * kStoryFrequencies.size());
        out += 2 * kStoryFrequencies.size();
        break;
      case Way::kGap:
        *out++ = log_fast(1 + std::max(x, 0.0f));
        gaps_.forward(x, out);
        out += gaps_.width();
        break;
    }
  }
  return out;
}

InputRows Encoder::encode(const Observations& seen, int env, std::span<std::byte> memory,
                          std::span<const float> extra, float* record) const {
  const Decision now(seen, columns_, env, shape_.history);
  InputRows rows;
  rows.candidates = now.valid();
  std::optional<Estimates::Reader> person;
  if (with_estimates_) person.emplace(estimates_.reader(now));
  // Names of stories say which items are alike and nothing else. Each episode turns all of them by
  // an angle of its own, or the network would learn the stories of the training days by heart.
  const float turned = uniform_open(random_words(now.key().episode, Purpose::kNames, 0)[0]);
  Memory* books = nullptr;
  if (with_ledger_) {
    const Decision all(seen, columns_, env);  // books are kept from all that happened
    books = &memory_row<Memory>(memory, 0);
    const float noticed = 1 - AttentionLedger::lost(books->attention);
    const double passed = attention_ledger_.update(all, books->attention);
    day_ledger_.update(all, passed, books->day);
    if (with_tastes_) taste_ledger_.update(all, passed, noticed, books->taste);
  }
  AttentionLedger::Costs costs{};
  if (with_costs()) costs = AttentionLedger::costs(now, books->attention);
  float* out = record;
  for (int i = 0; i < rows.candidates; ++i) {
    const float* const candidate = now.candidate(i);
    out = write(of_candidate_, candidate, turned, out);
    if (with_estimates_) {
      const Estimates::Guess guess = person->guess(candidate);
      *out++ = log_fast(guess.odds + 1e-4f);
      *out++ = log_fast(guess.value + 1e-3f);
    }
    if (ages()) {
      const auto& at = columns_.candidate;
      *out++ = exp2_fast(-std::min(candidate[at.age] / candidate[at.half_life], 30.0f));
    }
    if (with_tastes_) {
      taste_ledger_.write(books->taste, candidate, out);
      out += TasteLedger::kWidth;
    }
    if (with_costs()) out = attention_ledger_.write(costs, books->attention, candidate, out);
  }
  out = record + std::ptrdiff_t{shape_.candidates} * shape_.candidate_width;
  for (const float* event = nullptr; (event = now.event(rows.events)) != nullptr; ++rows.events)
    out = write(of_event_, event, turned, out);
  out = record + std::ptrdiff_t{shape_.candidates} * shape_.candidate_width +
        std::ptrdiff_t{shape_.history} * shape_.event_width;
  out = write(of_context_, now.context(), turned, out);
  if (with_ledger_) {
    AttentionLedger::write(books->attention, out);
    out += AttentionLedger::kWidth;
    DayLedger::write(books->day, out);
    out += DayLedger::kWidth;
    if (with_tastes_) {
      TasteLedger::write_person(books->taste, out);
      out += TasteLedger::kPersonWidth;
    }
  }
  std::copy(extra.begin(), extra.end(), out);
  return rows;
}

}  // namespace infodiet
