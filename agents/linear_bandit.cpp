#include "agents/linear_bandit.hpp"

#include <algorithm>

#include "env/core/math.hpp"

namespace infodiet {

namespace {

constexpr int kMaxTopicColumns = 16;  // topics beyond share a column: t mod 16

}  // namespace

void LinearBandit::Settings::fields(Fields& f) {
  f({.name = "floor",
     .unit = "min",
     .help = "An item is shown only if its score, about well-spent minutes, is at least this.",
     .low = -1e6,
     .high = 1e6,
     .search = Search::linear(0, 0.2)},
    floor);
  f({.name = "noise",
     .unit = "min",
     .help = "Standard deviation of what an item comes to around its prediction.",
     .low = 1e-3,
     .high = 1e3,
     .search = Search::log(0.05, 3)},
    noise);
  f({.name = "prior_sd",
     .unit = "min",
     .help = "Standard deviation of each weight before anything is known of the person.",
     .low = 1e-4,
     .high = 1e3,
     .search = Search::log(0.01, 1)},
    prior_sd);
  serving.fields(f);
  estimates.fields(f);
}

LinearBandit::LinearBandit(const Settings& settings, const Spec& spec)
    : settings_(settings),
      estimates_(settings.estimates),
      columns_(spec),
      topic_columns_(std::min(columns_.topics, kMaxTopicColumns)) {
  const auto& at = columns_.candidate;
  const bool ages = at.age >= 0 && at.half_life >= 0;
  size_ = 2 + topic_columns_ + (at.length >= 0) + ages + (at.popularity >= 0) + (at.appeal >= 0) +
          (at.shown_before >= 0) + (columns_.context.push >= 0) + (columns_.context.load >= 0);
}

/// Takes in what the items shown last came to. The newest events are theirs, the last slot first.
void LinearBandit::learn(const Decision& now, Memory& kept) const {
  if (!kept.model.begun()) {
    LinearModel::Row prior{};
    prior[0] = 1;  // the value that `Estimates` predicts
    kept.model.begin(size_, prior, double{settings_.prior_sd});
  }
  const int count = kept.waiting;
  kept.waiting = 0;
  for (int slot = 0; slot < count; ++slot) {
    const float* const event = now.event(count - 1 - slot);
    if (event == nullptr) continue;  // the world's history is shorter than the slate
    const float came_to = Estimates::outcome(columns_, event);
    kept.model.learn(kept.waited[slot], double{came_to}, double{settings_.noise});
  }
}

/// All features are of the order of 1 or below, so that one prior suits all weights.
void LinearBandit::describe(const Decision& now, LinearModel::Row* rows) const {
  const auto& at = columns_.candidate;
  const Estimates::Reader person = estimates_.reader(now);
  for (int i = 0; i < now.valid(); ++i) {
    const float* const candidate = now.candidate(i);
    float* out = rows[i].data();
    *out++ = person.value(candidate);
    *out++ = 1;
    std::fill_n(out, topic_columns_, 0.0f);
    for (int t = 0; t < columns_.topics; ++t)
      out[t % kMaxTopicColumns] += candidate[at.first_topic + t];
    out += topic_columns_;
    if (at.length >= 0) *out++ = 0.5f * log2_fast(1 + std::max(0.0f, candidate[at.length]));
    if (at.age >= 0 && at.half_life >= 0) *out++ = person.freshness(candidate);
    if (at.popularity >= 0) *out++ = 0.1f * candidate[at.popularity];
    if (at.appeal >= 0) *out++ = 0.5f * candidate[at.appeal];
    if (at.shown_before >= 0) *out++ = candidate[at.shown_before];
    if (columns_.context.push >= 0) *out++ = now.is_push() ? 1.0f : 0.0f;
    if (columns_.context.load >= 0) *out++ = now.context()[columns_.context.load];
  }
}

}  // namespace infodiet
