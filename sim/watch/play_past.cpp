#include "sim/watch/play_past.hpp"

#include "sim/record/episode_log.hpp"

namespace infodiet {
namespace {

void play_until(PlaySession& session, std::uint32_t decision, Snapshot& into) {
  while (session.decisions() < decision) session.step(nullptr);
  session.step(&into);
}

}  // namespace

void PlayPast::clear() {
  moments_.clear();
  taken_again_.clear();
  looking_.reset();
  needs_moment_ = true;
}

void PlayPast::note(const PlaySession& session, const std::shared_ptr<const Agent>& agent) {
  if (!needs_moment_ && session.decisions() % kEvery != 0) return;
  moments_.push_back({session.key(), session.moment(), agent});
  needs_moment_ = false;
}

void PlayPast::keep(const Snapshot& taken_again) {
  taken_again_.erase(taken_again_.lower_bound(taken_again.step.decision), taken_again_.end());
  taken_again_[taken_again.step.decision] = pack(taken_again);
  branch();
}

const PlayPast::Kept* PlayPast::before(std::uint32_t decision) const {
  auto kept = moments_.rbegin();
  while (kept != moments_.rend() && kept->moment.decision > decision) ++kept;
  return kept == moments_.rend() ? nullptr : &*kept;
}

bool PlayPast::show(std::uint32_t decision, Snapshot& into) {
  if (const auto found = taken_again_.find(decision); found != taken_again_.end())
    return unpack(found->second, into);
  const Kept* const kept = before(decision);
  if (kept == nullptr) return false;  // no thread plays: all is kept
  if (looking_ == nullptr)
    looking_ = std::make_unique<PlaySession>(world_, *kept->agent, kept->key);
  looking_->play_by(*kept->agent);
  looking_->return_to(kept->moment);
  play_until(*looking_, decision, into);
  return true;
}

bool PlayPast::stand_before_last(PlaySession& session, const Agent& now_playing) {
  if (session.decisions() == 0) return false;
  const std::uint32_t last = session.decisions() - 1;
  const Kept* const kept = before(last);
  if (kept == nullptr) return false;
  static thread_local Snapshot unseen;
  session.play_by(*kept->agent);
  session.return_to(kept->moment);
  play_until(session, last, unseen);
  session.play_by(now_playing);
  return true;
}

}  // namespace infodiet
