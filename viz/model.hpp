#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/record/stage.hpp"
#include "sim/record/train_progress.hpp"
#include "viz/canvas/geometry.hpp"
#include "viz/reading.hpp"

namespace infodiet::viz {

enum class Screen { kLive, kReplay, kCompare, kTrain };

/// What a click at a place means.
enum class Action : std::uint8_t {
  kNone,
  kPlay,     ///< or pause
  kStep,     ///< number: decisions, negative for back
  kGo,       ///< number: decision; huge for the last
  kEvent,    ///< number: direction to the next event
  kSpeed,    ///< number: place in kSpeeds
  kHead,     ///< number: head, -1 for the mean of all
  kRow,      ///< number: candidate
  kScrub,    ///< along the time line: where it was clicked counts
  kWeight,   ///< number: part of the reward; where it was clicked counts
  kScreen,   ///< number: Screen
  kRule,     ///< next of as trained, greedy, sampled
  kPicture,  ///< number: 0 PNG, 1 GIF, 2 MP4
  kHelp,
};

/// A place that answers to the mouse, noted while it was drawn.
struct Hit {
  Rect place;
  Action action = Action::kNone;
  double number = 0;
};

/// Decisions per second that can be asked for; the last is as fast as it goes.
inline constexpr double kSpeeds[] = {0.5, 2, 8, 32, std::numeric_limits<double>::infinity()};
inline constexpr int kNumSpeeds = 5;

/// One side of the stage as the viewer remembers it.
struct Side {
  SideInfo info;
  EpisodeLog log;
};

/// All that is drawn, and nothing of how. Screens read it; the viewer alone changes it.
struct Model {
  explicit Model(const StageInfo& stage_info);

  StageInfo info;
  Columns columns;
  Pace pace;
  std::vector<Side> sides;
  TrainProgress train;  ///< for the screen of that name; empty without a training

  Screen screen = Screen::kLive;
  int cursor = -1;  ///< the decision that is shown; -1: the newest
  int head = -1;    ///< in focus; -1: all
  int layer = 0;
  int hovered = -1;  ///< candidate under the mouse
  int pinned = -1;   ///< candidate that was clicked
  int scroll = 0;    ///< first candidate row
  bool show_help = false, panels_hidden = false, is_recording = false;
  bool choosing = false;    ///< a person picks the slate ...
  std::vector<int> picked;  ///< ... so far
  std::set<int> masked;     ///< candidates hidden from the agent by hand
  std::set<int> bookmarks;
  std::vector<double> weights;  ///< (R) of the reward, as the sliders stand
  std::string toast;            ///< what was just done
  double fps = 0, frame_ms = 0;
  float flow = 1;  ///< how far the stream has moved to its new place, in [0, 1]
  Point mouse{-1, -1};

  const Spec& spec() const { return info.spec; }
  /// Which decision of a side is shown: one number for live and replay; of the second side in a
  /// comparison the last that was not later.
  int shown(int side) const;
  const Snapshot* shot(int side) const { return sides[side].log.at(shown(side)); }
  const StepRecord* record(int side) const;
  /// The candidate whose attention is drawn: clicked, else under the mouse, else the first.
  int focus(const Snapshot& shot) const;

  double score(const StepRecord& record) const;
  /// Days an episode is long, as far as it is known.
  double horizon_days() const;
};

/// What a decision is marked by on the time line.
struct StepEvents {
  bool nothing = false;   ///< the person looked, and nothing was shown
  bool overload = false;  ///< things began to be lost
  bool push = false;      ///< a push was sent
  bool unwanted = false;  ///< ... in vain
  bool any() const { return nothing || overload || unwanted; }
};
StepEvents events_of(const Model& model, std::span<const StepRecord> records, int at);

}  // namespace infodiet::viz
