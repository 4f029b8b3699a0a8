#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "agents/columns.hpp"
#include "agents/estimates.hpp"
#include "agents/nn/time_gaps.hpp"
#include "agents/policy/attention_ledger.hpp"
#include "agents/policy/day_ledger.hpp"
#include "agents/policy/input.hpp"
#include "agents/policy/taste_ledger.hpp"
#include "env/api/batch.hpp"
#include "env/api/spec.hpp"

namespace infodiet {

/// How many rows of a record are in use.
struct InputRows {
  std::int32_t candidates = 0, events = 0;
};

/// What a policy is given of what a platform sees.
struct Given {
  bool estimates = true;
  bool memory = true;     ///< the ledgers, which are kept from all events, however few are given
  int history = kAll;     ///< so many events, the newest; estimates are made of no others either
  int extra_context = 0;  ///< how many numbers a caller adds to the context

  static constexpr int kAll = -1;
};

/// From what a platform sees to numbers that a network can work with.
///
///   amounts      ln(1 + x), where a feature is never negative and may become large
///   stories      sines and cosines of the hash, so that two rows of one story have the largest
///                product: a story is a name, and the order of names says nothing. Every episode
///                turns all names by an angle of its own, which leaves alone whether two are the
///                same, and nothing for a network to learn by heart: the days that it is trained on
///                tell the same stories to everybody
///   time gaps    of an event, beside the logarithm (time_gaps.hpp)
///   estimates    of a candidate: what the baselines go by (estimates.hpp), as ln(odds of a click)
///                and ln(value), so that both learn from the same hints; may be left out
///   freshness    of a candidate: 2^-(age / half-life). Ages beyond those of the days of training
///                then mean what they mean, not what a line through those would make of them
///   ledgers      of the context: debts of attention, had the person little of it
///                (attention_ledger.hpp), when his days begin and end and when he looks
///                (day_ledger.hpp), and how he responds; of a candidate: what his responses told of
///                its topics (taste_ledger.hpp), and what debt it would lead to. All that is
///                remembered from decision to decision; left out with the estimates, or alone
///
/// All else stays as it is.
class Encoder {
 public:
  /// What is remembered of one environment. Zero bytes are a person nobody has met.
  struct Memory {
    AttentionLedger::Memory attention;
    DayLedger::Memory day;
    TasteLedger::Memory taste;
  };

  explicit Encoder(const Spec& spec, const Given& given = {});

  const InputShape& shape() const { return shape_; }

  /// Bytes that are remembered of one environment.
  std::size_t memory_bytes() const { return with_ledger_ ? sizeof(Memory) : 0; }

  /// Writes the record (input.hpp) of one decision.
  /// @param memory  (memory_bytes) of this environment, brought up to date: once at each decision
  /// @param extra   (extra_context)
  InputRows encode(const Observations& seen, int env, std::span<std::byte> memory,
                   std::span<const float> extra, float* record) const;

  /// Where the encoded context says that this decision is a push; -1: nowhere.
  int push_column() const { return push_column_; }

  /// Which columns of (F + G + C) have no natural scale, and want to be standardised.
  const std::vector<std::uint8_t>& unbounded() const { return unbounded_; }

 private:
  enum class Way { kAsIs, kAmount, kStory, kGap };

  /// Whether candidates tell how they fade.
  bool ages() const { return columns_.candidate.age >= 0 && columns_.candidate.half_life >= 0; }
  /// Whether they are told what showing them would cost, read or left.
  bool with_costs() const { return with_ledger_ && attention_ledger_.foretells(); }
  std::vector<Way> plan(const std::vector<Feature>& features);
  int width(const std::vector<Way>& plan) const;
  /// How many numbers of the context come from books.
  int booked() const;
  float* write(const std::vector<Way>& plan, const float* row, float turned, float* out) const;

  Columns columns_;
  Estimates estimates_;
  AttentionLedger attention_ledger_;
  DayLedger day_ledger_;
  TasteLedger taste_ledger_;
  bool with_estimates_, with_ledger_, with_tastes_;
  nn::TimeGaps<float> gaps_;
  std::vector<std::uint8_t> unbounded_;
  std::vector<Way> of_candidate_, of_event_, of_context_;
  InputShape shape_;
  int push_column_ = -1;
};

}  // namespace infodiet
