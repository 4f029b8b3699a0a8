#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <utility>
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
  kRow,      ///< number: item of a candidate, on a side
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
  int side = 0;
};

/// A candidate, by its item: the same place holds another one at the next decision.
struct Spot {
  int side = 0;
  std::int32_t item = -1;  ///< -1: none
  bool operator==(const Spot&) const = default;
};

/// A slate that a person is picking for the newest decision of the first side.
struct Hand {
  bool is_choosing = false;
  bool is_bound = false;             ///< to a decision: not while it still plays
  StepRecord of;                     ///< that decision; what is picked ends with it
  std::vector<std::int32_t> picked;  ///< items, so far
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
  Spot hovered, pinned;  ///< under the mouse; clicked
  int scroll = 0;        ///< first candidate row
  bool show_help = false, panels_hidden = false, is_recording = false;
  Hand hand;
  std::set<int> bookmarks;
  std::vector<double> weights;  ///< (R) of the reward, as the sliders stand
  std::string toast;            ///< what was just done
  double fps = 0, frame_ms = 0;
  double zoom_from = 0, zoom_to = 0;  ///< [d] the part of the time line that is shown; 0, 0: all
  float flow = 1;                     ///< how far the stream has moved to its new place, in [0, 1]
  Point mouse{-1, -1};

  const Spec& spec() const { return info.spec; }
  /// Whether all of it is past, and cannot be changed.
  bool is_recorded() const { return info.mode == "replay"; }
  /// Whether decisions can be taken again on this screen: where one side is shown, while it plays.
  bool can_take_over() const {
    return !is_recorded() && !sides.empty() &&
           (screen == Screen::kLive || screen == Screen::kReplay);
  }
  bool shows_newest() const;
  /// Whether it goes on behind what is shown.
  bool looks_back() const { return cursor >= 0 && !is_recorded(); }
  /// Which decision of a side is shown: one number for live and replay; of the second side in a
  /// comparison the last that was not later.
  int shown(int side) const;
  const Snapshot* shot(int side) const { return sides[side].log.at(shown(side)); }
  /// The snapshot of the decision that is shown; null where only its record is there.
  const Snapshot* whole(int side) const;
  const StepRecord* record(int side) const;
  /// The place of the candidate whose attention is drawn: clicked, else under the mouse, else the
  /// first; -1 if there is none.
  int focus(int side, const Snapshot& shot) const;

  /// Of all sides on the screen, the most heads and layers of attention.
  struct Attention {
    int heads = 0, layers = 0;
  };
  Attention most_attention() const;

  double score(const StepRecord& record) const;
  /// Days an episode is long, as far as it is known.
  double horizon_days() const;
  /// First and last day of the time line, as far as it is zoomed.
  std::pair<double, double> time_line() const;
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
