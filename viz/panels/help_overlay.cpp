#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

struct HelpLine {
  const char* keys;
  const char* what;
};

constexpr HelpLine kLeft[] = {
    {"Space", "play, pause"},
    {"← →", "a decision back, on (Shift: ten)"},
    {"Home End", "first, newest decision"},
    {"F", "follow the newest"},
    {"− +", "slower, faster"},
    {"R", "the same episode again"},
    {"N", "the next seed"},
    {"[ ]", "previous, next event"},
    {"B", "bookmark"},
    {"1 2 3 4", "live, replay, compare, train"},
    {"P G V", "picture, GIF, start or stop a video"},
};
constexpr HelpLine kRight[] = {
    {"H Shift-H", "next, previous head of attention"},
    {"L", "next layer of attention"},
    {"A", "slates as trained, greedy, sampled"},
    {"mouse", "over a candidate: all about it"},
    {"click", "pin a candidate; drag on the time line"},
    {"M", "hide the pinned candidate from the agent"},
    {"U", "hide none"},
    {"T", "take over: (Shift-)click candidates, Enter"},
    {"wheel", "more candidates; over the time line: zoom"},
    {"Tab", "hide the panels at the sides"},
    {"Esc ?", "close this, give up, quit"},
};

/// Columns of candidates whose names cannot say it all.
constexpr HelpLine kColumns[] = {
    {"click, worth",
     "what the agent expects: the chance of a click if shown, and the score it then "
     "brings at once"},
    {"if shown",
     "the truth, hidden from the agent: value (above) and overload (below) to be "
     "expected"},
};

}  // namespace

void HelpOverlay::draw(const Scene& scene, Rect) const {
  if (!scene.model.show_help) return;
  Canvas& canvas = scene.canvas;
  canvas.set_layer(Canvas::kPopovers);
  canvas.rect({0, 0, canvas.width(), canvas.height()}, rgb(0x05070B, 190));
  const float wide = 760, high = 434;
  const Rect r{(canvas.width() - wide) / 2, (canvas.height() - high) / 2, wide, high};
  canvas.round(r, 14, theme::kPopoverTop, theme::kPopover);
  canvas.outline(r, 14, 1, rgb(0x43557A));
  canvas.text({r.x + 26, r.y + 38}, "Keys", words(18, theme::kText, Face::kBold));
  canvas.text({r.right() - 26, r.y + 38}, "the reward's sliders answer to a click",
              words(11.5f, theme::kTextLow, Face::kRegular, Align::kRight));
  const auto column = [&](std::span<const HelpLine> lines, float x) {
    float y = r.y + 60;
    for (const HelpLine& line : lines) {
      key_cap(canvas, {x, y}, line.keys, "");
      canvas.text({x + 88, y + 12.5f}, line.what, words(12, theme::kTextMid, Face::kRegular));
      y += 27;
    }
  };
  column(kLeft, r.x + 26);
  column(kRight, r.x + 392);
  float y = r.y + 376;
  canvas.rect({r.x + 26, y - 16, r.w - 52, 1}, rgb(0x43557A));
  for (const HelpLine& line : kColumns) {
    canvas.text({r.x + 26, y + 4}, line.keys, words(12, theme::kText, Face::kSemiBold));
    canvas.text({r.x + 114, y + 4}, line.what, words(12, theme::kTextMid, Face::kRegular));
    y += 22;
  }
  canvas.set_layer(Canvas::kBase);
}

}  // namespace infodiet::viz
