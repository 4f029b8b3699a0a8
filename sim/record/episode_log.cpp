#include "sim/record/episode_log.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace infodiet {
namespace {

constexpr std::size_t kHead = offsetof(Snapshot, numbers);

/// Whether all that a snapshot names lies where it may.
bool is_sound(const Snapshot& s) {
  if (s.valid > Snapshot::kMostCandidates || s.num_reads > Snapshot::kMostReads) return false;
  if (s.used > Snapshot::kRoom) return false;
  for (const Snapshot::Block& block : s.blocks) {
    const std::uint64_t count = std::uint64_t{block.rows} * block.columns;
    if (block.rows > Snapshot::kRoom || block.columns > Snapshot::kRoom ||
        block.begin + count > s.used)
      return false;
  }
  for (const std::int32_t place : s.slate) {
    if (place < -1 || place >= static_cast<std::int32_t>(s.valid)) return false;
  }
  for (std::uint32_t i = 0; i < s.num_reads; ++i) {
    const Snapshot::Read& read = s.reads[i];
    constexpr std::uint32_t kMost = 4096;
    if (read.heads > kMost || read.queries > kMost || read.keys > kMost || read.layer.back() != 0)
      return false;
    const std::uint64_t count = std::uint64_t{read.queries} + read.keys +
                                std::uint64_t{read.heads} * read.queries * read.keys;
    if (read.begin + count > s.used) return false;
  }
  return s.score_name.back() == 0;
}

}  // namespace

std::string pack(const Snapshot& snapshot) {
  std::string bytes(kHead + snapshot.used * sizeof(float), '\0');
  std::memcpy(bytes.data(), &snapshot, bytes.size());
  return bytes;
}

bool unpack(std::string_view bytes, Snapshot& out) {
  if (bytes.size() < kHead || bytes.size() > sizeof(Snapshot)) return false;
  std::memcpy(static_cast<void*>(&out), bytes.data(), bytes.size());
  return is_sound(out) && bytes.size() == kHead + out.used * sizeof(float);
}

bool same_part(const Snapshot& a, const Snapshot& b, Snapshot::Part part) {
  const auto x = a.of(part), y = b.of(part);
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size_bytes()) == 0;
}

void EpisodeLog::clear() {
  records_.clear();
  packed_.clear();
  bytes_ = 0;
  ++version_;
}

void EpisodeLog::put(const StepRecord& record) {
  const bool is_other = !records_.empty() && record.episode != records_.front().episode;
  if (is_other) clear();
  // decisions come in order; those that were missed (a full queue) leave no hole: they are found by
  // their number, which the record holds
  while (!records_.empty() && records_.back().decision >= record.decision) {
    bytes_ -= packed_.back().size();
    records_.pop_back();
    packed_.pop_back();
  }
  records_.push_back(record);
  packed_.emplace_back();
  ++version_;
}

void EpisodeLog::put(const Snapshot& snapshot) {
  if (complete(snapshot)) return;
  put(snapshot.step);
  complete(snapshot);
}

bool EpisodeLog::complete(const Snapshot& snapshot) {
  const StepRecord& step = snapshot.step;
  const auto found =
      std::lower_bound(records_.begin(), records_.end(), step.decision,
                       [](const StepRecord& r, std::uint32_t d) { return r.decision < d; });
  if (found == records_.end() || found->decision != step.decision ||
      found->episode != step.episode || found->take != step.take)
    return false;
  *found = step;  // which knows what the agent thought
  std::string& packed = packed_[found - records_.begin()];
  bytes_ -= packed.size();
  packed = pack(snapshot);
  bytes_ += packed.size();
  ++version_;
  return true;
}

const Snapshot* EpisodeLog::at(int decision) const {
  decision = std::min(decision, size() - 1);
  while (decision >= 0 && packed_[decision].empty()) --decision;
  if (decision < 0) return nullptr;
  if (opened_decision_ != decision || opened_version_ != version_) {
    unpack(packed_[decision], opened_);
    opened_decision_ = decision;
    opened_version_ = version_;
  }
  return &opened_;
}

}  // namespace infodiet
