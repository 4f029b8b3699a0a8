#include <cmath>

#include "viz/numbers.hpp"
#include "viz/panels/panel.hpp"

namespace infodiet::viz {
namespace {

constexpr const char* kScreens[] = {"Live", "Replay", "Compare", "Train"};

bool has_screen(const Model& model, int screen) {
  switch (static_cast<Screen>(screen)) {
    case Screen::kLive:
      return model.sides.size() >= 1 && model.info.mode != "replay";
    case Screen::kReplay:
      return model.sides.size() >= 1;
    case Screen::kCompare:
      return model.sides.size() > 1;
    default:
      return !model.train.run.empty();
  }
}

void draw_screens(const Scene& scene, float middle, Rect place) {
  Canvas& canvas = scene.canvas;
  constexpr float kWide = 84;
  const float left = middle - kWide * 2;
  canvas.round({left - 3, 9, kWide * 4 + 6, 30}, 9, theme::kGround);
  canvas.outline({left - 3, 9, kWide * 4 + 6, 30}, 9, 1, theme::kStroke);
  for (int i = 0; i < 4; ++i) {
    const Rect tab{left + kWide * static_cast<float>(i), 12, kWide, 24};
    const bool is_on = static_cast<int>(scene.model.screen) == i;
    const bool is_there = has_screen(scene.model, i);
    if (is_on) canvas.round(tab, 7, theme::kCardTop);
    const Colour colour = is_on ? theme::kText : is_there ? theme::kTextMid : theme::kStroke;
    canvas.text({tab.middle().x - 6, 28.5f}, kScreens[i],
                words(12, colour, is_on ? Face::kSemiBold : Face::kMedium, Align::kCentre));
    canvas.text({tab.right() - 8, 28.5f}, std::to_string(i + 1),
                figures(10, is_there ? theme::kTextLow : theme::kStroke, Align::kRight));
    if (is_there) scene.hit(tab, Action::kScreen, i);
  }
  (void)place;
}

/// What is going on, and how fast: wanted and actual. @returns where it begins
float draw_pace(const Scene& scene, Rect place) {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  float x = place.right() - 16;
  if (model.fps > 0) {
    x -= canvas.text({x, 30}, fmt::format("{:3.0f} fps {:4.1f} ms", model.fps, model.frame_ms),
                     figures(11, theme::kTextLow, Align::kRight)) +
         14;
  }
  if (model.sides.empty()) return x;
  const Pace& pace = model.pace;
  std::string speed = std::isinf(pace.wanted) ? "max" : brief(pace.wanted) + "/s";
  if (pace.is_playing) speed += " → " + brief(pace.actual) + "/s";
  if (place.w >= 1400 || !pace.is_playing)
    x -= canvas.text({x, 30}, "decisions " + speed, figures(11, theme::kTextMid, Align::kRight)) +
         12;
  else
    x -= canvas.text({x, 30}, speed, figures(11, theme::kTextMid, Align::kRight)) + 12;
  const bool is_live = pace.is_playing && !pace.is_over;
  const std::string state = pace.is_over         ? "OVER"
                            : model.looks_back() ? "BACK"
                            : is_live            ? "PLAY"
                                                 : "PAUSED";
  const Colour colour = is_live && !model.looks_back() ? theme::kGoodwill : theme::kReference;
  const float wide = canvas.text_width(state, Face::kMonoBold, 11.5f) + 36;
  x -= wide;
  canvas.round({x, 12, wide, 24}, 12, faded(colour, 0.16f));
  if (is_live && !model.looks_back()) {
    canvas.triangle({x + 12, 19}, {x + 21, 24}, {x + 12, 29}, colour);
  } else {
    canvas.rect({x + 12, 19, 3, 10}, colour);
    canvas.rect({x + 18, 19, 3, 10}, colour);
  }
  canvas.text({x + 27, 28.2f}, state, figures(11.5f, colour, Align::kLeft, Face::kMonoBold));
  scene.hit({x, 12, wide, 24}, Action::kPlay);
  if (model.is_recording) {
    x -= 68;
    canvas.round({x, 12, 60, 24}, 12, faded(theme::kOverload, 0.18f));
    canvas.circle({x + 15, 24}, 4.5f, theme::kOverload);
    canvas.text({x + 25, 28.2f}, "REC",
                figures(11.5f, theme::kOverload, Align::kLeft, Face::kMonoBold));
  }
  return x - 12;
}

}  // namespace

void TopBar::draw(const Scene& scene, Rect place) const {
  Canvas& canvas = scene.canvas;
  const Model& model = scene.model;
  canvas.rect(place, rgb(0x10151E), rgb(0x0D121A));
  canvas.rect({place.x, place.bottom() - 1, place.w, 1}, theme::kStroke);
  const float pace = draw_pace(scene, place);
  // the tabs in the middle, but never over what stands at the right
  const float middle = std::min(place.w / 2 + 40, pace - 190);
  draw_screens(scene, middle, place);

  float x = 16;
  for (int i = 0; i < 4; ++i) {
    const float high = 6 + 5 * static_cast<float>(i);
    canvas.round({x + 6 * static_cast<float>(i), 34 - high, 4, high}, 2,
                 mixed(theme::kValue, theme::kAccent, static_cast<float>(i) / 3));
  }
  x += 34;
  x += canvas.text({x, 31}, "InfoDiet", words(17, theme::kText, Face::kBold)) + 14;
  const float end = middle - 4 * 42 - 18;
  const auto divider = [&] {
    canvas.rect({x, 14, 1, 20}, theme::kStroke);
    x += 12;
  };
  const auto say = [&](const std::string& text, TextStyle style) {
    const std::string fitted = canvas.fitted(text, style.face, style.size, end - x);
    if (fitted.size() < 4 && fitted.size() < text.size()) return;
    x += canvas.text({x, 30}, fitted, style) + 10;
  };
  divider();
  const std::string names = model.sides.size() > 1
                                ? model.sides[0].info.name + " vs " + model.sides[1].info.name
                            : model.sides.empty() ? model.train.agent
                                                  : model.sides[0].info.name;
  say(names, words(12.5f, theme::kText, Face::kSemiBold));
  if (!model.sides.empty()) {
    say(fmt::format("seed {} · person {} · ep {}", model.pace.seed, model.pace.env,
                    model.pace.episode),
        figures(11, theme::kTextLow));
  }
  say(model.info.task, words(12, theme::kTextMid, Face::kRegular));
}

}  // namespace infodiet::viz
