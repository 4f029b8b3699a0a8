#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sim/record/spsc_queue.hpp"
#include "sim/record/stage.hpp"
#include "sim/record/triple_buffer.hpp"
#include "sim/watch/play_past.hpp"
#include "sim/watch/play_session.hpp"

namespace infodiet {

/// Somebody who plays on a live stage.
struct Player {
  SideInfo info;
  Choice choice{AgentRegistry::instance(), "never"};  ///< as an experiment would name it
  /// The agent, deciding by a rule; agents that know but one way return that.
  std::function<std::unique_ptr<Agent>(Command::Rule rule)> make;
};

/// One or two agents at play, watched while they do. Two play the same episode, side by side in
/// simulated time.
///
/// Once started it plays on a thread of its own, which never waits for who watches: records that
/// find no room are counted and left out, and whole snapshots are made only when the last was
/// taken.
class LiveStage final : public Stage {
 public:
  LiveStage(std::shared_ptr<const World> world, std::string task, std::vector<Player> players,
            EpisodeKey key);
  ~LiveStage() override;

  const StageInfo& info() const override { return info_; }
  Pace pace() const override;
  void send(const Command& command) override;
  /// @throws Error kState telling what went wrong on its thread, if something did
  void fetch(int side, EpisodeLog& into) override;
  void start() override;
  void advance(int decisions) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// One side, and its ways to the window.
  struct Play {
    explicit Play(const std::shared_ptr<const World>& world) : past(world) {}

    const Player* player = nullptr;
    std::shared_ptr<const Agent> agent;
    std::unique_ptr<PlaySession> session;
    PlayPast past;  ///< of this episode, where a thread plays
    SpscQueue<StepRecord, 8192> records;
    TripleBuffer<Snapshot> shots;
    std::vector<std::string> kept;  ///< packed snapshots, where no thread plays
  };

  void run();
  void obey(const Command& command);
  void decide_again(const Command& command);
  void show(Play& side, std::uint32_t decision);
  void begin(EpisodeKey key);
  bool is_over() const;
  bool step(bool is_watched);
  void play(Play& side, bool is_watched);
  void publish_pace(bool now);

  std::shared_ptr<const World> world_;
  StageInfo info_;
  std::vector<Player> players_;
  std::vector<std::unique_ptr<Play>> plays_;
  EpisodeKey key_;

  SpscQueue<Command, 256> commands_;
  mutable std::mutex pace_mutex_;
  Pace pace_;            // guarded by it
  std::string failure_;  // likewise
  std::thread thread_;
  std::atomic<bool> stop_ = false;

  // of the thread that plays
  Pace now_;
  int steps_left_ = 0;  // of a command kStep
  Clock::time_point last_pace_, next_step_, over_since_, last_shot_;
  std::uint64_t played_ = 0, played_at_pace_ = 0;
};

}  // namespace infodiet
