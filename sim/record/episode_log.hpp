#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "env/api/snapshot.hpp"

namespace infodiet {

/// The used bytes of a snapshot, and back.
std::string pack(const Snapshot& snapshot);
/// @returns false if the bytes are no snapshot; `out` then holds nothing of use
bool unpack(std::string_view bytes, Snapshot& out);

/// Whether two snapshots hold the same numbers in a part, to the bit.
bool same_part(const Snapshot& a, const Snapshot& b, Snapshot::Part part);

/// One episode as it was watched: a record of every decision, and whole snapshots of those that
/// were kept. A snapshot of a decision whose record is there, of the same take, completes it. Any
/// other decision that is put in again replaces what is there, and all that came after it; one of
/// another episode begins anew.
class EpisodeLog {
 public:
  void put(const StepRecord& record);
  void put(const Snapshot& snapshot);
  /// Adds the whole of a decision whose record is there; what came after it stays.
  /// @returns false, and does nothing, if it is another decision than the one that is there
  bool complete(const Snapshot& snapshot);
  void clear();

  std::span<const StepRecord> records() const { return records_; }
  int size() const { return static_cast<int>(records_.size()); }
  bool empty() const { return records_.empty(); }
  /// Grows whenever something changes.
  std::uint64_t version() const { return version_; }
  /// Bytes of all snapshots.
  std::size_t bytes() const { return bytes_; }

  /// The snapshot of a decision, or the last kept before it; null if none was.
  /// Lent until the next call.
  const Snapshot* at(int decision) const;
  /// The packed snapshot of a decision; empty if it was not kept.
  std::string_view packed(int decision) const { return packed_[decision]; }

 private:
  std::vector<StepRecord> records_;
  std::vector<std::string> packed_;  // as long as records_; "" where none was kept
  std::uint64_t version_ = 0;
  std::size_t bytes_ = 0;

  mutable Snapshot opened_;  // of decision `opened_decision_` at version `opened_version_`
  mutable int opened_decision_ = -1;
  mutable std::uint64_t opened_version_ = 0;
};

}  // namespace infodiet
