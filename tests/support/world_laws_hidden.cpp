// Laws of secrets. A world and its twin, whose hidden state is shuffled, are shown the same slates.
// As long as both people have responded in the same way, both platforms must see the same.
#include <fmt/format.h>

#include <bit>
#include <vector>

#include "env/env_batch.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/world_laws.hpp"

namespace infodiet::test {
namespace {

constexpr int kEnvs = rounds(64, 16);
constexpr int kSteps = rounds(300, 120);

template <class T>
bool same_bits(std::span<const T> a, std::span<const T> b) {
  Hash hash_a, hash_b;
  hash_a.add(a);
  hash_b.add(b);
  return hash_a.value() == hash_b.value();
}

/// What the platform recorded of one decision: how the person responded, and in which way they came
/// back (a push that found them away, or a feed that they opened).
bool same_response(const EnvBatch& a, const EnvBatch& b, int env) {
  const Transitions came_a = a.transitions(), came_b = b.transitions();
  const int kind = Spec::find(a.spec().context_features, Role::kPush);
  return std::bit_cast<std::uint32_t>(came_a.minutes[env]) ==
             std::bit_cast<std::uint32_t>(came_b.minutes[env]) &&
         same_bits(row_of(came_a.feedback, env, kEnvs), row_of(came_b.feedback, env, kEnvs)) &&
         came_a.terminated[env] == came_b.terminated[env] &&
         came_a.truncated[env] == came_b.truncated[env] &&
         (kind < 0 || row_of(a.observations().context, env, kEnvs)[kind] ==
                          row_of(b.observations().context, env, kEnvs)[kind]);
}

/// @returns the name of the first feature of a row that differs
std::string difference(const Spec& spec, const Observations& a, const Observations& b, int env) {
  const auto find = [&](const std::vector<Feature>& features, std::span<const float> one,
                        std::span<const float> two) -> std::string {
    const auto x = row_of(one, env, kEnvs), y = row_of(two, env, kEnvs);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::bit_cast<std::uint32_t>(x[i]) != std::bit_cast<std::uint32_t>(y[i]))
        return fmt::format("{} ({} and {})", features[i % features.size()].name, x[i], y[i]);
    }
    return "";
  };
  if (!same_bits(row_of(a.item, env, kEnvs), row_of(b.item, env, kEnvs))) return "the item ids";
  if (!same_bits(row_of(a.mask, env, kEnvs), row_of(b.mask, env, kEnvs))) return "the mask";
  std::string name = find(spec.context_features, a.context, b.context);
  if (name.empty()) name = find(spec.candidate_features, a.candidates, b.candidates);
  if (name.empty()) name = find(spec.history_features, a.history, b.history);
  if (name.empty() && hash_of(a, env) != hash_of(b, env)) name = "the mask of the history";
  return name;
}

struct TwinRun {
  std::string leak;            // where the platforms saw different things too early
  int hidden_differed = 0;     // people whose hidden state differed while they behaved the same
  int responses_differed = 0;  // people whose reward or behaviour differed in the end
};

TwinRun run_twins(const WorldPtr& world, std::uint64_t shuffle) {
  const WorldPtr twin = world->with_shuffled_hidden(shuffle);
  const BatchOptions options{.autoreset = Autoreset::kDisabled, .tensors = true};
  EnvBatch a(world, kEnvs, 11, options), b(twin, kEnvs, 11, options);
  Workers one(1);
  const Spec& spec = world->spec();
  std::vector<float> hidden_a(spec.hidden_features.size()), hidden_b(hidden_a.size());
  std::vector<bool> same(kEnvs, true), hid(kEnvs, false), responded(kEnvs, false);

  TwinRun result;
  for (int t = 0; t <= kSteps; ++t) {
    for (int env = 0; env < kEnvs; ++env) {
      if (!same[env]) continue;
      const std::string name = difference(spec, a.observations(), b.observations(), env);
      if (!name.empty()) {
        result.leak = fmt::format("decision {} of environment {}: {} tells of the hidden state", t,
                                  env, name);
        return result;
      }
      a.write_hidden(env, hidden_a);
      b.write_hidden(env, hidden_b);
      if (hidden_a != hidden_b) hid[env] = true;
    }
    random_slates(spec, a.observations(), a.slates());
    random_slates(spec, b.observations(), b.slates());
    a.step(one);
    b.step(one);
    for (int env = 0; env < kEnvs; ++env) {
      if (!same[env] || a.transitions().valid[env] == 0) continue;
      same[env] = same_response(a, b, env);
      if (!same[env] || !same_bits(row_of(a.transitions().reward, env, kEnvs),
                                   row_of(b.transitions().reward, env, kEnvs)))
        responded[env] = true;
    }
  }
  for (int env = 0; env < kEnvs; ++env) {
    result.hidden_differed += hid[env];
    result.responses_differed += responded[env];
  }
  return result;
}

}  // namespace

std::string hidden_state_leaks(const WorldPtr& world) {
  for (const std::uint64_t shuffle : {1, 2, 3}) {
    std::string leak = run_twins(world, shuffle).leak;
    if (!leak.empty()) return leak;
  }
  return "";
}

std::string shuffling_does_nothing(const WorldPtr& world) {
  const TwinRun result = run_twins(world, 1);
  if (!result.leak.empty()) return "";  // the other law speaks of it
  if (result.hidden_differed == 0)
    return "the hidden state is the same while people behave the same: the law of leaks is empty";
  if (result.responses_differed == 0) return "no reward and no response ever differs";
  return "";
}

}  // namespace infodiet::test
