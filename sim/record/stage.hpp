#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/api/command.hpp"
#include "env/api/spec.hpp"
#include "sim/record/episode_log.hpp"

namespace infodiet {

/// Who decides on one side of the stage.
struct SideInfo {
  std::string name;     ///< "threshold", "trained"
  std::string detail;   ///< "cross, 4 heads, 1 layer", or what it does in a sentence
  int differs_at = -1;  ///< of a recording: the first decision that comes out otherwise now; -1:
                        ///< none, or not looked for
};

/// What is played, in words for people who watch.
struct StageInfo {
  Spec spec;
  std::string task;             ///< the experiment
  std::string mode;             ///< "live"; "replay" of recordings; "train" where nobody is watched
  std::string file;             ///< what is replayed, or where a training lives; "" if nothing
  std::string note;             ///< of a replay: whether it was verified
  std::vector<SideInfo> sides;  ///< one, or two that are compared; none in a training
};

/// How fast it goes.
struct Pace {
  double wanted = 0;  ///< decisions per second; infinity: as fast as it goes
  double actual = 0;  ///< of the last second; 0 while it stands still
  bool is_playing = false;
  bool is_over = false;  ///< the episode has ended
  std::uint64_t seed = 0;
  std::uint32_t env = 0, episode = 0;
  std::uint64_t skipped = 0;  ///< records that found no room on their way to the window
  Command::Rule rule = Command::kAsTrained;
};

/// What a viewer watches and steers: one episode, played by one agent or by two side by side. A
/// viewer knows no more of what happens behind it, so it shows live plays, recorded episodes and
/// tests alike.
class Stage {
 public:
  virtual ~Stage() = default;

  virtual const StageInfo& info() const = 0;
  virtual Pace pace() const = 0;

  /// Asks for something; it happens soon.
  virtual void send(const Command& command) = 0;

  /// Adds what is new to the log of a side. Never waits.
  virtual void fetch(int side, EpisodeLog& into) = 0;

  /// From now on commands are obeyed and time passes by itself, on a thread of its own.
  virtual void start() = 0;
  /// Plays so many decisions here and now, where no thread does: for pictures without a window.
  virtual void advance(int decisions) = 0;
};

}  // namespace infodiet
