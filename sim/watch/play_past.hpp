#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/watch/play_session.hpp"

namespace infodiet {

/// What is past of a play that is watched: enough to see any decision of it whole, and to stand
/// before the last one again, however fast it went by.
///
/// Moments are kept every so many decisions, and what lies between them is played again. What was
/// taken again by hand is kept whole, for no agent would decide it so.
class PlayPast {
 public:
  explicit PlayPast(std::shared_ptr<const World> world) : world_(std::move(world)) {}

  /// Another episode begins.
  void clear();
  /// What comes next does not follow from the last moment: it is played by another agent, or after
  /// a decision that was taken again.
  void branch() { needs_moment_ = true; }
  /// To be called before each decision.
  void note(const PlaySession& session, const std::shared_ptr<const Agent>& agent);
  /// The last decision was taken again, and came out so.
  void keep(const Snapshot& taken_again);

  /// Writes a past decision, whole. @returns false if it is not known how it came about
  bool show(std::uint32_t decision, Snapshot& into);
  /// Plays the last decision once more, so that it can be taken again.
  /// @returns false if there is none
  bool stand_before_last(PlaySession& session, const Agent& now_playing);

 private:
  static constexpr std::uint32_t kEvery = 32;  ///< decisions

  struct Kept {
    EpisodeKey key;
    PlaySession::Moment moment;
    std::shared_ptr<const Agent> agent;
  };
  const Kept* before(std::uint32_t decision) const;

  std::shared_ptr<const World> world_;
  std::vector<Kept> moments_;                         // in their order
  std::map<std::uint32_t, std::string> taken_again_;  // packed, by decision
  bool needs_moment_ = true;
  std::unique_ptr<PlaySession> looking_;  // plays from a moment on; null before the first
};

}  // namespace infodiet
