#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "env/core/philox.hpp"

namespace infodiet {

/// One decision in brief: what curves and time lines are drawn from. Plain bytes, no pointers.
struct StepRecord {
  static constexpr int kMostRewards = 8;
  static constexpr int kMostPerson = 16;
  static constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  enum Flag : std::uint8_t { kPush = 1, kEnded = 2, kByHand = 4, kMasked = 8 };

  std::uint32_t episode = 0, decision = 0;
  double minutes = 0;               ///< simulated since the episode began, when it was decided
  float passed = 0;                 ///< [min] until the next decision
  float read = 0;                   ///< [min] of them spent reading
  float hour = kNone;               ///< of the person's day
  float weekday = kNone;            ///< 0 = Monday
  float silence = kNone;            ///< chance of showing nothing, as far as the agent can say
  float policy_entropy = kNone;     ///< of its first choice, nothing included; 1 = knows nothing
  float attention_entropy = kNone;  ///< mean over heads; 1 = looks at everything alike
  std::array<float, kMostRewards> rewards{};  ///< (R) accrued until the next decision
  std::array<float, kMostPerson> person{};    ///< the first of Spec::hidden_features
  std::uint8_t shown = 0, clicked = 0, flags = 0;
  std::uint8_t take = 0;  ///< another number where it was begun or decided anew

  bool has(Flag flag) const { return (flags & flag) != 0; }
};

/// What stands at one end of attention: a candidate by its place, the context, or an event of the
/// history by how many came after it.
struct Token {
  enum Kind : std::int16_t { kOther, kCandidate, kContext, kEvent };
  std::int16_t kind = kOther, place = 0;
  bool operator==(const Token&) const = default;
};

/// One decision, whole: what was seen, how it was decided, what came of it, and the person's hidden
/// state, which people who look may see and agents may not. Plain bytes, no pointers: it crosses
/// threads and files by being copied.
///
/// Its arrays lie one after the other in `numbers`; what finds no room is left out and named in
/// `left_out`. Shapes are those of Spec.
struct Snapshot {
  static constexpr int kMostCandidates = 256, kMostSlots = 16, kMostReads = 8;
  static constexpr std::uint32_t kRoom = 40'000;  ///< numbers: attention of 32 x 65 x 4 x 3 fits

  enum Part : std::uint8_t {
    kCandidates,  ///< (valid, F) as in Spec::candidate_features
    kHistory,     ///< (events, G) newest first
    kContext,     ///< (1, C)
    kHidden,      ///< (1, hidden features) at the decision
    kScores,      ///< (1, valid) what the agent ranks by
    kChances,     ///< (1, valid) of the first slot, if it is filled
    kGates,       ///< (1, K) chance that slot k is filled if it is reached
    kValues,      ///< (1, 0 or 1) what the agent expects still to come
    kForecasts,   ///< (valid, 2) what the agent expects of showing it: ForecastColumn
    kOutcomes,    ///< (valid, 6) of showing it alone: ExpectedOutcome in its order
    kFeedback,    ///< (K, 4) shown, clicked, dwell [min], liked
    kNumParts,
  };
  struct Block {
    std::uint32_t begin = 0, rows = 0, columns = 0;
  };
  /// What one layer of attention looked at.
  struct Read {
    std::array<char, 16> layer{};  ///< its name, cut if need be, then zeros
    std::uint32_t heads = 0, queries = 0, keys = 0;
    std::uint32_t begin = 0;  ///< of tokens (queries, keys), then weights (heads, queries, keys)
  };

  EpisodeKey key;  ///< with the world's seed
  StepRecord step;
  std::uint32_t valid = 0;  ///< candidates that might be shown; they come first
  std::uint32_t num_reads = 0, used = 0, left_out = 0;  ///< left_out: bit `part`; kNumParts: reads
  std::array<char, 24> score_name{};
  std::array<std::int32_t, kMostSlots> slate{};           ///< (K) places of candidates, then -1
  std::array<std::int32_t, kMostCandidates> item{};       ///< (valid) ids
  std::array<std::uint8_t, kMostCandidates> is_masked{};  ///< (valid) hidden from the agent by hand
  std::array<Block, kNumParts> blocks{};
  std::array<Read, kMostReads> reads{};
  std::array<float, kRoom> numbers;  ///< the first `used` are set

  /// Forgets everything; `numbers` stay as they are.
  void clear() {
    key = {};
    step = {};
    valid = num_reads = used = left_out = 0;
    score_name = {};
    slate.fill(-1);
    item.fill(-1);
    is_masked.fill(0);
    blocks = {};
    reads = {};
  }

  /// Room for an array; empty, and noted, where there is none.
  std::span<float> add(Part part, std::size_t rows, std::size_t columns) {
    const std::span<float> room = take(rows * columns, part);
    if (!room.empty()) {
      blocks[part] = {used - static_cast<std::uint32_t>(room.size()),
                      static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(columns)};
    }
    return room;
  }

  std::span<const float> of(Part part) const {
    const Block& block = blocks[part];
    return std::span(numbers).subspan(block.begin, std::size_t{block.rows} * block.columns);
  }
  std::span<const float> row(Part part, std::size_t r) const {
    const Block& block = blocks[part];
    if (r >= block.rows) return {};
    return of(part).subspan(r * block.columns, block.columns);
  }
  bool has(Part part) const { return blocks[part].rows * blocks[part].columns > 0; }

  /// Room for the attention of a layer: tokens, then weights.
  std::span<float> add_read(std::size_t heads, std::size_t queries, std::size_t keys) {
    if (num_reads == kMostReads) {
      left_out |= 1u << kNumParts;
      return {};
    }
    const auto room = take(queries + keys + heads * queries * keys, kNumParts);
    if (room.empty()) return room;
    Read& read = reads[num_reads++];
    read.heads = static_cast<std::uint32_t>(heads);
    read.queries = static_cast<std::uint32_t>(queries);
    read.keys = static_cast<std::uint32_t>(keys);
    read.begin = used - static_cast<std::uint32_t>(room.size());
    return room;
  }
  Token query(const Read& read, std::size_t q) const { return token(numbers[read.begin + q]); }
  Token key_token(const Read& read, std::size_t k) const {
    return token(numbers[read.begin + read.queries + k]);
  }
  /// (keys) the weights of one head for one query; they sum to 1.
  std::span<const float> weights(const Read& read, std::size_t head, std::size_t q) const {
    const std::size_t at = read.begin + read.queries + read.keys;
    return std::span(numbers).subspan(at + (head * read.queries + q) * read.keys, read.keys);
  }

  /// Tokens among numbers: kind and place, both small, so a float holds them exactly.
  static float number_of(Token token) {
    return static_cast<float>(token.kind * 4096 + token.place);
  }
  static Token token(float number) {
    const int code = static_cast<int>(number);
    return {static_cast<std::int16_t>(code / 4096), static_cast<std::int16_t>(code % 4096)};
  }

 private:
  std::span<float> take(std::size_t count, int part) {
    if (count > kRoom - used) {
      left_out |= 1u << part;
      return {};
    }
    used += static_cast<std::uint32_t>(count);
    return std::span(numbers).subspan(used - count, count);
  }
};
static_assert(std::is_trivially_copyable_v<StepRecord> && std::is_trivially_copyable_v<Snapshot>);

/// The columns of Snapshot::kForecasts.
enum ForecastColumn {
  kForecastClick,  ///< chance that it is clicked
  kForecastWorth,  ///< what the decision then brings at once, in score units
  kNumForecastColumns
};

/// The columns of Snapshot::kOutcomes.
enum OutcomeColumn {
  kOutcomeProbability,
  kOutcomeValue,
  kOutcomeMinutes,
  kOutcomeAttention,
  kOutcomeOverload,
  kOutcomeNet,
  kNumOutcomeColumns
};

}  // namespace infodiet
