#pragma once

#include "viz/widgets.hpp"

namespace infodiet::viz {

/// A part of a screen. It keeps nothing: what it shows is in the model, where it stands is the
/// screen's affair, and what answers to the mouse it notes while it draws.
class Panel {
 public:
  virtual ~Panel() = default;
  virtual void draw(const Scene& scene, Rect place) const = 0;
};

// One file each.
class TopBar final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The hidden state of the person.
class PersonPanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The newest items, as they flow in.
class StreamPanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// What might be shown, why, and what the agent looked at.
class CandidatesPanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// What was shown, and what came of it.
class SlatePanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The parts of the reward, now and before, and how much they weigh.
class RewardPanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The episode as curves.
class CurvesPanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The episode as a line to move on, and the buttons.
class TimelinePanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// All there is to know of one candidate, over everything else.
class Popover final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// Every key.
class HelpOverlay final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// One side of a comparison.
class ComparePane final : public Panel {
 public:
  explicit ComparePane(int side) : side_(side) {}
  void draw(const Scene& scene, Rect place) const override;

 private:
  int side_;
};
/// The first side minus the second.
class DifferencePanel final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// Both sides as curves.
class CompareCurves final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// The numbers of a training.
class TrainCurves final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// Some of the people a training's newest policy serves.
class PeopleWall final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};
/// How far a training is.
class TrainStatus final : public Panel {
 public:
  void draw(const Scene& scene, Rect place) const override;
};

}  // namespace infodiet::viz
