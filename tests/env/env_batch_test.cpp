#include "env/env_batch.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world_laws.hpp"

namespace infodiet::test {
namespace {

/// A world simple enough to do in the head. Four candidates in three slots, one or two to be shown.
/// Episodes of environment e last 2 + e % 2 decisions of 1.5 min; even ones are terminated, odd
/// ones truncated. Candidates 0 to 2 are open, but none in the episodes 3, 7, 11 ...
class TinyWorld : public World {
 public:
  explicit TinyWorld(int num_candidates = 4) {
    spec_.world = "tiny";
    spec_.candidates = num_candidates;
    spec_.slots = 3;
    spec_.slate_min = 1;
    spec_.slate_max = 2;
    spec_.history = 1;
    spec_.candidate_features = {{"place", "-", 0, 10}};
    spec_.history_features = {{"decisions", "-", 0, 10}};
    spec_.context_features = {{"decision", "-", 0, 10}};
    spec_.feedback_features = {{"shown", "-"}, {"clicked", "-"}, {"dwell", "min"}, {"liked", "-"}};
    spec_.rewards = {{"items", "-", 1}, {"luck", "-", -0.5}};
    spec_.hidden_features = {{"secret", "-", 0, 7, Role::kHidden}};
    spec_.metrics = {{"squares", "-", 0, 100}};
    spec_.person_types = {"even", "odd"};  // by environment
    fingerprint_ = static_cast<std::uint64_t>(num_candidates);
  }

  std::size_t state_bytes() const override { return 64; }

  void begin(const EpisodeKey& key, std::byte* state) const override {
    const auto words = random_words(key, Purpose::kWorld, shuffle_);
    put(state, {key, 0, words[0] % 8});
  }

  void step(const StepArrays& io) const override {
    for (const int row : io.rows) {
      std::byte* const state = io.states + row * 64;
      if (reinterpret_cast<std::uintptr_t>(state) % 64 != 0) ++misaligned;
      State now = get(state);
      int count = 0;
      for (int k = 0; k < 3; ++k) {
        const int position = io.slates[row * 3 + k];
        const bool shown = position >= 0;
        if (shown && io.items[row * spec_.candidates + position] != item(now, position))
          ++wrong_items;
        count += shown;
        float* const slot = io.feedback + (row * 3 + k) * 4;
        slot[0] = shown ? 1.0f : 0.0f;
        slot[1] = slot[2] = slot[3] = 0.0f;
      }
      io.reward[row * 2] = static_cast<float>(count);
      io.reward[row * 2 + 1] = static_cast<float>(now.secret) / 4.0f;
      io.minutes[row] = 1.5f;
      ++now.decision;
      const bool last = now.decision >= 2 + now.key.env % 2;
      io.terminated[row] = last && now.key.episode % 2 == 0;
      io.truncated[row] = last && now.key.episode % 2 == 1;
      put(state, now);
      state[63] = std::byte{0xEE};  // beyond what the world reads, never cleaned up by it
    }
  }

  void observe(std::span<const int> rows, std::byte* states,
               const ObservationArrays& out) const override {
    for (const int row : rows) {
      const State now = get(states + row * 64);
      for (int m = 0; m < spec_.candidates; ++m) {
        const bool open = m < 3 && now.key.episode % 4 != 3;
        out.item[row * spec_.candidates + m] = open ? item(now, m) : -1;
        out.mask[row * spec_.candidates + m] = open;
      }
    }
  }

  void write_tensors(std::span<const int> rows, const std::byte* states,
                     const ObservationArrays& out) const override {
    for (const int row : rows) {
      const State now = get(states + row * 64);
      for (int m = 0; m < spec_.candidates; ++m) {
        const int at = row * spec_.candidates + m;
        out.candidates[at] = out.mask[at] != 0 ? static_cast<float>(m) : 0.0f;
      }
      out.history[row] = out.context[row] = static_cast<float>(now.decision);
      out.history_mask[row] = now.decision > 0;
    }
  }

  void write_hidden(const std::byte* state, float* out) const override {
    out[0] = static_cast<float>(get(state).secret);
  }
  void write_metrics(const std::byte* state, double* out) const override {
    out[0] = get(state).decision * get(state).decision;
  }
  int person_type(const std::byte* state) const override { return get(state).key.env % 2; }
  bool expected_outcomes(const std::byte* state,
                         std::span<ExpectedOutcome> candidates) const override {
    for (std::size_t m = 0; m < candidates.size(); ++m)
      candidates[m].value = 10.0 * get(state).secret + static_cast<double>(m);
    return true;
  }
  std::unique_ptr<World> with_shuffled_hidden(std::uint64_t shuffle) const override {
    auto twin = std::make_unique<TinyWorld>(spec_.candidates);
    twin->shuffle_ = 1 + static_cast<std::uint32_t>(shuffle % 1000);
    return twin;
  }

  static inline std::atomic<int> misaligned = 0, wrong_items = 0;

 private:
  struct State {
    EpisodeKey key;
    std::uint32_t decision = 0, secret = 0;
  };
  static int item(const State& now, int position) {
    return static_cast<int>(100 * now.key.env + 10 * now.decision) + position;
  }
  static State get(const std::byte* from) {
    State state;
    std::memcpy(&state, from, sizeof state);
    return state;
  }
  static void put(std::byte* to, const State& state) { std::memcpy(to, &state, sizeof state); }
  std::uint32_t shuffle_ = 0;
};

const auto kTiny = std::make_shared<const TinyWorld>();
Workers one_thread(1);

/// Puts the same slate into every row.
void fill(EnvBatch& batch, std::vector<std::int32_t> slate) {
  slate.resize(3, kNothing);
  for (int env = 0; env < batch.size(); ++env)
    std::copy(slate.begin(), slate.end(), batch.slates().begin() + env * 3);
}

/// @returns the message of the error that a call throws, after its code is seen to be right
template <class Call>
std::string message(ErrorCode code, const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  return "no error";
}

template <class T>
std::vector<int> numbers(std::span<const T> span) {
  return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("EnvBatch: a world to test it with obeys the laws of worlds", "[env]") {
  for (const WorldLaw& law : world_laws()) {
    if (law.broken == ignores_seed_or_environment) continue;  // eight secrets are too few lives
    INFO(law.claim);
    CHECK(law.broken(kTiny) == "");
  }
}

TEST_CASE("EnvBatch: a bad slate is refused with its place and what is allowed", "[env]") {
  EnvBatch batch(kTiny, 5, 1);
  const auto refusal = [&](std::vector<std::int32_t> slate) {
    fill(batch, {0});
    slate.resize(3, kNothing);
    std::copy(slate.begin(), slate.end(), batch.slates().begin() + 4 * 3);
    return message(ErrorCode::kShape, [&] { batch.step(one_thread); });
  };
  CHECK(refusal({0, 4}) ==
        "environment 4, slot 1: there is no candidate 4 (allowed: 0 to 3, or -1 for nothing)");
  CHECK(refusal({-7}) ==
        "environment 4, slot 0: there is no candidate -7 (allowed: 0 to 3, or -1 for nothing)");
  CHECK(refusal({3}) ==
        "environment 4, slot 0: candidate 3 is masked (allowed: those with mask 1, or -1)");
  CHECK(refusal({2, 2}) ==
        "environment 4, slot 1: candidate 2 is in slot 0 already (allowed: each at most once)");
  CHECK(refusal({1, -1, 2}) ==
        "environment 4, slot 2: holds 2 after a -1 in slot 1 (allowed: items first, then only -1)");
  CHECK(refusal({}) == "environment 4, slot 0: 0 items in the slate (allowed: 1 to 2)");
  CHECK(refusal({0, 1, 2}) == "environment 4, slot 2: 3 items in the slate (allowed: 1 to 2)");
  CHECK(refusal({2, 0}) == "no error");
}

TEST_CASE("EnvBatch: a batch with one bad slate stays as it was, to the last bit", "[env]") {
  EnvBatch batch(kTiny, 5, 1, {.tensors = true, .block_size = 2});
  fill(batch, {0, 1});
  batch.slates()[4 * 3] = 9;
  std::vector<std::vector<std::byte>> before;
  for (int env = 0; env < 5; ++env) before.push_back(batch.save(env));
  CHECK_THROWS_AS(batch.step(one_thread), Error);
  CHECK_THROWS_AS(batch.step_block(2), Error);
  for (int env = 0; env < 5; ++env) CHECK(batch.save(env) == before[env]);
  CHECK(numbers(batch.transitions().valid) == std::vector<int>(5, 0));

  // a block answers for its own slates only
  CHECK_NOTHROW(batch.step_block(0));
  CHECK(numbers(batch.transitions().valid) == std::vector<int>{1, 1, 0, 0, 0});
}

TEST_CASE("EnvBatch: where fewer than slate_min may be shown, all of them are enough", "[env]") {
  EnvBatch batch(kTiny, 1, 1);
  for (int i = 0; i < 3; ++i) batch.reset_env(0);  // episode 3: nothing is open
  CHECK(numbers(batch.observations().mask) == std::vector<int>(4, 0));
  fill(batch, {});
  CHECK_NOTHROW(batch.step(one_thread));
}

TEST_CASE("EnvBatch: next-step autoreset waits one step and does not look at the slate", "[env]") {
  EnvBatch batch(kTiny, 1, 1, {.autoreset = Autoreset::kNextStep, .tensors = true});
  fill(batch, {0});
  batch.step(one_thread);
  CHECK(batch.transitions().valid[0] == 1);
  CHECK(batch.ended()[0] == 0);
  CHECK(batch.observations().key[0].decision == 1);
  batch.step(one_thread);  // the second and last decision of environment 0
  CHECK(batch.transitions().terminated[0] == 1);
  CHECK(batch.ended()[0] == 1);
  CHECK(batch.observations().context[0] == 2.0f);
  CHECK(batch.observations().key[0].decision == 2);
  CHECK(batch.final_observations().size == 0);

  fill(batch, {77, 77, 77});
  batch.step(one_thread);
  CHECK(batch.transitions().valid[0] == 0);
  CHECK(batch.transitions().terminated[0] == 0);
  CHECK(batch.transitions().score[0] == 0.0f);
  CHECK(batch.transitions().minutes[0] == 0.0f);
  CHECK(numbers(batch.transitions().feedback) == std::vector<int>(12, 0));
  CHECK(numbers(batch.transitions().reward) == std::vector<int>(2, 0));
  CHECK(batch.ended()[0] == 0);
  CHECK(batch.observations().context[0] == 0.0f);
  CHECK(batch.observations().key[0].episode.episode == 1);
  CHECK(batch.finished(0).empty());
}

TEST_CASE("EnvBatch: same-step autoreset keeps the last observation beside the first", "[env]") {
  EnvBatch batch(kTiny, 2, 1, {.autoreset = Autoreset::kSameStep, .tensors = true});
  fill(batch, {0});
  batch.step(one_thread);
  batch.step(one_thread);
  CHECK(numbers(batch.transitions().terminated) == std::vector<int>{1, 0});
  CHECK(numbers(batch.transitions().valid) == std::vector<int>{1, 1});
  CHECK(numbers(batch.ended()) == std::vector<int>{0, 0});
  CHECK(batch.final_observations().context[0] == 2.0f);
  CHECK(batch.final_observations().item[0] == 20);
  CHECK(batch.final_observations().key[0].episode.episode == 0);
  CHECK(batch.final_observations(0).context[0] == 2.0f);
  EnvBatch waiting(kTiny, 2, 1, {.autoreset = Autoreset::kDisabled, .tensors = true});
  fill(waiting, {0});
  waiting.step(one_thread);
  waiting.step(one_thread);
  float secret[1], next[1];
  waiting.write_hidden(0, secret);
  batch.write_hidden(0, next);
  CHECK(batch.final_hidden(0)[0] == secret[0]);
  CHECK(batch.final_hidden(0)[0] != next[0]);
  CHECK(batch.observations().context[0] == 0.0f);
  CHECK(batch.observations().item[0] == 0);
  CHECK(batch.observations().key[0].episode.episode == 1);
  CHECK(batch.observations().context[1] == 2.0f);
}

TEST_CASE("EnvBatch: without autoreset an ended environment waits for reset", "[env]") {
  EnvBatch batch(kTiny, 3, 1, {.autoreset = Autoreset::kDisabled, .tensors = true});
  fill(batch, {0});
  for (int t = 0; t < 3; ++t) batch.step(one_thread);
  CHECK(numbers(batch.ended()) == std::vector<int>{1, 1, 1});
  CHECK(numbers(batch.transitions().valid) == std::vector<int>{0, 1, 0});
  fill(batch, {77});
  CHECK_NOTHROW(batch.step(one_thread));
  CHECK(numbers(batch.transitions().valid) == std::vector<int>{0, 0, 0});
  CHECK(batch.observations().context[1] == 3.0f);

  batch.reset(std::vector<std::uint8_t>{0, 1, 0});
  CHECK(numbers(batch.ended()) == std::vector<int>{1, 0, 1});
  CHECK(batch.observations().context[1] == 0.0f);
  CHECK(batch.observations().key[1].episode.episode == 1);
  CHECK(message(ErrorCode::kShape, [&] { batch.reset(std::vector<std::uint8_t>(2)); }) ==
        "reset mask: has 2 entries (allowed: 3, one per environment, or none for all)");
  batch.reset();
  CHECK(numbers(batch.ended()) == std::vector<int>{0, 0, 0});
}

TEST_CASE("EnvBatch: the world is asked about the pending decision of one environment", "[env]") {
  EnvBatch batch(kTiny, 3, 9, {.autoreset = Autoreset::kDisabled}, 40);
  std::vector<ExpectedOutcome> outcomes(4);
  std::vector<float> secret(1);
  for (int env = 0; env < 3; ++env) {
    batch.write_hidden(env, secret);
    REQUIRE(batch.expected_outcomes(env, outcomes));
    CHECK(outcomes[3].value == 10 * double{secret[0]} + 3);
  }
  CHECK_THROWS_AS(batch.expected_outcomes(3, outcomes), Error);
  CHECK_THROWS_AS(batch.expected_outcomes(0, std::span(outcomes).first(3)), Error);

  fill(batch, {0});
  batch.step(one_thread);
  batch.step(one_thread);  // the even environments are through, the odd one is not
  CHECK_FALSE(batch.expected_outcomes(0, outcomes));
  CHECK(batch.expected_outcomes(1, outcomes));
}

TEST_CASE("EnvBatch: a finished episode is recorded with its sums and metrics", "[env]") {
  EnvBatch batch(kTiny, 5, 9, {.autoreset = Autoreset::kSameStep, .block_size = 2}, 40);
  std::vector<float> secret(1);
  batch.write_hidden(0, secret);
  REQUIRE(secret[0] > 0.0f);
  fill(batch, {0, 1});
  batch.step(one_thread);
  CHECK(batch.finished(0).empty());
  fill(batch, {0});
  batch.step(one_thread);
  REQUIRE(batch.finished(0).size() == 1);  // environment 40 is even: two decisions
  const EpisodeRecord& record = batch.finished(0)[0];
  CHECK(record.key.seed == 9);
  CHECK(record.key.env == 40);
  CHECK(record.key.episode == 0);
  CHECK(record.decisions == 2);
  CHECK(record.minutes == 3.0);
  CHECK(record.terminated);
  CHECK(record.rewards == std::vector<double>{3.0, double{secret[0]} / 2});
  CHECK(record.score == 3.0 - 0.5 * record.rewards[1]);
  CHECK(record.metrics == std::vector<double>{4.0});
  CHECK(record.person_type == 0);
  CHECK(batch.transitions().score[0] == 1.0f - 0.125f * secret[0]);

  batch.step(one_thread);
  REQUIRE(batch.finished(0).size() == 1);
  CHECK(batch.finished(0)[0].key.env == 41);
  CHECK(batch.finished(0)[0].decisions == 3);
  CHECK(batch.finished(0)[0].person_type == 1);
  batch.step(one_thread);
  REQUIRE(batch.finished(0).size() == 1);
  CHECK(batch.finished(0)[0].key.episode == 1);
  CHECK(!batch.finished(0)[0].terminated);  // odd episodes are truncated
  CHECK(batch.finished(2).size() == 1);
}

TEST_CASE("EnvBatch: a reset in mid-episode begins the next and forgets the sums", "[env]") {
  EnvBatch batch(kTiny, 1, 9, {.autoreset = Autoreset::kDisabled});
  fill(batch, {0});
  batch.step(one_thread);
  batch.reset_env(0);
  CHECK(batch.observations().key[0].episode.episode == 1);
  CHECK(batch.observations().key[0].decision == 0);
  for (int t = 0; t < 2; ++t) batch.step(one_thread);
  REQUIRE(batch.finished(0).size() == 1);
  CHECK(batch.finished(0)[0].decisions == 2);
  CHECK(batch.finished(0)[0].minutes == 3.0);
}

TEST_CASE("EnvBatch: states begin on a cache line, in copies too", "[env]") {
  TinyWorld::misaligned = 0;
  for (int size : {1, 3, 8}) {
    EnvBatch batch(kTiny, size, 1);
    std::vector<EnvBatch> copies(5, batch);
    for (EnvBatch& copy : copies) {
      fill(copy, {0});
      copy.step(one_thread);
    }
  }
  CHECK(TinyWorld::misaligned == 0);
}

TEST_CASE("EnvBatch: a step is given the items that the slate points into", "[env]") {
  TinyWorld::wrong_items = 0;
  EnvBatch batch(kTiny, 5, 1, {.block_size = 2});
  for (int t = 0; t < 20; ++t) {
    random_slates(batch.spec(), batch.observations(), batch.slates());
    batch.step(one_thread);
  }
  CHECK(TinyWorld::wrong_items == 0);
}

TEST_CASE("EnvBatch: a new episode holds no byte of the one before", "[env]") {
  EnvBatch played(kTiny, 1, 1), untouched(kTiny, 1, 1);
  fill(played, {0});
  played.step(one_thread);
  played.reset_env(0);
  untouched.reset_env(0);
  CHECK(played.save(0) == untouched.save(0));
}

TEST_CASE("EnvBatch: restore recomputes what is seen, tensors included", "[env]") {
  EnvBatch batch(kTiny, 2, 1, {.tensors = true});
  fill(batch, {0});
  batch.step(one_thread);
  const auto saved = batch.save(1);
  batch.step(one_thread);
  REQUIRE(batch.observations().context[1] == 2.0f);
  batch.restore(1, saved);
  CHECK(batch.observations().context[1] == 1.0f);
  CHECK(batch.observations().item[4] == 110);
  CHECK(batch.observations().key[1].decision == 1);
}

TEST_CASE("EnvBatch: an ended environment is restored as ended, or begun anew", "[env]") {
  EnvBatch batch(kTiny, 1, 1, {.autoreset = Autoreset::kDisabled});
  fill(batch, {0});
  for (int t = 0; t < 2; ++t) batch.step(one_thread);
  const auto saved = batch.save(0);
  EnvBatch waits(kTiny, 1, 5, {.autoreset = Autoreset::kDisabled});
  waits.restore(0, saved);
  CHECK(waits.ended()[0] == 1);
  EnvBatch goes_on(kTiny, 1, 5, {.autoreset = Autoreset::kSameStep});
  goes_on.restore(0, saved);
  CHECK(goes_on.ended()[0] == 0);
  CHECK(goes_on.observations().key[0].episode.episode == 1);
  CHECK(goes_on.observations().key[0].episode.seed == agent_seed(1));
}

TEST_CASE("EnvBatch: restore refuses what is foreign, short, long or has one bit changed",
          "[env]") {
  EnvBatch batch(kTiny, 2, 1);
  const auto saved = batch.save(0);
  const auto untouched = batch.save(1);
  const auto refusal = [&](EnvBatch& into, std::span<const std::byte> bytes) {
    return message(ErrorCode::kState, [&] { into.restore(1, bytes); });
  };
  for (std::size_t size = 0; size < saved.size(); ++size)
    CHECK(refusal(batch, std::span(saved).first(size)) != "no error");
  auto longer = saved;
  longer.push_back(std::byte{0});
  CHECK(refusal(batch, longer) ==
        "saved environment: is damaged: bytes were lost or changed (save it again)");
  for (std::size_t bit = 0; bit < saved.size() * 8; ++bit) {
    auto changed = saved;
    changed[bit / 8] ^= std::byte(1 << bit % 8);
    CHECK(refusal(batch, changed) != "no error");
  }
  CHECK(batch.save(1) == untouched);

  EnvBatch wider(std::make_shared<const TinyWorld>(5), 2, 1);
  CHECK(refusal(wider, saved) ==
        "saved environment: comes from another world, or from this one with other settings or "
        "data (allowed: one like this 'tiny' with M = 5 and K = 3)");
  CHECK(refusal(batch, saved) == "no error");
}

TEST_CASE("EnvBatch: sizes that make no sense are refused with what is allowed", "[env]") {
  const auto refusal = [](int size, int block_size, std::uint32_t first_env) {
    return message(ErrorCode::kShape,
                   [&] { EnvBatch(kTiny, size, 1, {.block_size = block_size}, first_env); });
  };
  CHECK(refusal(0, 32, 0) == "size: a batch of 0 (allowed: 1 or more)");
  CHECK(refusal(-3, 32, 0) == "size: a batch of -3 (allowed: 1 or more)");
  CHECK(refusal(3, 0, 0) == "block_size: blocks of 0 (allowed: 1 or more)");
  CHECK(refusal(3, 32, 4294967294u) ==
        "first_env: 4294967294 and the 2 after it pass the last environment number 4294967295");
  CHECK(refusal(2, 32, 4294967294u) == "no error");
  CHECK(refusal(3, 2147483647, 0) == "no error");
  CHECK(message(ErrorCode::kState, [] { EnvBatch(nullptr, 1, 1); }) ==
        "batch: there is no world (make one first)");

  EnvBatch batch(kTiny, 3, 1);
  CHECK(message(ErrorCode::kShape, [&] { batch.reset_env(3); }) ==
        "environment 3: is not in this batch (allowed: 0 to 2)");
  CHECK(message(ErrorCode::kShape, [&] { (void)batch.save(-1); }) ==
        "environment -1: is not in this batch (allowed: 0 to 2)");
  std::vector<float> narrow;
  CHECK(message(ErrorCode::kShape, [&] { batch.write_hidden(0, narrow); }) ==
        "hidden state: room for 0 numbers (allowed: 1, see Spec::hidden_features)");
}

}  // namespace infodiet::test
