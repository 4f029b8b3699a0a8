#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <tuple>

namespace infodiet {

/// One candidate on one seed.
struct SeedScore {
  std::string agent;
  std::string round;  ///< "1", "2", ... or "recheck"
  int candidate = 0;
  std::uint64_t seed = 0;  ///< of the world
  double score = 0;
  double days = 0;  ///< simulated for it, with those of its training
};

/// All scores that a tuning has paid for, in a file that only grows: agent,round,candidate,seed,
/// score,days,check. A line ends in a checksum of what stands before it, so that the torn line of a
/// process that was killed is known for what it is.
class ScoreLog {
 public:
  /// Opens or makes the file, reads what it holds and drops a torn end.
  /// @throws Error kIo if it cannot be used, is damaged before its end, or is in use elsewhere
  explicit ScoreLog(std::filesystem::path file);
  ~ScoreLog();
  ScoreLog(const ScoreLog&) = delete;
  ScoreLog& operator=(const ScoreLog&) = delete;

  /// How many scores there are.
  std::size_t size() const { return scores_.size(); }

  /// @returns nullptr if it is not known
  const SeedScore* find(const std::string& agent, int candidate, std::uint64_t seed) const;

  /// Writes scores, forced to disk.
  /// @throws Error kIo
  void add(std::span<const SeedScore> scores);

 private:
  void read();
  [[noreturn]] void fail(const std::string& doing, int error) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::map<std::tuple<std::string, int, std::uint64_t>, SeedScore> scores_;
};

}  // namespace infodiet
