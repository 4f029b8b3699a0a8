// Laws of single steps: what is written, where, and what is refused.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "env/core/error.hpp"
#include "env/env_batch.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/world_laws.hpp"

namespace infodiet::test {
namespace {

constexpr int kEnvs = rounds(40, 10);
constexpr int kSteps = rounds(400, 150);
constexpr std::uint64_t kSeed = 23;

/// All that can change in a batch, to see that nothing did.
std::uint64_t everything(const EnvBatch& batch) {
  Hash all;
  const std::uint64_t views[] = {hash_of(batch.observations()), hash_of(batch.transitions())};
  all.add(std::span<const std::uint64_t>(views));
  all.add(batch.ended());
  for (int env = 0; env < batch.size(); ++env) {
    const auto saved = batch.save(env);
    all.add(std::span<const std::byte>(saved));
  }
  return all.value();
}

struct BadSlate {
  std::string name;
  std::vector<std::int32_t> slate;
};

/// Every way in which a slate can be wrong at a decision with this mask.
std::vector<BadSlate> bad_slates(const Spec& spec, std::span<const std::uint8_t> mask) {
  std::vector<std::int32_t> open, closed;
  for (int m = 0; m < spec.candidates; ++m) (mask[m] != 0 ? open : closed).push_back(m);
  const auto slots = static_cast<std::size_t>(spec.slots);
  const auto fill = [&](std::vector<std::int32_t> first) {
    first.resize(slots, kNothing);
    return first;
  };
  std::vector<BadSlate> bad = {{"an index too high", fill({spec.candidates})},
                               {"an index far too high", fill({2147483647})},
                               {"an index too low", fill({-2})}};
  if (!closed.empty()) bad.push_back({"a masked candidate", fill({closed[0]})});
  if (slots >= 2 && !open.empty()) {
    bad.push_back({"a repeat", fill({open[0], open[0]})});
    bad.push_back({"a gap", fill({kNothing, open[0]})});
  }
  if (spec.slate_min > 0 && static_cast<int>(open.size()) >= spec.slate_min)
    bad.push_back({"too few items", fill({open.begin(), open.begin() + spec.slate_min - 1})});
  if (spec.slate_max<spec.slots&& static_cast<int>(open.size())> spec.slate_max)
    bad.push_back({"too many items", fill({open.begin(), open.begin() + spec.slate_max + 1})});
  return bad;
}

/// Puts one bad slate into an otherwise good batch and tries both ways of stepping.
std::string try_bad_slate(EnvBatch& batch, int env, const BadSlate& bad) {
  const Spec& spec = batch.spec();
  random_slates(spec, batch.observations(), batch.slates());
  std::copy(bad.slate.begin(), bad.slate.end(),
            batch.slates().begin() + std::ptrdiff_t(env) * spec.slots);
  const std::uint64_t before = everything(batch);
  const auto refused = [&](const auto& step) -> std::string {
    try {
      step();
    } catch (const Error& error) {
      const std::string place = fmt::format("environment {}, slot ", env);
      if (error.code() != ErrorCode::kShape || std::string(error.what()).rfind(place, 0) != 0 ||
          std::string(error.what()).find("allowed") == std::string::npos)
        return fmt::format("{}: the message was '{}'", bad.name, error.what());
      return everything(batch) == before ? "" : bad.name + " moved something";
    }
    return bad.name + " was accepted";
  };
  Workers two(2);
  std::string wrong = refused([&] { batch.step(two); });
  if (wrong.empty()) wrong = refused([&] { batch.step_block(env / batch.options().block_size); });
  return wrong;
}

}  // namespace

std::string output_is_left_out(const WorldPtr& world) {
  constexpr int kRows = 10;
  constexpr unsigned char kPoison = 0xAB;  // as a float -1.2e-12, which no world means
  const Spec& spec = world->spec();
  const std::size_t num_candidates = spec.candidates, num_events = spec.history;
  EnvBatch batch(world, kRows, kSeed, {.tensors = true});
  Workers one(1);
  for (int t = 0; t < 5; ++t) {
    random_slates(spec, batch.observations(), batch.slates());
    batch.step(one);
  }
  random_slates(spec, batch.observations(), batch.slates());

  // a block of our own, with the states of the batch in lines of 64 bytes
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  const std::size_t state_bytes = world->state_bytes();
  std::vector<Line> states(kRows * state_bytes / sizeof(Line));
  for (int row = 0; row < kRows; ++row) {
    const auto saved = batch.save(row);  // the state stands at its end
    std::memcpy(states[row * state_bytes / sizeof(Line)].bytes,
                saved.data() + saved.size() - state_bytes, state_bytes);
  }
  const auto states_before = states;

  struct Output {
    std::string name;
    std::size_t width;  // bytes of a row
    std::size_t unit;   // bytes of a number
    std::vector<unsigned char> bytes;
  };
  std::vector<Output> outputs;
  const auto output = [&](const char* name, std::size_t count, std::size_t unit = 1) {
    outputs.push_back(
        {name, count * unit, unit, std::vector<unsigned char>(count * unit * kRows, kPoison)});
    return outputs.back().bytes.data();
  };
  const auto floats = [&](const char* name, std::size_t count) {
    return reinterpret_cast<float*>(output(name, count, sizeof(float)));
  };
  const std::vector<int> odd = {1, 3, 5, 7, 9};
  std::byte* const first = states[0].bytes;
  world->step({.rows = odd,
               .states = first,
               .slates = batch.slates().data(),
               .items = batch.observations().item.data(),
               .reward = floats("reward", spec.rewards.size()),
               .minutes = floats("minutes", 1),
               .feedback = floats("feedback", std::size_t(spec.slots) * 4),
               .terminated = output("terminated", 1),
               .truncated = output("truncated", 1)});
  const ObservationArrays seen{
      .item = reinterpret_cast<std::int32_t*>(output("item", num_candidates, sizeof(std::int32_t))),
      .mask = output("mask", num_candidates),
      .candidates = floats("candidates", num_candidates * spec.candidate_features.size()),
      .history = floats("history", num_events * spec.history_features.size()),
      .history_mask = output("history_mask", num_events),
      .context = floats("context", spec.context_features.size())};
  world->observe(odd, first, seen);
  world->write_tensors(odd, first, seen);

  for (const Output& written : outputs) {
    for (std::size_t i = 0; i < written.bytes.size(); i += written.unit) {
      const std::size_t row = i / written.width;
      const bool poisoned = std::all_of(written.bytes.begin() + std::ptrdiff_t(i),
                                        written.bytes.begin() + std::ptrdiff_t(i + written.unit),
                                        [](unsigned char byte) { return byte == kPoison; });
      if (row % 2 == 1 && poisoned)
        return fmt::format("{} of row {} is not written whole", written.name, row);
      if (row % 2 == 0 && !poisoned)
        return fmt::format("{} of row {} is written, which was not listed", written.name, row);
    }
  }
  for (int row = 0; row < kRows; row += 2) {
    const std::size_t at = row * state_bytes / sizeof(Line);
    if (std::memcmp(states[at].bytes, states_before[at].bytes, state_bytes) != 0)
      return fmt::format("the state of row {} is written, which was not listed", row);
  }
  return "";
}

std::string bad_slate_moves_something(const WorldPtr& world) {
  constexpr int kFew = 10;
  // same-step: every row takes a decision at every step, so every slate counts
  EnvBatch batch(world, kFew, kSeed,
                 {.autoreset = Autoreset::kSameStep, .tensors = true, .block_size = 4});
  Workers one(1);
  for (int t = 0; t < 5; ++t) {
    const int env = kFew - 1 - t;  // in the last blocks: the first must not have moved either
    const auto mask = row_of(batch.observations().mask, env, kFew);
    for (const BadSlate& bad : bad_slates(batch.spec(), mask)) {
      std::string wrong = try_bad_slate(batch, env, bad);
      if (!wrong.empty()) return wrong;
    }
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one);
  }
  return "";
}

std::string stepping_allocates(const WorldPtr& world) {
  for (const Autoreset autoreset :
       {Autoreset::kNextStep, Autoreset::kSameStep, Autoreset::kDisabled}) {
    const EnvBatch original(world, kEnvs, kSeed, {.autoreset = autoreset, .tensors = true});
    EnvBatch batch = original;  // a copy has no spare capacity to hide behind
    Workers one(1);
    std::vector<float> hidden(world->spec().hidden_features.size());
    std::vector<ExpectedOutcome> outcomes(world->spec().candidates);
    std::size_t count = 0;
    for (int t = 0; t < kSteps; ++t) {
      random_slates(batch.spec(), batch.observations(), batch.slates());
      const CountAllocations allocations;
      if (t % 2 == 0) {
        batch.step(one);
      } else {
        for (int block = 0; block < batch.blocks(); ++block) batch.step_block(block);
      }
      batch.write_hidden(0, hidden);
      batch.expected_outcomes(0, outcomes);
      if (autoreset == Autoreset::kDisabled) batch.reset(batch.ended());
      count += allocations.count();
    }
    if (count > 0) return fmt::format("{} allocations in {} steps", count, kSteps);
  }
  return "";
}

}  // namespace infodiet::test
