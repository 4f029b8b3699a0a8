#include "agents/policy/taste_ledger.hpp"

#include <algorithm>
#include <cmath>

#include "env/core/math.hpp"

namespace infodiet {
namespace {

using Belief = TasteLedger::Belief;

constexpr float kUsualInterest = -1.5f, kInterestVariance = 1;    // logit
constexpr float kUsualHolding = -0.7f, kHoldingVariance = 0.25f;  // ln share
constexpr float kLeastShare = 0.02f;
constexpr float kKnownHalfLife = 20 * 1440;  // min
constexpr double kSame = 1e-3;               // min: what ages are rounded by

/// u and its variance.
struct Guess {
  float mean, variance;
};

Guess guess(const Belief& belief, float prior, const float* phi, int topics) {
  Guess out = {belief.mean[Belief::kPerson], prior - belief.lost[Belief::kPerson]};
  for (int t = 0; t < topics; ++t) {
    if (phi[t] == 0) continue;
    out.mean += phi[t] * belief.mean[t];
    out.variance += phi[t] * phi[t] * (prior - belief.lost[t]);
  }
  return out;
}

float chance_of(const Guess& interest) {
  return 1 / (1 + exp2_fast(-1.44269504f * (kUsualInterest + interest.mean)));
}

/// @param slope        r: of the log-likelihood, by u
/// @param information  I
void teach(Belief& belief, float prior, const float* phi, int topics, float slope,
           float information, float variance) {
  const float step = 1 / (1 + information * variance);
  const auto move = [&](int k, float x) {
    const float seen = (prior - belief.lost[k]) * x;
    belief.mean[k] += seen * slope * step;
    belief.lost[k] += seen * seen * information * step;
  };
  for (int t = 0; t < topics; ++t) {
    if (phi[t] != 0) move(t, phi[t]);
  }
  move(Belief::kPerson, 1);
}

}  // namespace

TasteLedger::TasteLedger(const Columns& columns)
    : possible_(columns.topics > 0 && columns.history > 0 && columns.event.first_topic >= 0 &&
                columns.event.since >= 0 && columns.event.clicked >= 0),
      topics_(columns.topics),
      first_topic_(columns.candidate.first_topic),
      first_topic_of_event_(columns.event.first_topic) {}

void TasteLedger::update(const Decision& now, double passed, float noticed, Memory& memory) const {
  if (passed < 0) return;
  const auto minutes = static_cast<float>(passed);
  const float kept = exp2_fast(-minutes / kKnownHalfLife);
  for (int k = 0; k <= Belief::kPerson; ++k) {
    if (k >= topics_ && k < Belief::kPerson) continue;
    memory.interest.lost[k] *= kept;
    memory.holding.lost[k] *= kept;
  }
  for (std::size_t h = 0; h < kHalfLives.size(); ++h) {
    const float faded = exp2_fast(-minutes / kHalfLives[h]);
    for (int t = 0; t < topics_; ++t) memory.exposure[h][t] *= faded;
  }
  for (std::size_t h = 0; h < kResponseHalfLives.size(); ++h) {
    const float faded = exp2_fast(-minutes / kResponseHalfLives[h]);
    memory.response[h].more *= faded;
    memory.response[h].information *= faded;
  }

  const auto& at = now.columns().event;
  const float* event = nullptr;
  for (int i = 0; (event = now.event(i)) != nullptr; ++i) {
    if (double{event[at.since]} > passed + kSame) break;
    const float* const phi = event + first_topic_of_event_;
    const bool chosen = event[at.clicked] > 0;
    const Guess interest = guess(memory.interest, kInterestVariance, phi, topics_);
    const float p = chance_of(interest);
    const float unseen = noticed * p * (1 - p) / (1 - noticed * p);
    teach(memory.interest, kInterestVariance, phi, topics_, chosen ? 1 - p : -unseen,
          unseen * (1 - p), interest.variance);
    const float more = (chosen ? 1.0f : 0.0f) - p, information = p * (1 - p);
    for (std::size_t h = 0; h < kResponseHalfLives.size(); ++h) {
      const float left = exp2_fast(-event[at.since] / kResponseHalfLives[h]);
      memory.response[h].more += more * left;
      memory.response[h].information += information * left;
    }
    if (!chosen) continue;
    const float length = number(event, at.length, 1), dwell = number(event, at.dwell, length);
    const bool whole = number(event, at.liked, 0) > 0 || dwell >= length;
    const float share = whole ? 1 : std::max(kLeastShare, dwell / length);
    const Guess holding = guess(memory.holding, kHoldingVariance, phi, topics_);
    teach(memory.holding, kHoldingVariance, phi, topics_,
          0.69314718f * log2_fast(share) - kUsualHolding - holding.mean, 1, holding.variance);
    for (std::size_t h = 0; h < kHalfLives.size(); ++h) {
      const float left = exp2_fast(-event[at.since] / kHalfLives[h]);
      for (int t = 0; t < topics_; ++t) memory.exposure[h][t] += phi[t] * left;
    }
  }
}

void TasteLedger::write(const Memory& memory, const float* candidate, float* out) const {
  const float* const phi = candidate + first_topic_;
  for (const auto& [belief, prior] : {std::pair{&memory.interest, kInterestVariance},
                                      std::pair{&memory.holding, kHoldingVariance}}) {
    const Guess known = guess(*belief, prior, phi, topics_);
    *out++ = known.mean;
    *out++ = std::sqrt(std::max(0.0f, known.variance));
  }
  for (const auto& exposure : memory.exposure) {
    float sum = 0;
    for (int t = 0; t < topics_; ++t) sum += phi[t] * exposure[t];
    *out++ = sum;
  }
}

void TasteLedger::write_person(const Memory& memory, float* out) {
  *out++ = memory.interest.mean[Belief::kPerson];
  *out++ = memory.holding.mean[Belief::kPerson];
  for (const auto& response : memory.response) *out++ = response.more / (1 + response.information);
}

}  // namespace infodiet
