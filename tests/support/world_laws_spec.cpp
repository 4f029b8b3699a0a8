// Laws of numbers: what is seen and what comes of it is what the spec promises.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "env/env_batch.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/world_laws.hpp"

namespace infodiet::test {
namespace {

constexpr int kEnvs = rounds(40, 10);
constexpr int kSteps = 400;
constexpr std::uint64_t kSeed = 23;

bool fits(const Feature& feature, float value) {
  return std::isfinite(value) && feature.low <= value && value <= feature.high;
}

/// @param rows  (n, features)  @param mask  (n): rows with 0 must hold nothing but 0
std::string check_rows(const char* what, const std::vector<Feature>& features,
                       std::span<const float> rows, std::span<const std::uint8_t> mask) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Feature& feature = features[i % features.size()];
    const bool there = mask[i / features.size()] != 0;
    if (there ? !fits(feature, rows[i]) : rows[i] != 0.0f)
      return fmt::format(
          "{} {}: {} is {} (allowed: {})", what, i / features.size(), feature.name, rows[i],
          there ? fmt::format("{} to {}", feature.low, feature.high) : "0, it is masked");
  }
  return "";
}

std::string check_observation(const Spec& spec, const Observations& seen, int env) {
  const auto item = row_of(seen.item, env, seen.size);
  const auto mask = row_of(seen.mask, env, seen.size);
  for (int m = 0; m < spec.candidates; ++m) {
    if ((item[m] >= 0) != (mask[m] == 1) || item[m] < -1 || mask[m] > 1)
      return fmt::format("candidate {}: item {} has mask {}", m, item[m], mask[m]);
    if (m > 0 && (item[m - 1] < 0 ? item[m] >= 0 : item[m] >= 0 && item[m] <= item[m - 1]))
      return fmt::format("candidate {}: item {} follows {} (allowed: ascending, then -1)", m,
                         item[m], item[m - 1]);
  }
  const auto history_mask = row_of(seen.history_mask, env, seen.size);
  for (int h = 0; h < spec.history; ++h) {
    if (history_mask[h] > (h == 0 ? 1 : history_mask[h - 1]))
      return fmt::format("event {}: mask {} (allowed: ones, then zeros)", h, history_mask[h]);
  }
  const auto history = row_of(seen.history, env, seen.size);
  const int since = Spec::find(spec.history_features, Role::kSince);
  const std::size_t width = spec.history_features.size();
  for (int h = 1; since >= 0 && h < spec.history && history_mask[h] == 1; ++h) {
    if (history[h * width + since] < history[(h - 1) * width + since])
      return fmt::format("event {} is newer than the one before it", h);
  }
  const std::uint8_t one = 1;
  std::string wrong = check_rows("candidate", spec.candidate_features,
                                 row_of(seen.candidates, env, seen.size), mask);
  if (wrong.empty()) wrong = check_rows("event", spec.history_features, history, history_mask);
  if (wrong.empty())
    wrong = check_rows("context", spec.context_features, row_of(seen.context, env, seen.size),
                       {&one, 1});
  return wrong;
}

std::string check_transition(const Spec& spec, const Transitions& came, ConstSlates slates,
                             int env) {
  const auto reward = row_of(came.reward, env, came.size);
  double score = 0;
  for (std::size_t i = 0; i < reward.size(); ++i) {
    if (!std::isfinite(reward[i])) return spec.rewards[i].name + " is not finite";
    score += spec.rewards[i].weight * double{reward[i]};
  }
  if (came.score[env] != static_cast<float>(score)) return "the score is not the weighted sum";
  if (!(came.minutes[env] >= 0.0f) || !std::isfinite(came.minutes[env]))
    return fmt::format("{} minutes passed", came.minutes[env]);
  if (came.terminated[env] + came.truncated[env] > 1) return "both terminated and truncated";

  const auto feedback = row_of(came.feedback, env, came.size);
  const auto slate = row_of(slates, env, came.size);
  for (int k = 0; k < spec.slots; ++k) {
    const auto slot = feedback.subspan(std::size_t(k) * 4, 4);
    for (std::size_t i = 0; i < slot.size(); ++i) {
      if (!fits(spec.feedback_features[i], slot[i]))
        return fmt::format("slot {}: {} is {}", k, spec.feedback_features[i].name, slot[i]);
    }
    const float shown = slot[0], clicked = slot[1], dwell = slot[2], liked = slot[3];
    if (shown != (slate[k] >= 0 ? 1.0f : 0.0f))
      return fmt::format("slot {}: shown is {} where the slate has {}", k, shown, slate[k]);
    if (clicked > shown || (dwell > 0.0f && clicked == 0.0f) || liked > clicked)
      return fmt::format("slot {}: shown {}, clicked {}, dwell {}, liked {}", k, shown, clicked,
                         dwell, liked);
  }
  return "";
}

bool may_be_missing(const std::string& metric) {
  return metric.rfind("mean_", 0) == 0 ||
         (metric.size() > 3 && metric.compare(metric.size() - 3, 3, "_at") == 0);
}

std::string check_record(const Spec& spec, const EpisodeRecord& record) {
  for (std::size_t i = 0; i < record.metrics.size(); ++i) {
    const Feature& metric = spec.metrics[i];
    if (std::isnan(record.metrics[i]) && may_be_missing(metric.name)) continue;
    if (!fits(metric, static_cast<float>(record.metrics[i])))
      return fmt::format("metric {} is {} (allowed: {} to {})", metric.name, record.metrics[i],
                         metric.low, metric.high);
  }
  const int types = std::max(1, static_cast<int>(spec.person_types.size()));
  if (record.person_type < 0 || record.person_type >= types)
    return fmt::format("person type {} (allowed: 0 to {})", record.person_type, types - 1);
  return "";
}

std::string check_outcome(const ExpectedOutcome& o) {
  for (const double number : {o.probability, o.value, o.minutes, o.attention, o.overload, o.net}) {
    if (!std::isfinite(number)) return "holds a number that is not finite";
  }
  if (o.probability < 0 || o.probability > 1)
    return fmt::format("is chosen with probability {}", o.probability);
  if (o.minutes < 0) return fmt::format("is read for {} minutes", o.minutes);
  return "";
}

}  // namespace

std::string observation_breaks_its_spec(const WorldPtr& world) {
  EnvBatch batch(world, kEnvs, kSeed, {.tensors = true});
  Workers one(1);
  const auto& hidden_features = world->spec().hidden_features;
  std::vector<float> hidden(hidden_features.size());
  const std::uint8_t there = 1;
  for (int t = 0; t < kSteps; ++t) {
    for (int env = 0; env < kEnvs; ++env) {
      std::string wrong = check_observation(batch.spec(), batch.observations(), env);
      batch.write_hidden(env, hidden);
      if (wrong.empty()) wrong = check_rows("hidden state", hidden_features, hidden, {&there, 1});
      if (!wrong.empty()) return fmt::format("environment {}, step {}, {}", env, t, wrong);
    }
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one);
  }
  return "";
}

std::string transition_breaks_its_spec(const WorldPtr& world) {
  EnvBatch batch(world, kEnvs, kSeed, {.tensors = true});
  Workers one(1);
  for (int t = 0; t < kSteps; ++t) {
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one);
    for (int env = 0; env < kEnvs; ++env) {
      if (batch.transitions().valid[env] == 0) continue;
      const std::string wrong =
          check_transition(batch.spec(), batch.transitions(), batch.slates(), env);
      if (!wrong.empty()) return fmt::format("environment {}, step {}: {}", env, t, wrong);
    }
    for (int block = 0; block < batch.blocks(); ++block) {
      for (const EpisodeRecord& record : batch.finished(block)) {
        const std::string wrong = check_record(batch.spec(), record);
        if (!wrong.empty()) return wrong;
      }
    }
  }
  return "";
}

std::string expected_outcome_is_impossible(const WorldPtr& world) {
  EnvBatch batch(world, kEnvs, kSeed);
  Workers one(1);
  std::vector<ExpectedOutcome> outcomes(world->spec().candidates), again = outcomes;
  for (int t = 0; t < kSteps; ++t) {
    for (int env = 0; env < kEnvs; ++env) {
      if (!batch.expected_outcomes(env, outcomes)) continue;
      const auto before = batch.save(env);
      batch.expected_outcomes(env, again);
      if (batch.save(env) != before)
        return fmt::format("environment {}, step {}: asking changes it", env, t);
      const auto mask = row_of(batch.observations().mask, env, kEnvs);
      for (std::size_t m = 0; m < mask.size(); ++m) {
        if (mask[m] == 0) continue;
        std::string wrong = check_outcome(outcomes[m]);
        if (std::memcmp(&outcomes[m], &again[m], sizeof outcomes[m]) != 0)
          wrong = "is another when asked again";
        if (!wrong.empty())
          return fmt::format("environment {}, step {}: candidate {} {}", env, t, m, wrong);
      }
    }
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one);
  }
  return "";
}

}  // namespace infodiet::test
