// The arrays of a batch: how they are sized, cut into views, saved and restored.
#include <fmt/format.h>

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "env/env_batch.hpp"

namespace infodiet {
namespace {

constexpr std::uint64_t kMagic = 0x31564E4554454944;  // "DIETENV1", read as little-endian

/// What stands before a saved environment.
struct SavedHeader {
  std::uint64_t magic = kMagic;
  std::uint64_t fingerprint = 0;  // of the kind of world
  std::uint64_t checksum = 0;     // of all that follows
};

template <class T>
std::span<const T> cut(const std::vector<T>& all, int begin, int end, std::size_t width) {
  if (all.empty()) return {};
  return std::span(all).subspan(begin * width, (end - begin) * width);
}

}  // namespace

std::byte* EnvBatch::state(int env) { return states_[env * lines_].bytes; }
const std::byte* EnvBatch::state(int env) const { return states_[env * lines_].bytes; }

EnvBatch::Arrays EnvBatch::make_arrays() const {
  const Spec& s = spec();
  const auto n = static_cast<std::size_t>(size_);
  Arrays arrays;
  arrays.key.resize(n);
  arrays.item.resize(n * s.candidates);
  arrays.mask.resize(n * s.candidates);
  if (options_.tensors) {
    arrays.candidates.resize(n * s.candidates * s.candidate_features.size());
    arrays.history.resize(n * s.history * s.history_features.size());
    arrays.history_mask.resize(n * s.history);
    arrays.context.resize(n * s.context_features.size());
  }
  return arrays;
}

Observations EnvBatch::view(const Arrays& arrays, int begin, int end) const {
  if (arrays.key.empty()) return {};
  const Spec& s = spec();
  const auto num_candidates = static_cast<std::size_t>(s.candidates);
  const auto num_events = static_cast<std::size_t>(s.history);
  return {.size = end - begin,
          .key = cut(arrays.key, begin, end, 1),
          .item = cut(arrays.item, begin, end, num_candidates),
          .mask = cut(arrays.mask, begin, end, num_candidates),
          .candidates =
              cut(arrays.candidates, begin, end, num_candidates * s.candidate_features.size()),
          .history = cut(arrays.history, begin, end, num_events * s.history_features.size()),
          .history_mask = cut(arrays.history_mask, begin, end, num_events),
          .context = cut(arrays.context, begin, end, s.context_features.size())};
}

Transitions EnvBatch::transitions(int begin, int end) const {
  const Spec& s = spec();
  const auto num_feedback = static_cast<std::size_t>(s.slots) * s.feedback_features.size();
  return {.size = end - begin,
          .reward = cut(reward_, begin, end, s.rewards.size()),
          .score = cut(score_, begin, end, 1),
          .minutes = cut(minutes_, begin, end, 1),
          .feedback = cut(feedback_, begin, end, num_feedback),
          .terminated = cut(terminated_, begin, end, 1),
          .truncated = cut(truncated_, begin, end, 1),
          .valid = cut(valid_, begin, end, 1)};
}

ObservationArrays EnvBatch::pointers(Arrays& arrays, int block) {
  const Spec& s = spec();
  const auto begin = static_cast<std::size_t>(block_begin(block));
  ObservationArrays out{};
  out.item = arrays.item.data() + begin * s.candidates;
  out.mask = arrays.mask.data() + begin * s.candidates;
  if (options_.tensors) {
    out.candidates = arrays.candidates.data() + begin * s.candidates * s.candidate_features.size();
    out.history = arrays.history.data() + begin * s.history * s.history_features.size();
    out.history_mask = arrays.history_mask.data() + begin * s.history;
    out.context = arrays.context.data() + begin * s.context_features.size();
  }
  return out;
}

std::uint64_t EnvBatch::fingerprint() const {
  return hash_value(world_->fingerprint(), hash_value(std::uint64_t{world_->state_bytes()},
                                                      hash_text(spec().world, kHashStart)));
}

std::vector<std::byte> EnvBatch::save(int env) const {
  check_env(env);
  const std::size_t state_bytes = lines_ * sizeof(CacheLine);
  std::vector<std::byte> saved(sizeof(SavedHeader) + sizeof(Progress) + state_bytes);
  std::byte* const body = saved.data() + sizeof(SavedHeader);
  std::memcpy(body, &progress_[env], sizeof(Progress));
  std::memcpy(body + sizeof(Progress), state(env), state_bytes);
  SavedHeader header;
  header.fingerprint = fingerprint();
  header.checksum = hash_bytes(body, sizeof(Progress) + state_bytes, kHashStart);
  std::memcpy(saved.data(), &header, sizeof header);
  return saved;
}

void EnvBatch::restore(int env, std::span<const std::byte> saved) {
  static_assert(std::is_trivially_copyable_v<Progress>);
  check_env(env);
  const auto refuse = [](const std::string& what) {
    throw Error(ErrorCode::kState, "saved environment", what);
  };
  SavedHeader header;
  if (saved.size() < sizeof header) refuse("is too short (allowed: what `save` returned, whole)");
  std::memcpy(&header, saved.data(), sizeof header);
  if (header.magic != kMagic) refuse("does not begin like one (allowed: what `save` returned)");
  if (header.fingerprint != fingerprint())
    refuse(
        fmt::format("comes from another world, or from this one with other settings or data "
                    "(allowed: one like this '{}' with M = {} "
                    "and K = {})",
                    spec().world, spec().candidates, spec().slots));
  const std::size_t state_bytes = lines_ * sizeof(CacheLine);
  const auto body = saved.subspan(sizeof header);
  if (body.size() != sizeof(Progress) + state_bytes ||
      header.checksum != hash_bytes(body.data(), body.size(), kHashStart))
    refuse("is damaged: bytes were lost or changed (save it again)");

  std::memcpy(&progress_[env], body.data(), sizeof(Progress));
  std::memcpy(state(env), body.data() + sizeof(Progress), state_bytes);
  ended_[env] = progress_[env].ended != 0;
  // a batch that resets in the same step never holds an ended episode
  if (ended_[env] != 0 && options_.autoreset == Autoreset::kSameStep) begin_next(env);
  observe_one(env);
}

}  // namespace infodiet
